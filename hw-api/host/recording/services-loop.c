/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The host's event loop.  A call that a device has posted is an input when it is made.  The entry has the
 * call's number alone: a replay gets the function from the device. */
#include <stdlib.h>

#include "hw-api/ext/event-loop.h"
#include "hw-api/host/recording/recorder-internal.h"

static const HwEventLoop *inner;

/* One that the host drops is never freed: it does not tell. */
typedef struct RecordedCall {
    uint64_t number;
    void (*work)(void *opaque);
    void (*function)(HwDevice *dev, void *opaque); /* NULL: none follows the work */
    void *opaque;
} RecordedCall;

static void work_do(void *opaque)
{
    const RecordedCall *call = opaque;

    call->work(call->opaque);
}

static void call_make(HwDevice *dev, void *opaque)
{
    const RecordedCall call = *(RecordedCall *)opaque;
    const HwIntake input = { .kind = HW_INTAKE_FIRED,
                             .values = { HW_INTAKE_POSTED + call.number } };

    free(opaque);
    hw_watch_begin(hw_instance_of(dev)->watch, &input);
    if (call.function) {
        call.function(dev, call.opaque);
    }
    hw_device_update(dev);
    hw_watch_end(hw_instance_of(dev)->watch, 0);
}

/* NULL: the device is not recorded, or there is no memory. */
static RecordedCall *call_new(HwDevice *dev, void (*work)(void *opaque),
                              void (*function)(HwDevice *dev, void *opaque), void *opaque)
{
    HwRecorded *device = hw_recorded_of(dev);
    RecordedCall *call = device ? malloc(sizeof(*call)) : NULL;

    if (call) {
        *call = (RecordedCall) { __atomic_fetch_add(&device->posts, 1, __ATOMIC_RELAXED), work,
                                 function, opaque };
    }
    return call;
}

static void loop_post(HwDevice *dev, void (*function)(HwDevice *dev, void *opaque), void *opaque)
{
    RecordedCall *call = call_new(dev, NULL, function, opaque);

    inner->post(dev, call ? call_make : function, call ? call : opaque);
}

static void loop_run(HwDevice *dev, void (*work)(void *opaque),
                     void (*done)(HwDevice *dev, void *opaque), void *opaque)
{
    RecordedCall *call = call_new(dev, work, done, opaque);

    inner->run(dev, call ? work_do : work, call ? call_make : done, call ? call : opaque);
}

static const HwEventLoop loop = {
    .abi = HW_ABI(HwEventLoop),
    .post = loop_post,
    .run = loop_run,
};

const HwRecordedService hw_recorded_loop[] = {
    { HW_EVENT_LOOP, &loop, (const void **)&inner },
    { NULL, NULL, NULL },
};
