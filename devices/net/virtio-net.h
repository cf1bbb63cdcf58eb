/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The core of the virtio network card, which its two forms share (VIRTIO 1.2, 5.1). */
#ifndef VIRTIO_NET_H
#define VIRTIO_NET_H

#include "devices/net/virtio-net-regs.h"
#include "hw-api/device/virtio/pci.h"
#include "hw-api/ext/draft/net.h"

enum { VIRTIO_NET_CONFIG_WORDS = VIRTIO_NET_CONFIG_BYTES / 4 };

#define VIRTIO_NET_BIT(n) HW_VIRTIO_FEATURE(VIRTIO_NET_##n)
#define VIRTIO_NET_FEATURES                                                 \
    (VIRTIO_NET_BIT(MAC) | VIRTIO_NET_BIT(MERGE) | VIRTIO_NET_BIT(STATUS) | \
     VIRTIO_NET_BIT(CONTROL_QUEUE) | VIRTIO_NET_BIT(CONTROL_MODES) |        \
     VIRTIO_NET_BIT(CONTROL_VLAN) | VIRTIO_NET_BIT(CONTROL_MODES_EXTRA) |   \
     VIRTIO_NET_BIT(CONTROL_MAC) | VIRTIO_NET_BIT(GUEST_ANNOUNCE) |         \
     VIRTIO_NET_BIT(CONTROL_OFFLOADS))

/* Frames that the card takes. */
typedef struct VirtioNetFilter {
    uint8_t modes[VIRTIO_NET_MODES];
    uint8_t too_many_stations, too_many_groups; /* the driver's table had no room for them */
    uint32_t mac_count;
    uint8_t macs[VIRTIO_NET_MACS][HW_NET_MAC_BYTES];
    uint8_t vlans[VIRTIO_NET_VLANS / 8];
} VirtioNetFilter;

/* The parts of the state that have another form in a stream of QEMU's. */
typedef struct VirtioNetStored {
    uint8_t mac[HW_NET_MAC_BYTES];
    uint16_t status;
    uint32_t tx_waiting, merges;
    uint8_t vlans[VIRTIO_NET_VLANS / 8];
    uint32_t has_offload_header;
    uint8_t has_ufo;
    uint64_t offloads;
} VirtioNetStored;

typedef struct VirtioNet {
    HwVirtio virtio;
    const char *netdev;
    const char *mac;
    const HwNet *net;
    HwNetPort *port;
    uint64_t base;     /* over MMIO */
    uint32_t irq_line; /* over MMIO */
    uint32_t config[VIRTIO_NET_CONFIG_WORDS];
    VirtioNetFilter filter;
    HwVirtioPci pci;              /* over PCI */
    VirtioNetStored stored;       /* over PCI */
    HwVirtioChain first, further; /* buffers of the frame that is received */
    uint8_t frame[HW_NET_FRAME_MAX];
} VirtioNet;

extern const HwState virtio_net_state;
extern const HwState virtio_net_pci_state;
extern const HwRegister virtio_net_config[VIRTIO_NET_CONFIG_WORDS];

/* `features` are those of the form. */
bool virtio_net_realize(HwDevice *dev, uint64_t features, HwError *error);
void virtio_net_unrealize(HwDevice *dev);
void virtio_net_loaded(HwDevice *dev);
void virtio_net_pci_loaded(HwDevice *dev);

/* Serves a command of the control queue. */
bool virtio_net_control(HwDevice *dev, const HwVirtioChain *chain, uint32_t *written);

/* The station's address in the configuration. */
void virtio_net_mac_store(VirtioNet *s, const uint8_t *mac);
void virtio_net_mac_load(const VirtioNet *s, uint8_t *mac);

/* Stores the link's state in the configuration. */
void virtio_net_link_store(VirtioNet *s, bool up);

/* True if the card takes the frame. */
bool virtio_net_takes(const VirtioNet *s, const uint8_t *frame, uint32_t size);
void virtio_net_filter_reset(VirtioNet *s);

/* Obey a command of the control queue. */
bool virtio_net_mode_set(VirtioNet *s, const HwVirtioChain *chain, uint8_t command);
bool virtio_net_macs_set(VirtioNet *s, const HwVirtioChain *chain, uint8_t command);
bool virtio_net_vlan_set(VirtioNet *s, const HwVirtioChain *chain, uint8_t command);

/* clang-format off */
#define VIRTIO_NET_PROPERTIES                                                                 \
    HW_PROP_STRING("netdev", VirtioNet, netdev, NULL,                                         \
                   "id of the -netdev; without it no network"),                               \
    HW_PROP_STRING("mac", VirtioNet, mac, NULL,                                               \
                   "the station's address; by default the host's choice")
/* clang-format on */

#endif
