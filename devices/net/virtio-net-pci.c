/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The virtio network card as a PCI function. */
#include "devices/devices.h"
#include "devices/net/virtio-net.h"
#include "hw-api/device/virtio/pci.h"
#include "hw-api/ext/event-loop.h"

/* Its DMA goes through the machine's IOMMU, so a driver must ask the platform for addresses
 * (VIRTIO 6, VIRTIO_F_ACCESS_PLATFORM). */
static bool pci_realize(HwDevice *dev, HwError *error)
{
    if (!virtio_net_realize(dev, HW_VIRTIO_ACCESS_PLATFORM, error)) {
        return false;
    }
    hw_virtio_pci_init(dev);
    return true;
}

/* clang-format off */
static const HwPciFunction virtio_net_pci = {
    HW_VIRTIO_PCI_FUNCTION(VirtioNet, pci, VIRTIO_NET_ID, VIRTIO_NET_QUEUES),
    .class_code = 0x020000, /* Ethernet */
};

const HwDeviceClass virtio_net_pci_class = {
    .abi = HW_ABI(HwDeviceClass), .name = "virtio-net-pci",
    .description = "virtio network card, modern",
    .services = HW_NAMES(HW_EVENT_LOOP, HW_GUEST_MEMORY, HW_NET, HW_PCI),
    .properties = HW_ROWS(HwProperty, VIRTIO_NET_PROPERTIES),
    .regions = HW_ROWS(HwRegion, HW_VIRTIO_PCI_REGIONS,
        { .name = "config", .kind = HW_REGION_REGISTERS, .space = HW_SPACE_BAR,
          .bar = HW_VIRTIO_PCI_BAR, .offset = HW_VIRTIO_PCI_CONFIG,
          .size = HW_VIRTIO_PCI_NOTIFY - HW_VIRTIO_PCI_CONFIG,
          .words = offsetof(VirtioNet, config), .word_count = VIRTIO_NET_CONFIG_WORDS,
          .registers = HW_TABLE(virtio_net_config) }),
    .instance_size = sizeof(VirtioNet), .state = &virtio_net_pci_state, .pci = &virtio_net_pci,
    .realize = pci_realize, .unrealize = virtio_net_unrealize, .reset = hw_virtio_reset,
    .update = hw_virtio_pci_update, .loaded = virtio_net_pci_loaded,
};
/* clang-format on */
