/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The virtual clock and its timers (hw-api/ext/clock.h).  Under the device lock. */
#ifndef OB_CLOCK_H
#define OB_CLOCK_H

#include <glib.h>

#include "hw-api/ext/clock.h"

typedef struct ObClock {
    int64_t now;
    GQueue waiting;             /* deadline ahead; earliest first, equal ones as they were set */
    GQueue due;                 /* deadline passed when it was set */
    GQueue firing;              /* what is left of the pass under way */
    GQueue resting;
} ObClock;

void ob_clock_init(ObClock *clock);
void ob_clock_clear(ObClock *clock);

/* The next deadline, now if one has passed; -1: none. */
int64_t ob_clock_next(const ObClock *clock);

/* Moves on to `now`, firing in order what is due on the way.  Earlier than now: only
 * fires what is due. */
void ob_clock_set(ObClock *clock, int64_t now);

/* Fires the timers whose deadline has passed.  Those that get such a deadline meanwhile
 * wait for the next call, so that no timer can hold up the loop.  True if any. */
bool ob_clock_run_due(ObClock *clock);

/* As HwClock has them. */
HwTimer *ob_clock_timer_new(ObClock *clock, HwDevice *dev,
                            void (*fired)(HwDevice *dev, void *opaque), void *opaque);
void ob_clock_timer_set(HwTimer *timer, int64_t deadline);
void ob_clock_timer_cancel(HwTimer *timer);
void ob_clock_timer_free(HwTimer *timer);

/* Frees the timers that a device has left behind. */
void ob_clock_release(ObClock *clock, const HwDevice *dev);

#endif
