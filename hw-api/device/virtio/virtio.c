/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The life of a virtio device: status, features, queues, interrupts (VIRTIO 2.1, 2.2, 3.1). */
#include "hw-api/device/virtio/virtio.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/device/virtio/transport.h"
#include "hw-api/ext/event-loop.h"

/* Chains of one queue that are served in one call; the rest follows in a posted call. */
#define BATCH 64

static const HwVirtioQueueModel *model_of(const HwVirtio *s, uint32_t queue)
{
    return &s->model->queues.entries[queue];
}

bool hw_virtio_is_running(const HwVirtio *s, uint32_t queue)
{
    return s->queues[queue].enabled && s->status & HW_VIRTIO_DRIVER_OK &&
           !(s->status & HW_VIRTIO_NEEDS_RESET);
}

/* ---------------------------------------------------------------------- interrupts */

void hw_virtio_interrupt(HwVirtio *s, uint16_t vector, uint32_t isr)
{
    if (!s->message || !s->message(&s->dev, vector)) {
        s->isr |= (uint8_t)isr;
    }
}

void hw_virtio_config_changed(HwVirtio *s)
{
    s->generation++;
    if (s->status & HW_VIRTIO_DRIVER_OK) {
        hw_virtio_interrupt(s, s->vector, HW_VIRTIO_ISR_CONFIG);
    }
}

void hw_virtio_break(HwVirtio *s, const char *format, ...)
{
    char text[160];
    va_list arguments;

    if (s->status & HW_VIRTIO_NEEDS_RESET) {
        return;
    }
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    hw_log(&s->dev, HW_LOG_GUEST_ERROR, "%s: the device needs a reset", text);
    s->status |= HW_VIRTIO_NEEDS_RESET;
    hw_virtio_config_changed(s);
}

/* -------------------------------------------------------------------------- queues */

static void queue_post(HwVirtio *s, uint32_t queue);

static void queue_serve(HwVirtio *s, uint32_t queue)
{
    const HwVirtioQueueModel *model = model_of(s, queue);
    uint32_t left = BATCH;
    uint32_t written = 0;

    while (left && !(s->paused >> queue & 1) && hw_virtio_pop(s, queue, &s->chain)) {
        if (!model->serve(&s->dev, &s->chain, &written)) {
            s->paused |= (uint8_t)(1 << queue);
        }
        hw_virtio_push(s, queue, s->chain.head, written);
        left--;
    }
    hw_virtio_publish(s, queue);
    if (!left) {
        queue_post(s, queue);
    }
}

void hw_virtio_queue_run(HwVirtio *s, uint32_t queue)
{
    const HwVirtioQueueModel *model = model_of(s, queue);

    if (!hw_virtio_is_running(s, queue)) {
        return;
    }
    if (model->serve) {
        queue_serve(s, queue);
    } else if (model->kicked) {
        model->kicked(&s->dev);
    }
}

static void queues_go_on(HwDevice *dev, void *opaque)
{
    HwVirtio *s = HW_DEVICE(HwVirtio, dev);
    uint8_t posted = s->posted;

    (void)opaque;
    s->posted = 0;
    for (uint32_t i = 0; i < s->model->queues.count; i++) {
        if (posted >> i & 1) {
            hw_virtio_queue_run(s, i);
        }
    }
}

static void queue_post(HwVirtio *s, uint32_t queue)
{
    if (!s->posted) {
        hw_event_loop(&s->dev)->post(&s->dev, queues_go_on, NULL);
    }
    s->posted |= (uint8_t)(1 << queue);
}

void hw_virtio_resume(HwVirtio *s, uint32_t queue)
{
    s->paused &= (uint8_t) ~(1 << queue);
    queue_post(s, queue);
}

void hw_virtio_queues_run(HwVirtio *s)
{
    for (uint32_t i = 0; i < s->model->queues.count; i++) {
        hw_virtio_queue_run(s, i);
    }
}

