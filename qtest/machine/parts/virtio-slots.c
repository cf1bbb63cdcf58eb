/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/machine/parts/virtio-slots.h"

#include "hw-api/device/error.h"
#include "qtest/machine/core/host-internal.h"

#define SLOT    0x200u
#define SLOTS   32u

#define MAGIC   0x74726976u /* "virt" */
#define VERSION 1u          /* QEMU's transports are legacy ones, as seen in 7.2, 10.0 and 11.1 */
#define VENDOR  0x554d4551u /* "QEMU" */

typedef struct VirtioSlots {
    HwDevice dev;
    uint64_t base;
} VirtioSlots;

/* The device number, at 8, is 0, and so is all else. */
static uint64_t slot_read(HwDevice *dev, uint64_t offset, uint32_t size)
{
    static const uint32_t words[] = { MAGIC, VERSION, 0, VENDOR };
    uint64_t word = offset % SLOT / 4;

    (void)dev;
    (void)size;
    return offset % 4 == 0 && word < sizeof(words) / sizeof(*words) ? words[word] : 0;
}

static void slot_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    (void)dev;
    (void)offset;
    (void)value;
    (void)size;
}

/* clang-format off */
static const HwClass slots_class = {
    .table = {
        .abi = HW_ABI(HwDeviceClass),
        .name = "virtio-mmio-slots",
        .description = "virt's empty transports of virtio",
        .instance_size = sizeof(VirtioSlots),
        .flags = HW_CLASS_FLAT,
        .regions = HW_ROWS(HwRegion,
            { "slots", HW_REGION_MMIO, .size = SLOTS * SLOT, .base = offsetof(VirtioSlots, base),
              .read = slot_read, .write = slot_write }),
    },
    .original = &slots_class.table,
};
/* clang-format on */

bool ob_virtio_slots_create(ObHost *host, HwError *error)
{
    HwInstance *instance;

    if (!host->machine->virtio_slots) {
        return true;
    }
    instance = hw_instance_new(&host->base.api, &slots_class, NULL, NULL);
    if (!instance) {
        return hw_error_set(error, "virtio-mmio-slots: no memory for the device");
    }
    HW_DEVICE(VirtioSlots, instance->dev)->base = host->machine->virtio_slots;
    return ob_host_add_part(host, instance, error);
}
