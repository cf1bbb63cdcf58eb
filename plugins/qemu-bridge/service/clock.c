/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hw.clock/1 */
#include "plugins/qemu-bridge/service/services.h"

#include <stdlib.h>

#include "hw-api/host/run/running.h"

struct HwTimer {
    HwTimer *next;
    QemuTimer timer;
    HwDevice *dev;
    void (*fired)(HwDevice *dev, void *opaque);
    void *opaque;
};

static HwTimer *timers;

static int64_t clock_now(HwDevice *dev)
{
    (void)dev;
    return qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
}

static void timer_fired(void *opaque)
{
    HwTimer *timer = opaque;
    HwDevice *dev = timer->dev; /* the timer may go in the call */

    HW_RUN_HOOK(hw_instance_of(dev), "fired", timer->fired(dev, timer->opaque));
    hw_device_update(dev);
}

static HwTimer *clock_timer_new(HwDevice *dev, void (*fired)(HwDevice *dev, void *opaque),
                                void *opaque)
{
    HwTimer *timer = calloc(1, sizeof(*timer));

    if (timer) {
        timer->dev = dev;
        timer->fired = fired;
        timer->opaque = opaque;
        timer->next = timers;
        timers = timer;
        timer_init_full(&timer->timer, NULL, QEMU_CLOCK_VIRTUAL, 1, 0, timer_fired, timer);
    }
    return timer;
}

static void clock_timer_set(HwTimer *timer, int64_t deadline)
{
    timer_mod_ns(&timer->timer, deadline);
}

static void clock_timer_cancel(HwTimer *timer)
{
    timer_del(&timer->timer);
}

static void clock_timer_free(HwTimer *timer)
{
    HwTimer **place = &timers;

    if (timer) {
        while (*place != timer) {
            place = &(*place)->next;
        }
        *place = timer->next;
        timer_del(&timer->timer);
        timer_deinit(&timer->timer);
        free(timer);
    }
}

void bridge_clock_release(const HwDevice *dev)
{
    for (HwTimer *timer = timers, *next; timer; timer = next) {
        next = timer->next;
        if (timer->dev == dev) {
            clock_timer_free(timer);
        }
    }
}

const HwClock bridge_clock = {
    .abi = HW_ABI(HwClock),
    .now = clock_now,
    .timer_new = clock_timer_new,
    .timer_set = clock_timer_set,
    .timer_cancel = clock_timer_cancel,
    .timer_free = clock_timer_free,
};
