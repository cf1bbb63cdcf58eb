/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state over PCI, in the form of QEMU's streams: a stream of either device loads in the other
 * (hw/virtio/virtio.c and virtio-pci.c of QEMU 10.0 have the form).  Some members have two places
 * there, since QEMU keeps a driver's choice beside the device's own state.
 */
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/device/virtio/pci.h"
#include "hw-api/device/virtio/transport.h"

/* QEMU has so many queues in a device, and streams have places for all. */
enum { QUEUES = 1024, CHOSEN = sizeof(((HwVirtioStored *)0)->chosen[0]) };

enum { SIZE_ENABLED, DESCRIPTORS, DRIVER_PART = 3, DEVICE_PART = 5 }; /* words of `chosen` */

#define QUEUES_LEFT(bytes) ((QUEUES - HW_VIRTIO_QUEUES) * (uint32_t)(bytes))

static HwVirtio *virtio_of(HwDevice *dev)
{
    return HW_DEVICE(HwVirtio, dev);
}

/* --------------------------------------------------------------------------- tables */

static bool broken_needed(HwDevice *dev)
{
    return virtio_of(dev)->stored.broken;
}

static bool started_needed(HwDevice *dev)
{
    return virtio_of(dev)->stored.started;
}

static bool disabled_needed(HwDevice *dev)
{
    (void)dev;
    return false;
}

static bool window_needed(HwDevice *dev)
{
    const uint32_t *window = virtio_of(dev)->stored.window;

    return window[0] || window[1] || window[2];
}

static bool ringsize_needed(HwDevice *dev)
{
    const HwVirtio *s = virtio_of(dev);

    for (uint32_t i = 0; i < s->model->queues.count; i++) {
        if (s->stored.size[i] != s->stored.most[i]) {
            return true;
        }
    }
    return false;
}

/* clang-format off */
static const HwState transport_state = {
    .name = "virtio_pci", .version = 1, .minimum_version = 1,
    .subsections = HW_ROWS(HwState,
        { .name = "virtio_pci/modern_state", .version = 1, .minimum_version = 1,
          .fields = HW_ROWS(HwStateField,
              HW_SAVED_AS("dfselect", HwVirtio, offered_select, 0),
              HW_SAVED_AS("gfselect", HwVirtio, accepted_select, 0),
              HW_SAVED_AS("guest_features", HwVirtio, stored.accepted, 0),
              HW_SAVED_AS("vqs", HwVirtio, stored.chosen, 0),
              HW_SAVED_ZEROS("further_vqs", QUEUES_LEFT(CHOSEN))) }),
};

/* A device without VIRTIO_F_RING_PACKED ignores the state of packed rings: a driver that has
 * accepted the feature is refused by its features. */
const HwState hw_virtio_pci_state = {
    .name = "virtio", .version = 1, .minimum_version = 1,
    .subsections = HW_ROWS(HwState,
        { .name = "virtio/64bit_features", .version = 1, .minimum_version = 1,
          .fields = HW_ROWS(HwStateField,
              HW_SAVED_AS("guest_features", HwVirtio, stored.all_features, 0)) },
        { .name = "virtio/virtqueues", .version = 1, .minimum_version = 1,
          .fields = HW_ROWS(HwStateField,
              HW_SAVED_AS("vq", HwVirtio, stored.rings, 0),
              HW_SAVED_ZEROS("further_vq", QUEUES_LEFT(16))) },
        { .name = "virtio/ringsize", .version = 1, .minimum_version = 1,
          .fields = HW_ROWS(HwStateField,
              HW_SAVED_AS("num_default", HwVirtio, stored.most, 0),
              HW_SAVED_ZEROS("further_num_default", QUEUES_LEFT(4))),
          .needed = ringsize_needed },
        { .name = "virtio/broken", .version = 1, .minimum_version = 1,
          .fields = HW_ROWS(HwStateField, HW_SAVED_AS("broken", HwVirtio, stored.broken, 0)),
          .needed = broken_needed },
        { .name = "virtio/extra_state", .version = 1, .minimum_version = 1,
          .fields = HW_ROWS(HwStateField, HW_SAVED_PART("extra_state", &transport_state)) },
        { .name = "virtio/started", .version = 1, .minimum_version = 1,
          .fields = HW_ROWS(HwStateField, HW_SAVED_AS("started", HwVirtio, stored.started, 0)),
          .needed = started_needed },
        { .name = "virtio/disabled", .version = 1, .minimum_version = 1,
          .fields = HW_ROWS(HwStateField, HW_SAVED_AS("disabled", HwVirtio, stored.disabled, 0)),
          .needed = disabled_needed },
        /* QEMU has no such subsection. */
        { .name = "virtio/outboard_window", .version = 1, .minimum_version = 1,
          .fields = HW_ROWS(HwStateField, HW_SAVED_AS("window", HwVirtio, stored.window, 0)),
          .needed = window_needed }),
};
/* clang-format on */

/* ---------------------------------------------------------------------------- saving */

static void address_store(uint32_t *words, uint64_t address)
{
    words[0] = (uint32_t)address;
    words[1] = (uint32_t)(address >> 32);
}

static uint64_t address_load(const uint32_t *words)
{
    return (uint64_t)words[1] << 32 | words[0];
}

