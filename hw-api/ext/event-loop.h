/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hw.event-loop/1 - deferred calls, and slow work off the device lock.
 */
#ifndef HW_EXT_EVENT_LOOP_H
#define HW_EXT_EVENT_LOOP_H

#include "hw-api/hw-api.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HW_EVENT_LOOP "hw.event-loop/1"

typedef struct HwEventLoop {
    HwAbi abi;

    /*
     * Calls `function` later, under the device lock and never from inside this
     * call; `update` follows.  Calls are made in order.  Those not made when the device is
     * unrealized are dropped.  Any thread, between realize and unrealize.
     */
    void (*post)(HwDevice *dev, void (*function)(HwDevice *dev, void *opaque), void *opaque);

    /*
     * Runs `work` on a worker thread, without the device lock: it may block and
     * must touch nothing but `opaque`.  Then calls `done`, unless NULL, as by post();
     * `update` follows with and without it.
     * Work of one device runs one piece at a time, in order.  Before unrealize the
     * host waits for the piece under way and drops the rest: no `done` is called for
     * either, so `opaque` belongs in the instance.  From hooks and callbacks after
     * realize and before unrealize.
     */
    void (*run)(HwDevice *dev, void (*work)(void *opaque),
                void (*done)(HwDevice *dev, void *opaque), void *opaque);
} HwEventLoop;

static inline const HwEventLoop *hw_event_loop(HwDevice *dev)
{
    return (const HwEventLoop *)dev->host->query(dev->host, HW_EVENT_LOOP);
}

#ifdef __cplusplus
}
#endif

#endif
