/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hw.clock/1 - the machine's virtual clock.  It stands still while the machine
 * is stopped, and under qtest moves only by clock_step and clock_set.
 *
 * Timers are not saved.  A device saves its deadlines as times of this clock, and sets
 * the timers again in `loaded`: a host that runs guests sends the clock along with
 * them.  All calls here are under the device lock, from realize on.
 */
#ifndef HW_EXT_CLOCK_H
#define HW_EXT_CLOCK_H

#include "hw-api/hw-api.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HW_CLOCK "hw.clock/1"

/* One-shot.  Owned by the host, on loan to the device that made it. */
typedef struct HwTimer HwTimer;

typedef struct HwClock {
    HwAbi abi;

    /* Nanoseconds since the machine's start. */
    int64_t (*now)(HwDevice *dev);

    /*
     * A timer at rest, or NULL when memory is exhausted.  `fired` runs under
     * the device lock and may set the timer again; `opaque` is for it alone.  `update`
     * follows.
     */
    HwTimer *(*timer_new)(HwDevice *dev, void (*fired)(HwDevice *dev, void *opaque), void *opaque);

    /* Fires once when now() is `deadline`, or as soon as possible if that has passed;
     * never from inside this call.  Replaces the earlier deadline. */
    void (*timer_set)(HwTimer *timer, int64_t deadline);

    /* Puts it at rest; harmless if it is. */
    void (*timer_cancel)(HwTimer *timer);

    /* Cancels and frees it; NULL is allowed.  At the latest in unrealize. */
    void (*timer_free)(HwTimer *timer);
} HwClock;

static inline const HwClock *hw_clock(HwDevice *dev)
{
    return (const HwClock *)dev->host->query(dev->host, HW_CLOCK);
}

#ifdef __cplusplus
}
#endif

#endif
