/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hw.event-loop/1 */
#include "hw-api/ext/event-loop.h"

#include "qtest/machine/core/host-internal.h"

static void loop_post(HwDevice *dev, void (*function)(HwDevice *dev, void *opaque), void *opaque)
{
    hw_deferred_post(ob_device_of(dev)->deferred, function, opaque);
}

static void loop_run(HwDevice *dev, void (*work)(void *opaque),
                     void (*done)(HwDevice *dev, void *opaque), void *opaque)
{
    hw_deferred_run(ob_device_of(dev)->deferred, work, done, opaque);
}

const HwEventLoop ob_event_loop = {
    .abi = HW_ABI(HwEventLoop),
    .post = loop_post,
    .run = loop_run,
};
