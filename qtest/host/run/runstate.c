/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/run/runstate.h"

#include "hw-api/device/error.h"
#include "qtest/host/io/log.h"
#include "qtest/host/io/loop.h"
#include "qtest/host/run/boot-disk.h"
#include "qtest/host/run/system.h"
#include "qtest/machine/firmware/stand-in.h"
#include "qtest/machine/parts/acpi.h"

#include <time.h>
#include "qtest/text/json.h"

const char *const ob_runstate_names[] = {
    [OB_RUNSTATE_PRELAUNCH] = "prelaunch",
    [OB_RUNSTATE_INMIGRATE] = "inmigrate",
    [OB_RUNSTATE_PAUSED] = "paused",
    [OB_RUNSTATE_RUNNING] = "running",
    [OB_RUNSTATE_FINISH_MIGRATE] = "finish-migrate",
    [OB_RUNSTATE_POSTMIGRATE] = "postmigrate",
    [OB_RUNSTATE_SUSPENDED] = "suspended",
    [OB_RUNSTATE_SHUTDOWN] = "shutdown",
    [OB_RUNSTATE_GUEST_PANICKED] = "guest-panicked",
    [OB_RUNSTATE_WATCHDOG] = "watchdog",
    NULL,
};

const char *ob_runstate_name(ObRunState state)
{
    return ob_runstate_names[state];
}

void ob_system_event(ObSystem *system, const char *name, json_t *data)
{
    system->tell(system, name, data);
}

void ob_system_stop(ObSystem *system)
{
    system->autostart &= system->state != OB_RUNSTATE_INMIGRATE;
    if (system->state == OB_RUNSTATE_RUNNING) {
        ob_host_quiesce(system->host);
        system->state = OB_RUNSTATE_PAUSED;
        ob_system_event(system, "STOP", NULL);
    }
}

/* A machine that waits for a stream runs when the stream has been loaded. */
void ob_system_cont(ObSystem *system)
{
    system->autostart |= system->state == OB_RUNSTATE_INMIGRATE;
    if (system->state == OB_RUNSTATE_PRELAUNCH || system->state == OB_RUNSTATE_PAUSED ||
        system->state == OB_RUNSTATE_POSTMIGRATE || system->state == OB_RUNSTATE_GUEST_PANICKED ||
        system->state == OB_RUNSTATE_WATCHDOG) {
        system->state = OB_RUNSTATE_RUNNING;
        ob_system_event(system, "RESUME", NULL);
        ob_system_boot(system);
    }
}

static json_t *cause(const char *reason)
{
    return json_pack("{s:b, s:o}", "guest", g_str_has_prefix(reason, "guest-"), "reason",
                     ob_json_text(reason));
}

/* A machine that does not run is in the state before its launch then, the same as in QEMU. */
void ob_system_reset(ObSystem *system, const char *reason)
{
    if (system->actions.reboot_shuts_down) {
        ob_system_shutdown(system, reason);
        return;
    }
    ob_host_reset(system->host);
    ob_system_event(system, "RESET", cause(reason));
    if (system->state != OB_RUNSTATE_RUNNING && system->state != OB_RUNSTATE_INMIGRATE &&
        system->state != OB_RUNSTATE_FINISH_MIGRATE) {
        system->state = OB_RUNSTATE_PRELAUNCH;
    }
    system->boot_is_due = true;
    ob_system_boot(system);
}

void ob_system_boot(ObSystem *system)
{
    HW_ERROR(reason, 512);

    if (!system->options->firmware_stand_in || !system->boot_is_due ||
        system->state != OB_RUNSTATE_RUNNING) {
        return;
    }
    system->boot_is_due = false;
    if (!ob_firmware_boot(system->host, NULL, &reason) || !ob_boot_disk_run(system, &reason)) {
        ob_report_error("firmware stand-in: %s", reason.text);
    }
}

/* ---------------------------------------------------------------- put back */

static bool state_is_the_guests(ObRunState state)
{
    return state == OB_RUNSTATE_SUSPENDED || state == OB_RUNSTATE_SHUTDOWN ||
           state == OB_RUNSTATE_GUEST_PANICKED || state == OB_RUNSTATE_WATCHDOG;
}

void ob_system_put_back(ObSystem *system, ObRunState state, bool boot_is_due)
{
    ObRunState old = system->state;

    g_clear_pointer(&system->sleeper, ob_idle_free);
    g_clear_pointer(&system->teller, ob_idle_free);
    system->news = 0;
    system->boot_is_due = boot_is_due;
    if (old == state || (!state_is_the_guests(old) && !state_is_the_guests(state))) {
        return;
    }
    system->state = state;
    if (state == OB_RUNSTATE_RUNNING) {
        ob_system_event(system, "RESUME", NULL);
    } else if (old == OB_RUNSTATE_RUNNING) {
        ob_system_event(system, "STOP", NULL);
    }
}

