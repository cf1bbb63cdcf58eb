/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The setup of a virtio device's queues: sizes, places, reset (VIRTIO 2.6, 2.7). */
#include "hw-api/device/error.h"
#include "hw-api/device/virtio/transport.h"

HwVirtioQueue *hw_virtio_selected(HwVirtio *s)
{
    return s->queue_select < s->model->queues.count ? &s->queues[s->queue_select] : NULL;
}

uint32_t hw_virtio_queue_most_of(const HwVirtio *s, uint32_t queue)
{
    return s->queues[queue].most ? s->queues[queue].most : s->model->queues.entries[queue].size;
}

uint32_t hw_virtio_queue_most(const HwVirtio *s)
{
    return s->queue_select < s->model->queues.count ? hw_virtio_queue_most_of(s, s->queue_select)
                                                    : 0;
}

/* Logs the error of a driver that changes a queue in use. */
static HwVirtioQueue *queue_to_change(HwVirtio *s)
{
    HwVirtioQueue *queue = hw_virtio_selected(s);

    if (!queue || queue->enabled) {
        hw_log(&s->dev, HW_LOG_GUEST_ERROR, "queue %u was changed, but %s", s->queue_select,
               queue ? "it is enabled" : "it does not exist");
        return NULL;
    }
    return queue;
}

bool hw_virtio_size_fits(uint32_t entries, uint32_t most)
{
    return entries && entries <= most && !(entries & (entries - 1));
}

void hw_virtio_queue_resize(HwVirtio *s, uint32_t entries)
{
    HwVirtioQueue *queue = queue_to_change(s);

    if (queue && hw_virtio_size_fits(entries, hw_virtio_queue_most(s))) {
        queue->size = (uint16_t)entries;
    } else if (queue) {
        hw_log(&s->dev, HW_LOG_GUEST_ERROR,
               "queue %u of %u entries, expected a power of two up to %u", s->queue_select, entries,
               hw_virtio_queue_most(s));
    }
}

static uint64_t *part_of(HwVirtioQueue *queue, HwVirtioPart part)
{
    return part == HW_VIRTIO_DESCRIPTORS   ? &queue->descriptors
           : part == HW_VIRTIO_DRIVER_PART ? &queue->driver
                                           : &queue->device;
}

void hw_virtio_queue_place(HwVirtio *s, HwVirtioPart part, bool high, uint32_t value)
{
    HwVirtioQueue *queue = queue_to_change(s);
    uint64_t *address = queue ? part_of(queue, part) : NULL;

    if (address) {
        *address = high ? (uint64_t)value << 32 | (uint32_t)*address
                        : (*address & ~(uint64_t)UINT32_MAX) | value;
    }
}

uint64_t hw_virtio_queue_part(HwVirtio *s, HwVirtioPart part)
{
    HwVirtioQueue *queue = hw_virtio_selected(s);

    return queue ? *part_of(queue, part) : 0;
}

/* Alignments of VIRTIO 2.7. */
bool hw_virtio_queue_is_aligned(const HwVirtioQueue *queue)
{
    return queue->descriptors % 16 == 0 && queue->driver % 2 == 0 && queue->device % 4 == 0;
}

void hw_virtio_queue_enable(HwVirtio *s)
{
    HwVirtioQueue *queue = queue_to_change(s);

    if (queue && !hw_virtio_queue_is_aligned(queue)) {
        hw_log(&s->dev, HW_LOG_GUEST_ERROR,
               "queue %u: 0x%llx, 0x%llx, 0x%llx, expected multiples of 16, 2 and 4",
               s->queue_select, (unsigned long long)queue->descriptors,
               (unsigned long long)queue->driver, (unsigned long long)queue->device);
    } else if (queue) {
        queue->enabled = 1;
        hw_virtio_queue_run(s, s->queue_select);
    }
}

static void queue_stop(HwVirtioQueue *queue)
{
    queue->enabled = 0;
    queue->next = queue->used = queue->seen = queue->told = 0;
    queue->popped = queue->pushed = 0;
    queue->has_told = 0;
}

void hw_virtio_queue_disable(HwVirtio *s)
{
    HwVirtioQueue *queue = hw_virtio_selected(s);

    if (queue) {
        queue_stop(queue);
    }
}

/* The state after a reset of the device (2.6.1). */
void hw_virtio_queue_clear(HwVirtio *s, uint32_t number)
{
    uint16_t most = s->queues[number].most;

    s->queues[number] = (HwVirtioQueue) { .size = (uint16_t)hw_virtio_queue_most_of(s, number),
                                          .most = most,
                                          .vector = HW_VIRTIO_NO_VECTOR };
    s->paused &= (uint8_t) ~(1 << number);
}

void hw_virtio_queue_reset(HwVirtio *s)
{
    if (!hw_virtio_has(s, HW_VIRTIO_RING_RESET)) {
        hw_log(&s->dev, HW_LOG_GUEST_ERROR,
               "queue %u was reset, expected VIRTIO_F_RING_RESET to be accepted", s->queue_select);
    } else if (hw_virtio_selected(s)) {
        hw_virtio_queue_clear(s, s->queue_select);
    }
}
