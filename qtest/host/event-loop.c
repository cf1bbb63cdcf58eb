/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hw.event-loop/1 over a queue for each device. */
#include "hw-api/ext/event-loop.h"

#include "qtest/host/host-internal.h"

/* A call on its way.  The device knows them all, since a queue that is freed drops
 * its calls without a word. */
typedef struct ObCall {
    GList link;                 /* in device->calls */
    ObDevice *device;
    void (*work)(void *opaque);                     /* of run() */
    void (*function)(HwDevice *dev, void *opaque);  /* may be NULL for run() */
    void *opaque;
} ObCall;

static void call_work(void *opaque)
{
    ObCall *call = opaque;

    call->work(call->opaque);
}

static void call_make(void *opaque)
{
    ObCall call = *(ObCall *)opaque;

    g_mutex_lock(&call.device->calls_lock);
    g_queue_unlink(&call.device->calls, &((ObCall *)opaque)->link);
    g_mutex_unlock(&call.device->calls_lock);
    g_free(opaque);
    if (call.function) {
        call.function(call.device->instance->dev, call.opaque);
    }
}

static void call_send(HwDevice *dev, const ObCall *template)
{
    ObDevice *device = ob_device_of(dev);
    ObCall *call;

    g_mutex_lock(&device->calls_lock);
    if (device->queue) {
        call = g_new(ObCall, 1);
        *call = *template;
        call->device = device;
        call->link.data = call;
        g_queue_push_tail_link(&device->calls, &call->link);
        if (call->work) {
            hw_queue_run(device->queue, call_work, call_make, call);
        } else {
            hw_queue_post(device->queue, call_make, call);
        }
    }
    g_mutex_unlock(&device->calls_lock);
}

static void loop_post(HwDevice *dev, void (*function)(HwDevice *dev, void *opaque), void *opaque)
{
    call_send(dev, &(const ObCall) { .function = function, .opaque = opaque });
}

static void loop_run(HwDevice *dev, void (*work)(void *opaque),
                     void (*done)(HwDevice *dev, void *opaque), void *opaque)
{
    call_send(dev, &(const ObCall) { .work = work, .function = done, .opaque = opaque });
}

const HwEventLoop ob_event_loop = {
    .abi = HW_ABI(HwEventLoop),
    .post = loop_post,
    .run = loop_run,
};

void ob_device_open_queue(ObDevice *device)
{
    g_mutex_init(&device->calls_lock);
    g_queue_init(&device->calls);
    device->queue = hw_queue_new(device->host->executor);
}

void ob_device_close_queue(ObDevice *device)
{
    HwQueue *queue;
    GList *link;

    g_mutex_lock(&device->calls_lock);
    queue = device->queue;
    device->queue = NULL;
    g_mutex_unlock(&device->calls_lock);
    hw_queue_free(queue);
    while ((link = g_queue_pop_head_link(&device->calls))) {
        g_free(link->data);
    }
}
