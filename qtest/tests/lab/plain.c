/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two devices that give the laboratory little: one without a table of registers, one without
 * anything. */
#include "qtest/tests/lab/plain.h"

typedef struct Plain {
    HwDevice dev;
    uint64_t base;
    uint8_t byte;
} Plain;

static uint64_t plain_read(HwDevice *dev, uint64_t offset, uint32_t size)
{
    (void)offset;
    (void)size;
    return HW_DEVICE(Plain, dev)->byte;
}

static void plain_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    (void)offset;
    (void)size;
    HW_DEVICE(Plain, dev)->byte = (uint8_t)value;
}

static void plain_reset(HwDevice *dev)
{
    HW_DEVICE(Plain, dev)->byte = 0;
}

static const HwState plain_state = {
    .name = "plain",
    .version = 1,
    .minimum_version = 1,
    .fields = HW_ROWS(HwStateField, HW_SAVED(Plain, byte)),
};

/* clang-format off */
const HwDeviceClass plain_class = {
    .abi = HW_ABI(HwDeviceClass), .name = "plain", .description = "device without registers",
    .instance_size = sizeof(Plain),
    .regions = HW_ROWS(HwRegion,
        { "mmio", HW_REGION_MMIO, .size = 0x100, .base = offsetof(Plain, base),
          .read = plain_read, .write = plain_write }),
    .properties = HW_ROWS(HwProperty,
        HW_PROP_ADDRESS("addr", Plain, base, HW_ADDRESS_AUTO, "address of the region")),
    .state = &plain_state, .reset = plain_reset,
};

const HwDeviceClass bare_class = {
    .abi = HW_ABI(HwDeviceClass), .name = "bare", .description = "device without anything",
    .instance_size = sizeof(HwDevice), .flags = HW_CLASS_FLAT,
};
/* clang-format on */
