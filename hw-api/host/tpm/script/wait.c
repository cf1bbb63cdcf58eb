/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/tpm/script/wait.h"

static void wait_fired(HwDevice *dev, void *opaque)
{
    HwTpmWait *wait = opaque;

    (void)dev;
    if (wait->held) {
        wait->held = false;
        wait->complete(wait->opaque, wait->size);
    }
}

bool hw_tpm_wait_open(HwTpmWait *wait, HwDevice *dev, void (*complete)(void *opaque, uint32_t size),
                      void *opaque)
{
    const HwClock *clock = hw_clock(dev);

    *wait = (HwTpmWait) { .dev = dev, .complete = complete, .opaque = opaque };
    wait->timer = clock ? clock->timer_new(dev, wait_fired, wait) : NULL;
    return wait->timer;
}

void hw_tpm_wait_close(HwTpmWait *wait)
{
    if (wait->timer) {
        hw_clock(wait->dev)->timer_free(wait->timer);
    }
    *wait = (HwTpmWait) { 0 };
}

bool hw_tpm_wait_begin(HwTpmWait *wait, uint32_t size, const HwTpmLate *late)
{
    const HwClock *clock;

    if (!late->delay || !wait->timer) {
        return false;
    }
    wait->held = true;
    wait->size = size;
    wait->late = *late;
    if (late->delay != HW_TPM_NEVER) {
        clock = hw_clock(wait->dev);
        clock->timer_set(wait->timer, clock->now(wait->dev) + late->delay);
    }
    return true;
}

void hw_tpm_wait_cut_short(HwTpmWait *wait, uint32_t size)
{
    wait->size = size;
    wait->late.delay = 0;
    hw_clock(wait->dev)->timer_set(wait->timer, 0);
}

/* A save can't wait for the machine's clock, which stands still.  The response comes early, and the
 * response that never comes is none. */
bool hw_tpm_wait_end(HwTpmWait *wait)
{
    if (!wait->held) {
        return false;
    }
    hw_tpm_wait_drop(wait);
    wait->complete(wait->opaque, wait->late.delay == HW_TPM_NEVER ? 0 : wait->size);
    return true;
}

void hw_tpm_wait_drop(HwTpmWait *wait)
{
    if (wait->held) {
        wait->held = false;
        hw_clock(wait->dev)->timer_cancel(wait->timer);
    }
}
