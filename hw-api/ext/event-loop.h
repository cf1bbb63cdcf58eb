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
     * call; `update` follows.  Calls are made in order.  Calls that are pending when the
     * device is unrealized are dropped.  [any thread & realized]
     */
    void (*post)(HwDevice *dev, void (*function)(HwDevice *dev, void *opaque), void *opaque);

    /*
     * Runs `work` on a worker thread, without the device lock.  `work` may block, and must
     * access nothing but `opaque`.  Then posts `done`, unless it is NULL; `update` follows
     * in both cases.
     * Work of one device runs one piece at a time, in order.  Before unrealize the host
     * waits for the running piece and drops the others.  It calls no `done` then, so
     * `opaque` should be a part of the instance.  [device lock & realized]
     */
    void (*run)(HwDevice *dev, void (*work)(void *opaque),
                void (*done)(HwDevice *dev, void *opaque), void *opaque);
} HwEventLoop;

/* NULL where the host lacks the service and the class does not require it.
 * [device lock & alive] */
static inline const HwEventLoop *hw_event_loop(HwDevice *dev)
{
    return (const HwEventLoop *)dev->host->query(dev->host, HW_EVENT_LOOP);
}

#ifdef __cplusplus
}
#endif

#endif
