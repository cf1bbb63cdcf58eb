/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What hw.event-loop/1 is in any host that has an executor: a queue for each device,
 * and a list of the calls in it, since a queue that is freed drops its calls silently.
 */
#ifndef HW_HOST_DEFERRED_H
#define HW_HOST_DEFERRED_H

#include "hw-api/ext/event-loop.h"
#include "hw-api/host/run/executor.h"

typedef struct HwDeferred HwDeferred;

/* Before realize.  `dev` outlives it. */
HwDeferred *hw_deferred_new(HwExecutor *executor, HwDevice *dev);

/*
 * Waits for the work under way and drops the rest; what is asked for later is dropped
 * too.  Before the unrealize hook, which no callback may follow.  Under the device lock.
 */
void hw_deferred_close(HwDeferred *deferred);

/* Closes and frees.  After the unrealize hook, in which a device may still end threads
 * of its own that post.  NULL is allowed. */
void hw_deferred_free(HwDeferred *deferred);

/* As HwEventLoop's functions of these names, on their threads. */
void hw_deferred_post(HwDeferred *deferred, void (*function)(HwDevice *dev, void *opaque),
                      void *opaque);
void hw_deferred_run(HwDeferred *deferred, void (*work)(void *opaque),
                     void (*done)(HwDevice *dev, void *opaque), void *opaque);

/* Waits until nothing waits or runs.  Under the device lock. */
void hw_deferred_drain(HwDeferred *deferred);

#endif
