/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state of the virtio network card in a stream: over MMIO our own, over PCI that of QEMU's card. */
#include <string.h>

#include "devices/net/virtio-net.h"
#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"

static VirtioNet *net_of(HwDevice *dev)
{
    return HW_DEVICE(VirtioNet, dev);
}

/* The link here may not be as it was there.  A driver that can announces the guest's new place
 * (5.1.6.5.4). */
static void place_follow(VirtioNet *s)
{
    uint32_t before = s->config[1];

    virtio_net_link_store(s, s->net->link_is_up(s->port));
    if (hw_virtio_has(&s->virtio, VIRTIO_NET_BIT(GUEST_ANNOUNCE)) &&
        s->virtio.status & HW_VIRTIO_DRIVER_OK) {
        s->config[1] |= VIRTIO_NET_ANNOUNCE << 16;
    }
    if (s->config[1] != before) {
        hw_virtio_config_changed(&s->virtio);
    }
}

/* -------------------------------------------------------------------------- over MMIO */

static bool mmio_post_load(HwDevice *dev, uint32_t version, HwError *error)
{
    const VirtioNet *s = net_of(dev);

    if (s->filter.mac_count > VIRTIO_NET_MACS) {
        return hw_error_set(error, "%s: the filter has %u addresses, expected at most %u", dev->id,
                            s->filter.mac_count, VIRTIO_NET_MACS);
    }
    return hw_virtio_post_load(dev, version, error);
}

void virtio_net_loaded(HwDevice *dev)
{
    hw_virtio_loaded(dev);
    place_follow(net_of(dev));
}

/* clang-format off */
const HwState virtio_net_state = {
    .name = "outboard-virtio-net", .version = 3, .minimum_version = 1,
    .fields = HW_ROWS(HwStateField,
        HW_VIRTIO_SAVED(VirtioNet), HW_SAVED(VirtioNet, config),
        HW_VIRTIO_SAVED_QUEUE(VirtioNet, 0), HW_VIRTIO_SAVED_QUEUE(VirtioNet, 1),
        HW_VIRTIO_SAVED_QUEUE_SINCE(VirtioNet, 2, 2),
        HW_SAVED_SINCE(VirtioNet, filter.modes, 3),
        HW_SAVED_SINCE(VirtioNet, filter.too_many_stations, 3),
        HW_SAVED_SINCE(VirtioNet, filter.too_many_groups, 3),
        HW_SAVED_SINCE(VirtioNet, filter.mac_count, 3), HW_SAVED_SINCE(VirtioNet, filter.macs, 3),
        HW_SAVED_SINCE(VirtioNet, filter.vlans, 3)),
    .post_load = mmio_post_load,
};
/* clang-format on */

/* --------------------------------------------------------------------------- over PCI */

/* The flag of chains that wait makes QEMU look at the queue, also if the driver does not kick it
 * again.  QEMU's table of VLANs is full unless a driver can change it. */
static void pci_pre_save(HwDevice *dev)
{
    VirtioNet *s = net_of(dev);
    uint8_t *config = s->virtio.stored.config;

    hw_virtio_pci_pre_save(dev);
    s->virtio.stored.config_size = VIRTIO_NET_CONFIG_BYTES;
    hw_store_le(config, s->config[0], 4);
    hw_store_le(config + 4, s->config[1], 4);
    memset(&s->stored, 0, sizeof(s->stored));
    virtio_net_mac_load(s, s->stored.mac);
    s->stored.status = (uint16_t)(s->config[1] >> 16);
    s->stored.tx_waiting = hw_virtio_is_running(&s->virtio, VIRTIO_NET_TRANSMIT);
    s->stored.merges = hw_virtio_has(&s->virtio, VIRTIO_NET_BIT(MERGE));
    if (hw_virtio_has(&s->virtio, VIRTIO_NET_BIT(CONTROL_VLAN))) {
        memcpy(s->stored.vlans, s->filter.vlans, sizeof(s->stored.vlans));
    } else {
        memset(s->stored.vlans, 0xff, sizeof(s->stored.vlans));
    }
}

void virtio_net_pci_loaded(HwDevice *dev)
{
    VirtioNet *s = net_of(dev);

    s->config[1] = 0;
    virtio_net_mac_store(s, s->stored.mac);
    s->config[1] |= (uint32_t)s->stored.status << 16;
    hw_virtio_pci_loaded(dev);
    memset(s->filter.vlans, 0, sizeof(s->filter.vlans));
    if (hw_virtio_has(&s->virtio, VIRTIO_NET_BIT(CONTROL_VLAN))) {
        memcpy(s->filter.vlans, s->stored.vlans, sizeof(s->filter.vlans));
    }
    place_follow(s);
}

#define MODE(name, mode) HW_SAVED_AS(name, VirtioNet, filter.modes[VIRTIO_NET_##mode], 0)

/* clang-format off */
const HwState virtio_net_pci_state = {
    .name = "virtio-net", .version = 11, .minimum_version = 11,
    .fields = HW_ROWS(HwStateField,
        HW_VIRTIO_PCI_SAVED(VirtioNet, VIRTIO_NET_FEATURES, VIRTIO_NET_QUEUES),
        HW_VIRTIO_PCI_SAVED_QUEUE(VirtioNet, 0), HW_VIRTIO_PCI_SAVED_QUEUE(VirtioNet, 1),
        HW_VIRTIO_PCI_SAVED_QUEUE(VirtioNet, 2),
        HW_SAVED_AS("mac", VirtioNet, stored.mac, 0),
        HW_SAVED_AS("tx_waiting", VirtioNet, stored.tx_waiting, 0),
        HW_SAVED_AS("mergeable_rx_bufs", VirtioNet, stored.merges, 0),
        HW_SAVED_AS("net_status", VirtioNet, stored.status, 0),
        MODE("promisc", PROMISCUOUS), MODE("allmulti", ALL_GROUPS),
        HW_SAVED_RUNS("mac_table", VirtioNet, filter.mac_count, filter.macs),
        HW_SAVED_AS("vlans", VirtioNet, stored.vlans, 0),
        HW_SAVED_FIXED("has_vnet_hdr", VirtioNet, stored.has_offload_header, UINT32_MAX, 0),
        HW_SAVED_AS("multi_overflow", VirtioNet, filter.too_many_groups, 0),
        HW_SAVED_AS("uni_overflow", VirtioNet, filter.too_many_stations, 0),
        MODE("alluni", ALL_STATIONS), MODE("nomulti", NO_GROUPS), MODE("nouni", NO_STATIONS),
        MODE("nobcast", NO_BROADCAST),
        HW_SAVED_FIXED("has_ufo", VirtioNet, stored.has_ufo, UINT8_MAX, 0),
        HW_SAVED_GIVEN("curr_guest_offloads", VirtioNet, stored.offloads,
                       virtio.stored.features, VIRTIO_NET_BIT(CONTROL_OFFLOADS)),
        HW_VIRTIO_PCI_SAVED_PART),
    .pre_save = pci_pre_save, .post_load = hw_virtio_pci_post_load,
};
/* clang-format on */