/* Before DRIVER_OK a driver may kick; its chains wait. */
void hw_virtio_kick(HwVirtio *s, uint32_t queue)
{
    if (queue >= s->model->queues.count) {
        hw_log(&s->dev, HW_LOG_GUEST_ERROR, "queue %u was notified, expected 0 to %u", queue,
               s->model->queues.count - 1);
        return;
    }
    hw_virtio_queue_run(s, queue);
}

/* -------------------------------------------------------------- features and status */

uint32_t hw_virtio_features_offered(const HwVirtio *s)
{
    return s->offered_select < 2 ? (uint32_t)(s->offered >> 32 * s->offered_select) : 0;
}

uint32_t hw_virtio_features_accepted(const HwVirtio *s)
{
    return s->accepted_select < 2 ? (uint32_t)(s->accepted >> 32 * s->accepted_select) : 0;
}

void hw_virtio_features_accept(HwVirtio *s, uint32_t value)
{
    uint32_t shift = 32 * s->accepted_select;

    if (s->status & HW_VIRTIO_FEATURES_OK) {
        hw_log(&s->dev, HW_LOG_GUEST_ERROR, "features were written after FEATURES_OK");
    } else if (s->accepted_select < 2) {
        s->accepted = (s->accepted & ~((uint64_t)UINT32_MAX << shift)) | (uint64_t)value << shift;
    }
}

bool hw_virtio_features_fit(const HwVirtio *s, uint64_t accepted)
{
    return !(accepted & ~s->offered) && accepted & HW_VIRTIO_VERSION_1;
}

/* The bit stays clear for a driver whose features don't fit (3.1.1). */
static uint32_t features_checked(HwVirtio *s, uint32_t value)
{
    if (value & HW_VIRTIO_FEATURES_OK && !hw_virtio_features_fit(s, s->accepted)) {
        hw_log(&s->dev, HW_LOG_GUEST_ERROR,
               "features 0x%llx, expected some of 0x%llx, and VIRTIO_F_VERSION_1",
               (unsigned long long)s->accepted, (unsigned long long)s->offered);
        value &= ~HW_VIRTIO_FEATURES_OK;
    }
    return value;
}

void hw_virtio_status_write(HwVirtio *s, uint32_t value)
{
    uint32_t added = value & 0xff & ~(uint32_t)s->status & ~HW_VIRTIO_NEEDS_RESET;

    if (!(value & 0xff)) {
        hw_virtio_reset(&s->dev);
        return;
    }
    added = features_checked(s, added);
    if (added & HW_VIRTIO_DRIVER_OK && !((s->status | added) & HW_VIRTIO_FEATURES_OK)) {
        hw_log(&s->dev, HW_LOG_GUEST_ERROR, "DRIVER_OK before FEATURES_OK");
        added &= ~HW_VIRTIO_DRIVER_OK;
    }
    s->status |= (uint8_t)added;
    if (added & HW_VIRTIO_DRIVER_OK) {
        hw_virtio_queues_run(s);
    }
}

/* ----------------------------------------------------------------------------- hooks */

void hw_virtio_init(HwDevice *dev, const HwVirtioModel *model, uint64_t features)
{
    HwVirtio *s = HW_DEVICE(HwVirtio, dev);

    s->model = model;
    s->memory = hw_guest_memory(dev);
    s->offered = model->features | features | HW_VIRTIO_INDIRECT | HW_VIRTIO_EVENT_INDEX |
                 HW_VIRTIO_VERSION_1 | HW_VIRTIO_RING_RESET;
}

void hw_virtio_reset(HwDevice *dev)
{
    HwVirtio *s = HW_DEVICE(HwVirtio, dev);

    s->accepted = 0;
    s->offered_select = s->accepted_select = 0;
    s->queue_select = 0;
    s->status = s->isr = 0;
    s->vector = HW_VIRTIO_NO_VECTOR;
    for (uint32_t i = 0; i < s->model->queues.count; i++) {
        hw_virtio_queue_clear(s, i);
    }
    if (s->model->reset) {
        s->model->reset(dev);
    }
}
