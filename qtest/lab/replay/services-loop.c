/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calls that a device has posted: the recording says when each is made. */
#include "hw-api/ext/event-loop.h"
#include "qtest/lab/replay/replay-internal.h"

/* A device may post in its own threads. */
static GMutex mutex;

static void call_add(HwDevice *dev, void (*work)(void *opaque),
                     void (*function)(HwDevice *dev, void *opaque), void *opaque)
{
    ReplayCall *call = g_new(ReplayCall, 1);

    *call = (ReplayCall) { work, function, opaque };
    g_mutex_lock(&mutex);
    g_ptr_array_add(replay_device_of(dev)->calls, call);
    g_mutex_unlock(&mutex);
}

static void loop_post(HwDevice *dev, void (*function)(HwDevice *dev, void *opaque), void *opaque)
{
    call_add(dev, NULL, function, opaque);
}

static void loop_run(HwDevice *dev, void (*work)(void *opaque),
                     void (*done)(HwDevice *dev, void *opaque), void *opaque)
{
    call_add(dev, work, done, opaque);
}

ReplayCall *replay_call_take(ReplayDevice *device, uint64_t number)
{
    ReplayCall *call = NULL;

    g_mutex_lock(&mutex);
    if (number < device->calls->len) {
        call = g_steal_pointer(&device->calls->pdata[number]);
    }
    g_mutex_unlock(&mutex);
    return call;
}

static const HwEventLoop loop = {
    .abi = HW_ABI(HwEventLoop),
    .post = loop_post,
    .run = loop_run,
};

const HwRecordedService replay_loop_services[] = {
    { HW_EVENT_LOOP, &loop, NULL },
    { NULL, NULL, NULL },
};
