/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A process that dies in a device's hook names the device and the hook on standard error.  It shows
 * the device's last accesses, as commands of the qtest protocol.  The signal then has the effect
 * that it had before: a sanitizer's report, a core dump, the exit status.
 */
#ifndef HW_HOST_CRASH_H
#define HW_HOST_CRASH_H

#include <stdbool.h>

/*
 * Reports SIGSEGV, SIGBUS, SIGFPE, SIGILL and SIGABRT from here on.  `program` stands in front of
 * each line; `replay` is a command that replays the accesses from standard input, or NULL.  Both
 * are kept, not copied.  A second call changes the two texts.
 */
void hw_crash_report(const char *program, const char *replay);

/*
 * Reports a hook that runs too long, once each time; the hook goes on.  Too long is so many
 * milliseconds of the process's time, up to twice as many.  Needs ITIMER_PROF: does nothing if
 * another part of the process uses this timer.
 */
#define HW_CRASH_WATCH_MS 5000
void hw_crash_watch(int milliseconds);

/* Reports the hook that runs, if one does.  For signal handlers. */
void hw_crash_show_running(const char *event);

#endif
