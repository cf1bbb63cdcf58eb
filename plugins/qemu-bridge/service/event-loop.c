/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hw.event-loop/1, and the executor that it shares with the TPM backends. */
#include "plugins/qemu-bridge/service/services.h"

#include "hw-api/host/run/deferred.h"

static HwExecutor *executor;
static QemuBottomHalf *bottom_half;

/* Any thread may call it.  The bottom half then runs under the big lock. */
static void executor_wake(void *opaque)
{
    (void)opaque;
    qemu_bh_schedule(bottom_half);
}

static void executor_run(void *opaque)
{
    (void)opaque;
    hw_executor_poll(executor);
}

HwExecutor *bridge_executor(void)
{
    if (!executor) {
        bottom_half = aio_bh_new_full(qemu_get_aio_context(), executor_run, NULL, "outboard", NULL);
        executor = hw_executor_new(executor_wake, NULL);
    }
    return executor;
}

static void loop_post(HwDevice *dev, void (*function)(HwDevice *dev, void *opaque), void *opaque)
{
    hw_deferred_post(bridge_device_of_instance(dev)->deferred, function, opaque);
}

static void loop_run(HwDevice *dev, void (*work)(void *opaque),
                     void (*done)(HwDevice *dev, void *opaque), void *opaque)
{
    hw_deferred_run(bridge_device_of_instance(dev)->deferred, work, done, opaque);
}

const HwEventLoop bridge_event_loop = {
    .abi = HW_ABI(HwEventLoop),
    .post = loop_post,
    .run = loop_run,
};
