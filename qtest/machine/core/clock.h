/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The virtual clock and its timers (hw-api/ext/clock.h).  Under the device lock. */
#ifndef OB_CLOCK_H
#define OB_CLOCK_H

#include <glib.h>

#include "hw-api/ext/clock.h"

typedef struct ObClock {
    int64_t now;
    GQueue waiting; /* deadline ahead: earliest first, equal deadlines in the order
                     * of setting */
    GQueue due;     /* deadline had passed when it was set */
    GQueue firing;  /* the rest of the pass under way */
    GQueue resting;
} ObClock;

void ob_clock_init(ObClock *clock);
void ob_clock_clear(ObClock *clock);

/* Returns the next deadline, or now if a deadline has passed; -1 if there is none. */
int64_t ob_clock_next(const ObClock *clock);

/* Moves the clock to `now` and fires in order the timers that come due on the way.  If
 * `now` is earlier than the clock, only fires the timers that are due. */
void ob_clock_set(ObClock *clock, int64_t now);

/* Moves the clock to `now`, in either direction, and fires nothing: the clock of a loaded machine.
 * Timers keep their deadlines. */
void ob_clock_jump(ObClock *clock, int64_t now);

/* Fires the timers whose deadline has passed.  A timer that gets a passed deadline
 * meanwhile waits for the next call, so that no timer can hold up the loop.  Returns true
 * if a timer fired. */
bool ob_clock_run_due(ObClock *clock);

/*
 * A copy of the clock, to be put back any number of times.  Timers that were made since are
 * freed.  _put_back returns false, with nothing changed, if a timer of the copy is no longer there.
 * Never call it from a timer.
 */
typedef struct ObClockKept ObClockKept;
ObClockKept *ob_clock_keep(const ObClock *clock);
bool ob_clock_put_back(ObClock *clock, const ObClockKept *kept);
void ob_clock_kept_free(ObClockKept *kept);

/* The functions of HwClock.  `dev` NULL: a timer of the machine itself. */
HwTimer *ob_clock_timer_new(ObClock *clock, HwDevice *dev,
                            void (*fired)(HwDevice *dev, void *opaque), void *opaque);

/* The same for a part that can't be refused: without memory the program ends, as by GLib. */
HwTimer *ob_clock_timer_needed(ObClock *clock, HwDevice *dev,
                               void (*fired)(HwDevice *dev, void *opaque), void *opaque);

void ob_clock_timer_set(HwTimer *timer, int64_t deadline);
void ob_clock_timer_cancel(HwTimer *timer);
void ob_clock_timer_free(HwTimer *timer);

/* Frees the timers that a removed device has not freed. */
void ob_clock_release(ObClock *clock, const HwDevice *dev);

#endif
