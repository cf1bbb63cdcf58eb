/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The registers of virtio over MMIO (VIRTIO 4.2.2, table 4.1). */
#include "hw-api/device/virtio/mmio.h"

#include "hw-api/device/virtio/transport.h"

#define MAGIC   0x74726976 /* "virt" in guest memory */
#define VERSION 2
#define VENDOR  0x4254554f /* "OUTB" */

static HwVirtio *virtio_of(HwDevice *dev)
{
    return HW_DEVICE(HwVirtio, dev);
}

/* ---------------------------------------------------------------------------- reads */

#define READ(name_, value_)                                      \
    static uint32_t name_##_read(HwDevice *dev, uint32_t stored) \
    {                                                            \
        HwVirtio *s = virtio_of(dev);                            \
                                                                 \
        (void)stored;                                            \
        return (value_);                                         \
    }

READ(device_id, s->model->id)
READ(device_features, hw_virtio_features_offered(s))
READ(queue_most, hw_virtio_queue_most(s))
READ(queue_ready, hw_virtio_selected(s) ? hw_virtio_selected(s)->enabled : 0)
READ(interrupt_status, s->isr)
READ(status, s->status)
READ(generation, s->generation)

/* --------------------------------------------------------------------------- writes */

static void device_features_select_written(HwDevice *dev, uint32_t value)
{
    virtio_of(dev)->offered_select = value;
}

static void driver_features_written(HwDevice *dev, uint32_t value)
{
    hw_virtio_features_accept(virtio_of(dev), value);
}

static void driver_features_select_written(HwDevice *dev, uint32_t value)
{
    virtio_of(dev)->accepted_select = value;
}

/* Numbers past 16 bits name no queue either. */
static void queue_select_written(HwDevice *dev, uint32_t value)
{
    virtio_of(dev)->queue_select = (uint16_t)(value < UINT16_MAX ? value : UINT16_MAX);
}

static void queue_size_written(HwDevice *dev, uint32_t value)
{
    hw_virtio_queue_resize(virtio_of(dev), value);
}

static void queue_ready_written(HwDevice *dev, uint32_t value)
{
    if (value & 1) {
        hw_virtio_queue_enable(virtio_of(dev));
    } else {
        hw_virtio_queue_disable(virtio_of(dev));
    }
}

/* It is over at once: a read finds 0. */
static void queue_reset_written(HwDevice *dev, uint32_t value)
{
    if (value & 1) {
        hw_virtio_queue_reset(virtio_of(dev));
    }
}

static void queue_notify_written(HwDevice *dev, uint32_t value)
{
    hw_virtio_kick(virtio_of(dev), value);
}

static void interrupt_ack_written(HwDevice *dev, uint32_t value)
{
    virtio_of(dev)->isr &= (uint8_t)~value;
}

static void status_written(HwDevice *dev, uint32_t value)
{
    hw_virtio_status_write(virtio_of(dev), value);
}

#define PLACE(name_, part_, high_)                                      \
    static void name_##_written(HwDevice *dev, uint32_t value)          \
    {                                                                   \
        hw_virtio_queue_place(virtio_of(dev), (part_), (high_), value); \
    }

PLACE(descriptors_low, HW_VIRTIO_DESCRIPTORS, false)
PLACE(descriptors_high, HW_VIRTIO_DESCRIPTORS, true)
PLACE(driver_low, HW_VIRTIO_DRIVER_PART, false)
PLACE(driver_high, HW_VIRTIO_DRIVER_PART, true)
PLACE(device_low, HW_VIRTIO_DEVICE_PART, false)
PLACE(device_high, HW_VIRTIO_DEVICE_PART, true)

/* ------------------------------------------------------------------------- registers */

#define STATUS_FIELDS                                                             \
    HW_FIELDS({ "ACKNOWLEDGE", 0, 1 }, { "DRIVER", 1, 1 }, { "DRIVER_OK", 2, 1 }, \
              { "FEATURES_OK", 3, 1 }, { "DEVICE_NEEDS_RESET", 6, 1 }, { "FAILED", 7, 1 })
#define CAUSE_FIELDS HW_FIELDS({ "used", 0, 1 }, { "config", 1, 1 })

/* clang-format off */
#define WRITTEN(name_, offset_, hook_) \
    { name_, offset_, .write_only = UINT32_MAX, .written = hook_ }
#define NO_MEMORY(name_, offset_) { name_, offset_, .reset = UINT32_MAX }

const HwRegister hw_virtio_mmio_registers[HW_VIRTIO_MMIO_REGISTERS] = {
    { "MagicValue", 0x000, .reset = MAGIC },
    { "Version", 0x004, .reset = VERSION },
    { "DeviceID", 0x008, .read = device_id_read },
    { "VendorID", 0x00c, .reset = VENDOR },
    { "DeviceFeatures", 0x010, .read = device_features_read },
    WRITTEN("DeviceFeaturesSel", 0x014, device_features_select_written),
    WRITTEN("DriverFeatures", 0x020, driver_features_written),
    WRITTEN("DriverFeaturesSel", 0x024, driver_features_select_written),
    WRITTEN("QueueSel", 0x030, queue_select_written),
    { "QueueNumMax", 0x034, .read = queue_most_read },
    WRITTEN("QueueNum", 0x038, queue_size_written),
    { "QueueReady", 0x044, .write_only = 1, .read = queue_ready_read,
      .written = queue_ready_written },
    WRITTEN("QueueNotify", 0x050, queue_notify_written),
    { "InterruptStatus", 0x060, .read = interrupt_status_read, .fields = CAUSE_FIELDS },
    { "InterruptACK", 0x064, .write_only = 3, .written = interrupt_ack_written,
      .fields = CAUSE_FIELDS },
    { "Status", 0x070, .write_only = 0xff, .read = status_read, .written = status_written,
      .fields = STATUS_FIELDS },
    WRITTEN("QueueDescLow", 0x080, descriptors_low_written),
    WRITTEN("QueueDescHigh", 0x084, descriptors_high_written),
    WRITTEN("QueueDriverLow", 0x090, driver_low_written),
    WRITTEN("QueueDriverHigh", 0x094, driver_high_written),
    WRITTEN("QueueDeviceLow", 0x0a0, device_low_written),
    WRITTEN("QueueDeviceHigh", 0x0a4, device_high_written),
    /* The device has no shared memory (4.2.2.1). */
    WRITTEN("SHMSel", 0x0ac, NULL),
    NO_MEMORY("SHMLenLow", 0x0b0),
    NO_MEMORY("SHMLenHigh", 0x0b4),
    NO_MEMORY("SHMBaseLow", 0x0b8),
    NO_MEMORY("SHMBaseHigh", 0x0bc),
    { "QueueReset", 0x0c0, .write_only = 1, .written = queue_reset_written },
    { "ConfigGeneration", 0x0fc, .read = generation_read },
};
/* clang-format on */

void hw_virtio_mmio_update(HwDevice *dev, uint32_t line)
{
    hw_irq_set(dev, line, virtio_of(dev)->isr != 0);
}
