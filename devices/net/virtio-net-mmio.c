/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The virtio network card at an address: registers of virtio over MMIO. */
#include "devices/devices.h"
#include "devices/net/virtio-net.h"
#include "hw-api/device/virtio/mmio.h"
#include "hw-api/ext/event-loop.h"

static bool mmio_realize(HwDevice *dev, HwError *error)
{
    const VirtioNet *s = HW_DEVICE(VirtioNet, dev);

    if (!virtio_net_realize(dev, 0, error)) {
        return false;
    }
    hw_virtio_mmio_add_node(dev, s->base, s->irq_line);
    return true;
}

static void mmio_update(HwDevice *dev)
{
    hw_virtio_mmio_update(dev, HW_DEVICE(VirtioNet, dev)->irq_line);
}

static void mmio_build_acpi(HwDevice *dev, HwAcpiBuild *build)
{
    const VirtioNet *s = HW_DEVICE(VirtioNet, dev);

    hw_virtio_mmio_build_acpi(dev, build, s->base, s->irq_line);
}

/* clang-format off */
const HwDeviceClass virtio_net_mmio_class = {
    .abi = HW_ABI(HwDeviceClass), .name = "virtio-net-mmio",
    .description = "virtio network card, at any address",
    .services = HW_NAMES(HW_EVENT_LOOP, HW_GUEST_MEMORY, HW_NET),
    .properties = HW_ROWS(HwProperty, VIRTIO_NET_PROPERTIES,
        HW_PROP_ADDRESS("addr", VirtioNet, base, HW_ADDRESS_AUTO, "address of the registers"),
        HW_PROP_U32("irq-line", VirtioNet, irq_line, 5, "interrupt line that it drives")),
    .regions = HW_ROWS(HwRegion,
        HW_VIRTIO_MMIO_REGION(VirtioNet, base),
        { .name = "config", .kind = HW_REGION_REGISTERS, .size = HW_VIRTIO_MMIO_CONFIG,
          .offset = HW_VIRTIO_MMIO_CONFIG, .base = offsetof(VirtioNet, base),
          .words = offsetof(VirtioNet, config), .word_count = VIRTIO_NET_CONFIG_WORDS,
          .registers = HW_TABLE(virtio_net_config) }),
    .instance_size = sizeof(VirtioNet), .state = &virtio_net_state,
    .realize = mmio_realize, .unrealize = virtio_net_unrealize, .reset = hw_virtio_reset,
    .update = mmio_update, .loaded = virtio_net_loaded, .build_acpi = mmio_build_acpi,
};
/* clang-format on */
