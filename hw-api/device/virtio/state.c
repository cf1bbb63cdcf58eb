/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A state that a stream has brought: checks, and the start from it. */
#include "hw-api/device/error.h"
#include "hw-api/device/virtio/transport.h"

bool hw_virtio_features_check(const HwVirtio *s, uint64_t accepted, HwError *error)
{
    return !(s->status & (HW_VIRTIO_FEATURES_OK | HW_VIRTIO_DRIVER_OK)) ||
           hw_virtio_features_fit(s, accepted) ||
           hw_error_set(error, "%s: features are 0x%llx, this device has 0x%llx", s->dev.id,
                        (unsigned long long)accepted, (unsigned long long)s->offered);
}

bool hw_virtio_queue_check(const HwVirtio *s, uint32_t number, const HwVirtioQueue *queue,
                           HwError *error)
{
    return !queue->enabled || hw_virtio_queue_is_aligned(queue) ||
           hw_error_set(error, "%s: the addresses of queue %u are not aligned", s->dev.id, number);
}

bool hw_virtio_size_check(const HwVirtio *s, uint32_t number, uint32_t entries, uint32_t most,
                          HwError *error)
{
    return hw_virtio_size_fits(entries, most) ||
           hw_error_set(error, "%s: queue %u has %u entries, expected a power of two up to %u",
                        s->dev.id, number, entries, most);
}

bool hw_virtio_post_load(HwDevice *dev, uint32_t version, HwError *error)
{
    const HwVirtio *s = HW_DEVICE(HwVirtio, dev);

    (void)version;
    if (!hw_virtio_features_check(s, s->accepted, error)) {
        return false;
    }
    for (uint32_t i = 0; i < s->model->queues.count; i++) {
        if (!hw_virtio_size_check(s, i, s->queues[i].size, s->model->queues.entries[i].size,
                                  error) ||
            !hw_virtio_queue_check(s, i, &s->queues[i], error)) {
            return false;
        }
    }
    return true;
}

void hw_virtio_loaded(HwDevice *dev)
{
    HwVirtio *s = HW_DEVICE(HwVirtio, dev);

    s->paused = 0;
    for (uint32_t i = 0; i < s->model->queues.count; i++) {
        s->queues[i].seen = s->queues[i].next;
        s->queues[i].popped = s->queues[i].pushed = 0;
        s->queues[i].has_told = 0;
    }
    hw_virtio_queues_run(s);
}
