/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Virtio over MMIO (VIRTIO 4.2, version 2): registers at any address of any machine.  The guest
 * finds them by the device tree, or by ACPI's id LNRO0005.  The configuration is a region of its own:
 *
 *     .regions = HW_ROWS(HwRegion,
 *         HW_VIRTIO_MMIO_REGION(Echo, base),
 *         { .name = "config", .kind = HW_REGION_REGISTERS, .offset = HW_VIRTIO_MMIO_CONFIG,
 *           .size = HW_VIRTIO_MMIO_CONFIG, .base = offsetof(Echo, base), .words = ... }),
 */
#ifndef HW_DEVICE_VIRTIO_MMIO_H
#define HW_DEVICE_VIRTIO_MMIO_H

#include "hw-api/device/virtio/virtio.h"
#include "hw-api/ext/acpi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HW_VIRTIO_MMIO_CONFIG    0x100u /* offset of the configuration, and size of each half */
#define HW_VIRTIO_MMIO_REGISTERS 29

extern const HwRegister hw_virtio_mmio_registers[HW_VIRTIO_MMIO_REGISTERS];

/* Drivers make accesses of 4 bytes alone (4.2.2.2). */
/* clang-format off */
#define HW_VIRTIO_MMIO_REGION(Struct, base_)                                                  \
    { .name = "registers", .kind = HW_REGION_REGISTERS, .size = HW_VIRTIO_MMIO_CONFIG,        \
      .base = offsetof(Struct, base_), .words = offsetof(Struct, virtio.words),               \
      .word_count = HW_VIRTIO_MMIO_CONFIG / 4,                                                \
      .registers = HW_TABLE(hw_virtio_mmio_registers), .access_min = 4 }
/* clang-format on */

/* Adds the node of the device tree, in realize, if the machine has a tree. */
void hw_virtio_mmio_add_node(HwDevice *dev, uint64_t base, uint32_t line);

/* Adds the ACPI device, in build_acpi, if the host can tell the line's global number. */
void hw_virtio_mmio_build_acpi(HwDevice *dev, HwAcpiBuild *build, uint64_t base, uint32_t line);

/* The hook `update`: drives the line. */
void hw_virtio_mmio_update(HwDevice *dev, uint32_t line);

#ifdef __cplusplus
}
#endif

#endif
