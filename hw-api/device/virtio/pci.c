/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The common configuration, notifications and interrupts of virtio over PCI (VIRTIO 4.1.4). */
#include "hw-api/device/virtio/pci.h"

#include "hw-api/device/error.h"
#include "hw-api/device/virtio/transport.h"

static HwVirtio *virtio_of(HwDevice *dev)
{
    return HW_DEVICE(HwVirtio, dev);
}

/* -------------------------------------------------------------------- capabilities */

/* VIRTIO 4.1.4: the length and the kind stand in the upper half of the first word. */
#define CAPABILITY(kind, words, offset_, length)                                          \
    { "cap_len_cfg_type", 0, .reset = (uint32_t)(kind) << 24 | (4 * (words)) << 16 },     \
        { "bar_id", 4, .reset = HW_VIRTIO_PCI_BAR }, { "offset", 8, .reset = (offset_) }, \
    {                                                                                     \
        "length", 12, .reset = (length)                                                   \
    }

/* clang-format off */
const HwRegister hw_virtio_pci_common[HW_VIRTIO_PCI_WORDS] = {
    CAPABILITY(1, 4, 0, HW_VIRTIO_PCI_PART),
};
const HwRegister hw_virtio_pci_isr[HW_VIRTIO_PCI_WORDS] = {
    CAPABILITY(3, 4, HW_VIRTIO_PCI_ISR, HW_VIRTIO_PCI_PART),
};
const HwRegister hw_virtio_pci_config[HW_VIRTIO_PCI_WORDS] = {
    CAPABILITY(4, 4, HW_VIRTIO_PCI_CONFIG, HW_VIRTIO_PCI_PART),
};
const HwRegister hw_virtio_pci_notify[HW_VIRTIO_PCI_NOTIFY_WORDS] = {
    CAPABILITY(2, 5, HW_VIRTIO_PCI_NOTIFY, HW_VIRTIO_PCI_PART),
    { "notify_off_multiplier", 16, .reset = 4 },
};
/* clang-format on */

/* ------------------------------------------------------------------- the selected queue */

static uint16_t *queue_vector(HwVirtio *s)
{
    HwVirtioQueue *queue = hw_virtio_selected(s);

    return queue ? &queue->vector : NULL;
}

static uint32_t vector_or_none(const uint16_t *vector)
{
    return vector ? *vector : HW_VIRTIO_NO_VECTOR;
}

/* A message that the function lacks is none: the driver reads it back (4.1.5.1.2.1). */
static void vector_write(const HwVirtio *s, uint16_t *vector, uint32_t value)
{
    if (vector) {
        *vector = (uint16_t)(value < s->dev.cls->pci->msix_vectors ? value : HW_VIRTIO_NO_VECTOR);
    }
}

/* --------------------------------------------------------------------------- fields */

typedef uint64_t FieldRead(HwVirtio *s);
typedef void FieldWrite(HwVirtio *s, uint32_t value);

#define READ(name_, value_)                   \
    static uint64_t name_##_read(HwVirtio *s) \
    {                                         \
        return (value_);                      \
    }
#define WRITE(name_, statement_)                           \
    static void name_##_write(HwVirtio *s, uint32_t value) \
    {                                                      \
        statement_;                                        \
    }
