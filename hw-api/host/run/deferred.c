/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/run/deferred.h"

#include <pthread.h>
#include <stdlib.h>

#include "hw-api/host/run/instance.h"
#include "hw-api/host/run/no-memory.h"
#include "hw-api/host/run/running.h"

typedef struct Call {
    struct Call *next;
    struct Call *previous;
    HwDeferred *deferred;
    void (*work)(void *opaque);
    void (*function)(HwDevice *dev, void *opaque); /* NULL: no call after the work */
    void *opaque;
} Call;

struct HwDeferred {
    HwDevice *dev;
    pthread_mutex_t lock; /* guards the next two */
    HwQueue *queue;       /* NULL once closed */
    Call list;            /* head of a ring of all pending and running calls */
};

HwDeferred *hw_deferred_new(HwExecutor *executor, HwDevice *dev)
{
    HwDeferred *deferred = calloc(1, sizeof(*deferred));

    if (!deferred) {
        hw_no_memory();
    }
    deferred->dev = dev;
    deferred->queue = hw_queue_new(executor);
    deferred->list.next = &deferred->list;
    deferred->list.previous = &deferred->list;
    pthread_mutex_init(&deferred->lock, NULL);
    return deferred;
}

static void call_unlink(Call *call)
{
    call->next->previous = call->previous;
    call->previous->next = call->next;
}

void hw_deferred_close(HwDeferred *deferred)
{
    HwQueue *queue;

    pthread_mutex_lock(&deferred->lock);
    queue = deferred->queue;
    deferred->queue = NULL;
    pthread_mutex_unlock(&deferred->lock);
    hw_queue_free(queue);
}

static void calls_free(HwDeferred *deferred)
{
    while (deferred->list.next != &deferred->list) {
        Call *call = deferred->list.next;

        call_unlink(call);
        free(call);
    }
}

void hw_deferred_forget(HwDeferred *deferred)
{
    hw_queue_forget(deferred->queue);
    calls_free(deferred);
}

void hw_deferred_free(HwDeferred *deferred)
{
    if (!deferred) {
        return;
    }
    hw_deferred_close(deferred);
    calls_free(deferred);
    pthread_mutex_destroy(&deferred->lock);
    free(deferred);
}

/* Called with the lock held. */
static Call *call_new(HwDeferred *deferred, void (*function)(HwDevice *dev, void *opaque),
                      void *opaque)
{
    Call *call = calloc(1, sizeof(*call));

    if (!call) {
        hw_no_memory(); /* a lost call would hang the guest without a trace */
    }
    call->deferred = deferred;
    call->function = function;
    call->opaque = opaque;
    call->next = &deferred->list;
    call->previous = deferred->list.previous;
    call->previous->next = call;
    call->next->previous = call;
    return call;
}

static void call_work(void *opaque)
{
    const Call *call = opaque;

    call->work(call->opaque);
}

static void call_make(void *opaque)
{
    Call *call = opaque;
    HwDevice *dev = call->deferred->dev;
    void (*function)(HwDevice * dev, void *opaque) = call->function;
    void *argument = call->opaque;

    pthread_mutex_lock(&call->deferred->lock);
    call_unlink(call);
    pthread_mutex_unlock(&call->deferred->lock);
    free(call);
    if (function) {
        HW_RUN_HOOK(hw_instance_of(dev), "posted", function(dev, argument));
    }
    hw_device_update(dev);
}

void hw_deferred_post(HwDeferred *deferred, void (*function)(HwDevice *dev, void *opaque),
                      void *opaque)
{
    pthread_mutex_lock(&deferred->lock);
    if (deferred->queue) {
        hw_queue_post(deferred->queue, call_make, call_new(deferred, function, opaque));
    }
    pthread_mutex_unlock(&deferred->lock);
}

void hw_deferred_run(HwDeferred *deferred, void (*work)(void *opaque),
                     void (*done)(HwDevice *dev, void *opaque), void *opaque)
{
    pthread_mutex_lock(&deferred->lock);
    if (deferred->queue) {
        Call *call = call_new(deferred, done, opaque);

        call->work = work;
        hw_queue_run(deferred->queue, call_work, call_make, call);
    }
    pthread_mutex_unlock(&deferred->lock);
}

void hw_deferred_drain(HwDeferred *deferred)
{
    if (deferred->queue) {
        hw_queue_drain(deferred->queue);
    }
}
