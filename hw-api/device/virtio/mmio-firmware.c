/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a guest finds virtio over MMIO.  The node of the device tree is that of VIRTIO 4.2.1 and of
 * Linux's Documentation/devicetree/bindings/virtio/mmio.yaml.  In ACPI the id LNRO0005 is that of
 * Linux's driver and of QEMU's tables.
 */
#include <string.h>

#include "hw-api/device/aml.h"
#include "hw-api/device/virtio/mmio.h"
#include "hw-api/ext/draft/device-tree.h"
#include "hw-api/ext/draft/interrupt-lines.h"

#define NODE "virtio_mmio"
#define SIZE (2 * HW_VIRTIO_MMIO_CONFIG)

void hw_virtio_mmio_add_node(HwDevice *dev, uint64_t base, uint32_t line)
{
    static const char compatible[] = "virtio,mmio";
    const HwDeviceTree *tree = hw_device_tree(dev);

    if (tree && tree->add_node(dev, NODE, base, SIZE, HW_DEVICE_TREE_SYSTEM)) {
        tree->set(dev, NODE, base, "compatible", compatible, sizeof(compatible));
        tree->set(dev, NODE, base, "dma-coherent", "", 0);
        tree->set_interrupt(dev, NODE, base, line);
    }
}

/* "\_SB.V" and three digits of base 36: different for devices in any 23 MiB. */
static void name_make(char name[10], uint64_t base)
{
    static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    uint64_t number = base / SIZE;

    memcpy(name, "\\_SB.V000", 10);
    for (int i = 8; i > 5; i--, number /= 36) {
        name[i] = digits[number % 36];
    }
}

/* DMA is coherent: _CCA, which Arm needs (ACPI 6.4, 6.2.17). */
static void device_add(HwAml *aml, const char *name, uint64_t base, uint32_t gsi)
{
    hw_aml_device(aml, name);
    hw_aml_name_string(aml, "_HID", "LNRO0005");
    hw_aml_name_integer(aml, "_UID", base / SIZE);
    hw_aml_name_integer(aml, "_CCA", 1);
    hw_aml_name(aml, "_CRS");
    hw_aml_resources(aml);
    if (base + SIZE <= UINT32_MAX) {
        hw_aml_memory32_fixed(aml, (uint32_t)base, SIZE, true);
    } else {
        hw_aml_memory64(aml, base, SIZE, true);
    }
    hw_aml_interrupt(aml, gsi, 0);
    hw_aml_end(aml);
    hw_aml_end(aml);
}

void hw_virtio_mmio_build_acpi(HwDevice *dev, HwAcpiBuild *build, uint64_t base, uint32_t line)
{
    const HwInterruptLines *lines = hw_interrupt_lines(dev);
    uint8_t bytes[160];
    char name[10];
    uint32_t gsi;
    HwAml aml;

    if (!lines || !lines->gsi(dev, line, &gsi)) {
        return;
    }
    name_make(name, base);
    hw_aml_init(&aml, bytes, sizeof(bytes));
    device_add(&aml, name, base, gsi);
    if (hw_aml_done(&aml)) {
        hw_acpi(dev)->add_aml(build, bytes, aml.size);
    }
}
