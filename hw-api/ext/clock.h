/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hw.clock/1 - the machine's virtual clock.  It stands still while the machine
 * is stopped, and under qtest moves only by clock_step and clock_set.
 *
 * Timers are not saved.  A device saves its deadlines as times of this clock, and sets
 * the timers again in `loaded`.  A host that runs guests also saves the clock.
 */
#ifndef HW_EXT_CLOCK_H
#define HW_EXT_CLOCK_H

#include "hw-api/hw-api.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HW_CLOCK "hw.clock/1"

/* A one-shot timer.  The host owns it, and lends it to the device that made it. */
typedef struct HwTimer HwTimer;

typedef struct HwClock {
    HwAbi abi;

    /* Nanoseconds since the machine's start.  [device lock & alive] */
    int64_t (*now)(HwDevice *dev);

    /*
     * Makes a timer that isn't set; NULL when memory is exhausted.  `fired` runs under
     * the device lock and may set the timer again; it gets `opaque`.  `update`
     * follows.  [device lock & alive]
     */
    HwTimer *(*timer_new)(HwDevice *dev, void (*fired)(HwDevice *dev, void *opaque), void *opaque);

    /* Makes the timer fire once when now() is `deadline`; as soon as possible if the deadline has
     * passed, but never inside this call.  Replaces the earlier deadline.  [device lock & alive] */
    void (*timer_set)(HwTimer *timer, int64_t deadline);

    /* Cancels the deadline; harmless if none is set.  [device lock & alive] */
    void (*timer_cancel)(HwTimer *timer);

    /* Cancels and frees the timer; NULL is allowed.  At the latest in unrealize.
     * [device lock & alive] */
    void (*timer_free)(HwTimer *timer);
} HwClock;

/* NULL where the host lacks the service and the class does not require it.
 * [device lock & alive] */
static inline const HwClock *hw_clock(HwDevice *dev)
{
    return (const HwClock *)dev->host->query(dev->host, HW_CLOCK);
}

#ifdef __cplusplus
}
#endif

#endif
