/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine's run state.  The state is prelaunch until the first `cont` if -S was given,
 * the same as in QEMU.  For the loop's thread.
 */
#ifndef OB_RUNSTATE_H
#define OB_RUNSTATE_H

#include <stdbool.h>

#include "qtest/machine/parts/acpi.h"

struct ObSystem;

typedef enum ObRunState {
    OB_RUNSTATE_PRELAUNCH,
    OB_RUNSTATE_INMIGRATE,
    OB_RUNSTATE_PAUSED,
    OB_RUNSTATE_RUNNING,
    OB_RUNSTATE_FINISH_MIGRATE,
    OB_RUNSTATE_POSTMIGRATE,
    OB_RUNSTATE_SUSPENDED, /* S3 */
    OB_RUNSTATE_SHUTDOWN,
    OB_RUNSTATE_GUEST_PANICKED,
    OB_RUNSTATE_WATCHDOG,
} ObRunState;

/* QEMU's name of the state: "running". */
const char *ob_runstate_name(ObRunState state);
extern const char *const ob_runstate_names[]; /* ends with NULL */

/* Stops the machine: nothing changes guest memory afterwards.  Event STOP. */
void ob_system_stop(struct ObSystem *system);

/* Continues the machine.  Event RESUME.  Does nothing after a shutdown: reset it first. */
void ob_system_cont(struct ObSystem *system);

/* Resets all devices.  Event RESET with the reason, "host-qmp-system-reset".  With
 * -action reboot=shutdown it shuts the machine down instead, for the same reason. */
void ob_system_reset(struct ObSystem *system, const char *reason);

/* The host's observer of sleep: the guest has asked to sleep.  Suspends the machine, event
 * SUSPEND; or shuts it down, after S4 with the event SUSPEND_DISK. */
void ob_system_sleep(void *system, ObSleep sleep);

/* Wakes up from suspend.  Event WAKEUP.  Returns false and sets `error` if the machine is
 * not suspended. */
bool ob_system_wake(struct ObSystem *system, HwError *error);

/* The machine was put back to a point where it had this state.  The guest's requests since then are
 * forgotten, and so is what the guest had done to the state: sleep, shutdown, panic.  A user's stop
 * or cont stays.  Event STOP or RESUME. */
void ob_system_put_back(struct ObSystem *system, ObRunState state, bool boot_is_due);

/* Runs the firmware stand-in, if the machine has one that has not run since power-on or
 * reset, and if the machine runs.  Reports the stand-in's errors. */
void ob_system_boot(struct ObSystem *system);

/* The guest has shut down: ends the program the same as ob_system_quit().  With -action
 * shutdown=pause it sends SHUTDOWN and STOP, and keeps the machine for a reset. */
void ob_system_shutdown(struct ObSystem *system, const char *reason);

/* The host's observer of the guest (HwGuestNews).  -action panic and watchdog say what happens after
 * a panic or a hang.  Events GUEST_PANICKED, GUEST_CRASHLOADED, GUEST_PVSHUTDOWN and WATCHDOG. */
void ob_system_guest_told(void *system, uint32_t news);
extern const char *const ob_guest_panic_actions[]; /* in events; ends with NULL */

/* Ends the program: sends the event SHUTDOWN with the reason, "host-qmp-quit", and tells
 * the loop to quit.  Only the first call counts. */
void ob_system_quit(struct ObSystem *system, const char *reason);

/*
 * Moves the virtual clock with real time while the machine runs; the loop wakes up for its
 * deadlines.
 */
typedef struct ObRunClock ObRunClock;
ObRunClock *ob_run_clock_new(struct ObSystem *system);
void ob_run_clock_free(ObRunClock *clock); /* NULL is allowed */

#endif
