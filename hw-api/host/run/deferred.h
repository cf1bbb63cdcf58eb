/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Implements hw.event-loop/1 for any host that has an executor.  Each device has a queue and
 * a list of the calls in the queue: a freed queue drops its calls silently.
 */
#ifndef HW_HOST_DEFERRED_H
#define HW_HOST_DEFERRED_H

#include "hw-api/ext/event-loop.h"
#include "hw-api/host/run/executor.h"

typedef struct HwDeferred HwDeferred;

/* Call before realize.  `dev` must outlive the result. */
HwDeferred *hw_deferred_new(HwExecutor *executor, HwDevice *dev);

/*
 * Waits for the running work and drops other calls, now and later.  Call before the unrealize
 * hook: no callback may follow that hook.  Under the device lock.
 */
void hw_deferred_close(HwDeferred *deferred);

/* Closes and frees.  Call after the unrealize hook: until then the device's own threads may
 * post.  NULL is allowed. */
void hw_deferred_free(HwDeferred *deferred);

/* Implement HwEventLoop's `post` and `run`.  Called on the same threads. */
void hw_deferred_post(HwDeferred *deferred, void (*function)(HwDevice *dev, void *opaque),
                      void *opaque);
void hw_deferred_run(HwDeferred *deferred, void (*work)(void *opaque),
                     void (*done)(HwDevice *dev, void *opaque), void *opaque);

/* Drops all calls that wait: see hw_queue_forget(). */
void hw_deferred_forget(HwDeferred *deferred);

/* Waits until no call is pending or running.  Under the device lock. */
void hw_deferred_drain(HwDeferred *deferred);

#endif
