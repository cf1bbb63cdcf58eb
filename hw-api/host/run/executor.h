/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Deferred calls and slow work, for any host.  hw.event-loop/1 and the TPM backends use
 * an executor.  There are two kinds:
 *
 *   threaded  work runs on a worker thread per queue; `wake` wakes the host's loop,
 *             which then calls hw_executor_poll()
 *   stepped   work runs inside hw_executor_poll(), without threads.  So a test in process
 *             decides when a command ends
 */
#ifndef HW_HOST_EXECUTOR_H
#define HW_HOST_EXECUTOR_H

#include <stdbool.h>
#include <stdint.h>

typedef struct HwExecutor HwExecutor;
typedef struct HwQueue HwQueue;

/* `wake` is called from any thread whenever hw_executor_poll() has work to do, without a lock
 * of the executor held.  NULL makes a stepped executor. */
HwExecutor *hw_executor_new(void (*wake)(void *opaque), void *opaque);
void hw_executor_free(HwExecutor *executor); /* free all queues before */

/* True if work runs on threads. */
bool hw_executor_is_threaded(const HwExecutor *executor);

/* Makes the calls that are due; in a stepped executor runs pending work too.
 * Under the device lock.  True if it did any. */
bool hw_executor_poll(HwExecutor *executor);

/* A queue runs one piece of work at a time, in order. */
HwQueue *hw_queue_new(HwExecutor *executor);

/* Waits for the running work.  Drops work that has not begun, and all calls. */
void hw_queue_free(HwQueue *queue);

/* Calls function(opaque) from a later hw_executor_poll().  Any thread. */
void hw_queue_post(HwQueue *queue, void (*function)(void *opaque), void *opaque);

/* Runs work(opaque) without the device lock, then posts done(opaque); `done` may be NULL.
 * Called under the device lock. */
void hw_queue_run(HwQueue *queue, void (*work)(void *opaque), void (*done)(void *opaque),
                  void *opaque);

/* Drops the work and calls that wait, as if nobody had asked for them.  Only in a stepped executor,
 * and not inside hw_executor_poll(). */
void hw_queue_forget(HwQueue *queue);

/* Polls until all work and calls of this queue are done.  Under the device lock; blocks. */
void hw_queue_drain(HwQueue *queue);

#endif