/* ------------------------------------------------------------------- sleep */

/* Runs from the loop, since the guest's access must end first. */
static bool sleep_begin(void *opaque)
{
    ObSystem *system = opaque;

    g_clear_pointer(&system->sleeper, ob_idle_free);
    if (system->state != OB_RUNSTATE_RUNNING) {
        return false;
    }
    ob_host_quiesce(system->host);
    if (system->sleep == OB_SLEEP_SUSPEND) {
        system->state = OB_RUNSTATE_SUSPENDED;
        ob_system_event(system, "SUSPEND", NULL);
        return false;
    }
    if (system->sleep == OB_SLEEP_TO_DISK) {
        ob_system_event(system, "SUSPEND_DISK", NULL);
    }
    ob_system_shutdown(system, "guest-shutdown");
    return false;
}

void ob_system_sleep(void *opaque, ObSleep sleep)
{
    ObSystem *system = opaque;

    system->sleep = sleep;
    if (!system->sleeper) {
        system->sleeper = ob_idle_new(system->loop, sleep_begin, system);
    }
}

bool ob_system_wake(ObSystem *system, HwError *error)
{
    HW_ERROR(reason, 512);

    if (system->state != OB_RUNSTATE_SUSPENDED) {
        return hw_error_set(error, "Unable to wake up: guest is not in suspended state");
    }
    ob_acpi_wake(system->host);
    system->state = OB_RUNSTATE_RUNNING;
    if (system->options->firmware_stand_in && !ob_firmware_resume(system->host, NULL, &reason)) {
        ob_report_error("firmware stand-in: resume: %s", reason.text);
    }
    ob_system_event(system, "WAKEUP", NULL);
    return true;
}

/* ---------------------------------------------------------------- shutdown */

void ob_system_quit(ObSystem *system, const char *reason)
{
    if (system->ending) {
        return;
    }
    system->ending = true;
    system->state = OB_RUNSTATE_SHUTDOWN;
    ob_system_event(system, "SHUTDOWN", cause(reason));
    ob_loop_quit(system->loop);
}

/* A machine that was stopped keeps its state. */
void ob_system_shutdown(ObSystem *system, const char *reason)
{
    if (!system->actions.shutdown_pauses) {
        ob_system_quit(system, reason);
        return;
    }
    ob_system_event(system, "SHUTDOWN", cause(reason));
    if (system->state == OB_RUNSTATE_RUNNING || system->state == OB_RUNSTATE_SUSPENDED) {
        ob_host_quiesce(system->host);
        system->state = OB_RUNSTATE_SHUTDOWN;
        ob_system_event(system, "STOP", NULL);
    }
}

/* ------------------------------------------------------------------- clock */

struct ObRunClock {
    ObSystem *system;
    ObIdle *idle;
    ObTimer *timer;
    int64_t real; /* real time of the last update */
};

static int64_t real_time(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static bool clock_follow(void *opaque)
{
    ObRunClock *clock = opaque;
    ObHost *host = clock->system->host;
    int64_t now = real_time();
    int64_t passed = now - clock->real;
    int64_t next;

    clock->real = now;
    if (clock->system->state != OB_RUNSTATE_RUNNING) {
        ob_timer_stop(clock->timer);
        return false;
    }
    ob_host_clock_set(host, ob_host_clock_now(host) + passed);
    next = ob_host_clock_next(host);
    if (next >= 0) {
        int64_t left = next - ob_host_clock_now(host);
        ob_timer_start(clock->timer, left > 0 ? left : 0);
    } else {
        ob_timer_stop(clock->timer);
    }
    return false;
}

/* The loop wakes up for this timer; then the idle hook moves the clock. */
static void clock_due(void *opaque)
{
    (void)opaque;
}

ObRunClock *ob_run_clock_new(ObSystem *system)
{
    ObRunClock *clock = g_new0(ObRunClock, 1);

    clock->system = system;
    clock->real = real_time();
    clock->timer = ob_timer_new(system->loop, clock_due, clock);
    clock->idle = ob_idle_new(system->loop, clock_follow, clock);
    return clock;
}

void ob_run_clock_free(ObRunClock *clock)
{
    if (clock) {
        ob_idle_free(clock->idle);
        ob_timer_free(clock->timer);
        g_free(clock);
    }
}