#define PLACE(name_, part_)                                             \
    READ(name_, hw_virtio_queue_part(s, (part_)))                       \
    WRITE(name_##_low, hw_virtio_queue_place(s, (part_), false, value)) \
    WRITE(name_##_high, hw_virtio_queue_place(s, (part_), true, value)) \
    READ(name_##_high, hw_virtio_queue_part(s, (part_)) >> 32)

READ(offered_select, s->offered_select)
WRITE(offered_select, s->offered_select = value)
READ(offered, hw_virtio_features_offered(s))
READ(accepted_select, s->accepted_select)
WRITE(accepted_select, s->accepted_select = value)
READ(accepted, hw_virtio_features_accepted(s))
WRITE(accepted, hw_virtio_features_accept(s, value))
READ(config_vector, s->vector)
WRITE(config_vector, vector_write(s, &s->vector, value))
READ(queues, s->model->queues.count)
READ(status, s->status)
WRITE(status, hw_virtio_status_write(s, value))
READ(generation, s->generation)
READ(queue_select, s->queue_select)
WRITE(queue_select, s->queue_select = (uint16_t)value)
READ(queue_size, hw_virtio_selected(s) ? hw_virtio_selected(s)->size : 0)
WRITE(queue_size, hw_virtio_queue_resize(s, value))
READ(queue_vector, vector_or_none(queue_vector(s)))
WRITE(queue_vector, vector_write(s, queue_vector(s), value))
READ(queue_enable, hw_virtio_selected(s) ? hw_virtio_selected(s)->enabled : 0)
READ(queue_notify_off, s->queue_select)
PLACE(queue_desc, HW_VIRTIO_DESCRIPTORS)
PLACE(queue_driver, HW_VIRTIO_DRIVER_PART)
PLACE(queue_device, HW_VIRTIO_DEVICE_PART)

/* It is over at once. */
static uint64_t queue_reset_read(HwVirtio *s)
{
    (void)s;
    return 0;
}

static void queue_reset_write(HwVirtio *s, uint32_t value)
{
    if (value == 1) {
        hw_virtio_queue_reset(s);
    } else {
        hw_log(&s->dev, HW_LOG_GUEST_ERROR, "queue_reset: 0x%x was written, expected 1", value);
    }
}

/* Only a reset disables a queue (4.1.4.3.2). */
static void queue_enable_write(HwVirtio *s, uint32_t value)
{
    if (value == 1) {
        hw_virtio_queue_enable(s);
    } else {
        hw_log(&s->dev, HW_LOG_GUEST_ERROR, "queue_enable: 0x%x was written, expected 1", value);
    }
}

/* `write` NULL: read-only.  The fields lie in order, without gaps. */
/* clang-format off */
static const struct {
    const char *name;
    uint32_t offset;
    uint32_t size;
    FieldRead *read;
    FieldWrite *write;
} fields[] = {
    { "device_feature_select", 0x00, 4, offered_select_read, offered_select_write },
    { "device_feature", 0x04, 4, offered_read, NULL },
    { "driver_feature_select", 0x08, 4, accepted_select_read, accepted_select_write },
    { "driver_feature", 0x0c, 4, accepted_read, accepted_write },
    { "config_msix_vector", 0x10, 2, config_vector_read, config_vector_write },
    { "num_queues", 0x12, 2, queues_read, NULL },
    { "device_status", 0x14, 1, status_read, status_write },
    { "config_generation", 0x15, 1, generation_read, NULL },
    { "queue_select", 0x16, 2, queue_select_read, queue_select_write },
    { "queue_size", 0x18, 2, queue_size_read, queue_size_write },
    { "queue_msix_vector", 0x1a, 2, queue_vector_read, queue_vector_write },
    { "queue_enable", 0x1c, 2, queue_enable_read, queue_enable_write },
    { "queue_notify_off", 0x1e, 2, queue_notify_off_read, NULL },
    { "queue_desc", 0x20, 4, queue_desc_read, queue_desc_low_write },
    { "queue_desc_high", 0x24, 4, queue_desc_high_read, queue_desc_high_write },
    { "queue_driver", 0x28, 4, queue_driver_read, queue_driver_low_write },
    { "queue_driver_high", 0x2c, 4, queue_driver_high_read, queue_driver_high_write },
    { "queue_device", 0x30, 4, queue_device_read, queue_device_low_write },
    { "queue_device_high", 0x34, 4, queue_device_high_read, queue_device_high_write },
    { "queue_notify_data", 0x38, 2, queue_notify_off_read, NULL },
    { "queue_reset", 0x3a, 2, queue_reset_read, queue_reset_write },
};
/* clang-format on */

enum { FIELDS = sizeof(fields) / sizeof(fields[0]) };

static uint32_t field_at(uint64_t offset)
{
    uint32_t i = 0;

    while (i < FIELDS - 1 && offset >= fields[i + 1].offset) {
        i++;
    }
    return i;
}

const char *hw_virtio_pci_common_name(uint64_t offset)
{
    return fields[field_at(offset)].name;
}

uint64_t hw_virtio_pci_common_read(HwDevice *dev, uint64_t offset, uint32_t size)
{
    uint64_t value = 0;

    for (uint32_t i = 0; i < size; i++) {
        uint32_t field = field_at(offset + i);
        uint64_t all = fields[field].read(virtio_of(dev));

        value |= (all >> 8 * (offset + i - fields[field].offset) & 0xff) << 8 * i;
    }
    return value;
}

/* A driver writes a field as a whole, addresses in halves too (4.1.3.1). */
void hw_virtio_pci_common_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    uint32_t i = field_at(offset);

    if (offset == fields[i].offset && size == fields[i].size && fields[i].write) {
        fields[i].write(virtio_of(dev), (uint32_t)value);
    } else {
        hw_log(dev, HW_LOG_GUEST_ERROR, "%s: %u bytes were written at 0x%x, expected %s",
               fields[i].name, size, (uint32_t)offset,
               fields[i].write ? "the whole field" : "reads alone");
    }
}

/* ------------------------------------------------------- notifications and interrupts */

/* A read clears it (4.1.4.5). */
uint64_t hw_virtio_pci_isr_read(HwDevice *dev, uint64_t offset, uint32_t size)
{
    HwVirtio *s = virtio_of(dev);
    uint8_t isr = s->isr;

    (void)size;
    if (offset) {
        return 0;
    }
    s->isr = 0;
    return isr;
}

void hw_virtio_pci_isr_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    (void)dev, (void)offset, (void)value, (void)size;
}

uint64_t hw_virtio_pci_notify_read(HwDevice *dev, uint64_t offset, uint32_t size)
{
    (void)dev, (void)offset, (void)size;
    return 0;
}

/* Each queue has a place of its own: the value says nothing more. */
void hw_virtio_pci_notify_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    (void)value, (void)size;
    hw_virtio_kick(virtio_of(dev), (uint32_t)offset / 4);
}

static bool message_send(HwDevice *dev, uint16_t vector)
{
    const HwPci *pci = hw_pci(dev);

    if (pci->interrupts(dev) != HW_PCI_MSIX) {
        return false;
    }
    if (vector != HW_VIRTIO_NO_VECTOR) {
        pci->message(dev, vector);
    }
    return true;
}

void hw_virtio_pci_init(HwDevice *dev)
{
    virtio_of(dev)->message = message_send;
}

void hw_virtio_pci_update(HwDevice *dev)
{
    hw_irq_set(dev, 0, virtio_of(dev)->isr != 0);
}