/* QEMU gives a queue its addresses when it is enabled. */
static void queue_store(HwVirtio *s, uint32_t i)
{
    const HwVirtioQueue *queue = &s->queues[i];
    HwVirtioStored *stored = &s->stored;

    stored->size[i] = queue->size;
    stored->most[i] = hw_virtio_queue_most_of(s, i);
    stored->descriptors[i] = queue->enabled ? queue->descriptors : 0;
    stored->rings[i][0] = queue->enabled ? queue->driver : 0;
    stored->rings[i][1] = queue->enabled ? queue->device : 0;
    stored->chosen[i][SIZE_ENABLED] = (uint32_t)queue->size << 16 | queue->enabled;
    address_store(&stored->chosen[i][DESCRIPTORS], queue->descriptors);
    address_store(&stored->chosen[i][DRIVER_PART], queue->driver);
    address_store(&stored->chosen[i][DEVICE_PART], queue->device);
}

void hw_virtio_pci_pre_save(HwDevice *dev)
{
    HwVirtio *s = virtio_of(dev);
    const uint32_t *window = hw_virtio_pci_window_words(dev);

    memset(&s->stored, 0, sizeof(s->stored));
    s->stored.all_features = s->accepted & s->offered;
    s->stored.features = (uint32_t)s->stored.all_features;
    address_store(s->stored.accepted, s->accepted);
    s->stored.queue_count = s->model->queues.count;
    s->stored.queue_select = s->queue_select < QUEUES ? s->queue_select : QUEUES - 1;
    s->stored.broken = (s->status & HW_VIRTIO_NEEDS_RESET) != 0;
    s->stored.started = (s->status & HW_VIRTIO_DRIVER_OK) != 0;
    if (window) {
        memcpy(s->stored.window, window, sizeof(s->stored.window));
    }
    for (uint32_t i = 0; i < s->model->queues.count; i++) {
        queue_store(s, i);
    }
}

/* --------------------------------------------------------------------------- loading */

static HwVirtioQueue queue_loaded(const HwVirtio *s, uint32_t i)
{
    const HwVirtioStored *stored = &s->stored;
    const uint32_t *chosen = stored->chosen[i];
    bool enabled = chosen[SIZE_ENABLED] & 0xff;

    return (HwVirtioQueue) {
        .descriptors = enabled ? stored->descriptors[i] : address_load(&chosen[DESCRIPTORS]),
        .driver = enabled ? stored->rings[i][0] : address_load(&chosen[DRIVER_PART]),
        .device = enabled ? stored->rings[i][1] : address_load(&chosen[DEVICE_PART]),
        .size = (uint16_t)stored->size[i],
        .most = (uint16_t)(stored->most[i] ? stored->most[i] : stored->size[i]),
        .vector = s->queues[i].vector,
        .next = s->queues[i].next,
        .enabled = enabled,
        .lacks_used = enabled,
    };
}

static bool vector_check(const HwVirtio *s, uint16_t vector, HwError *error)
{
    uint32_t vectors = s->dev.cls->pci->msix_vectors;

    return vector < vectors || vector == HW_VIRTIO_NO_VECTOR ||
           hw_error_set(error, "%s: message %u, expected less than %u, or 0x%x for none", s->dev.id,
                        vector, vectors, HW_VIRTIO_NO_VECTOR);
}

static bool queue_check(const HwVirtio *s, uint32_t i, HwError *error)
{
    const HwVirtioStored *stored = &s->stored;
    HwVirtioQueue queue = queue_loaded(s, i);

    if ((queue.next || stored->descriptors[i]) && !queue.enabled) {
        return hw_error_set(error,
                            "%s: queue %u is not enabled, and has the address 0x%llx and the next "
                            "index %u, expected 0 and 0",
                            s->dev.id, i, (unsigned long long)stored->descriptors[i], queue.next);
    }
    return hw_virtio_size_check(s, i, stored->size[i], HW_VIRTIO_QUEUE_MAX, error) &&
           (!stored->most[i] ||
            hw_virtio_size_check(s, i, stored->most[i], HW_VIRTIO_QUEUE_MAX, error)) &&
           hw_virtio_queue_check(s, i, &queue, error) && vector_check(s, queue.vector, error);
}

bool hw_virtio_pci_post_load(HwDevice *dev, uint32_t version, HwError *error)
{
    const HwVirtio *s = virtio_of(dev);

    (void)version;
    if (!hw_virtio_features_check(s, s->stored.all_features, error) ||
        !vector_check(s, s->vector, error)) {
        return false;
    }
    for (uint32_t i = 0; i < s->model->queues.count; i++) {
        if (!queue_check(s, i, error)) {
            return false;
        }
    }
    return true;
}

void hw_virtio_pci_loaded(HwDevice *dev)
{
    HwVirtio *s = virtio_of(dev);
    uint32_t *window = hw_virtio_pci_window_words(dev);

    s->accepted = s->status & HW_VIRTIO_FEATURES_OK ? s->stored.all_features
                                                    : address_load(s->stored.accepted);
    s->queue_select = s->stored.queue_select;
    if (s->stored.broken) {
        s->status |= HW_VIRTIO_NEEDS_RESET;
    }
    if (window) {
        memcpy(window, s->stored.window, sizeof(s->stored.window));
    }
    for (uint32_t i = 0; i < s->model->queues.count; i++) {
        s->queues[i] = queue_loaded(s, i);
    }
    hw_virtio_loaded(dev);
}
