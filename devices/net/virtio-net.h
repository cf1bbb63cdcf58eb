/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The core of the virtio network card, which its two forms share (VIRTIO 1.2, 5.1). */
#ifndef VIRTIO_NET_H
#define VIRTIO_NET_H

#include "devices/net/virtio-net-regs.h"
#include "hw-api/device/virtio/pci.h"
#include "hw-api/ext/draft/net.h"

enum { VIRTIO_NET_CONFIG_WORDS = VIRTIO_NET_CONFIG_BYTES / 4 };

/* The parts of the state that have another form in a stream of QEMU's. */
typedef struct VirtioNetStored {
    uint8_t mac[HW_NET_MAC_BYTES];
    uint16_t status;
    uint32_t tx_waiting, merges;
    uint8_t promiscuous, all_multicast;
    uint32_t mac_count;
    uint8_t vlans[VIRTIO_NET_VLAN_BYTES];
    uint32_t has_offload_header;
    uint8_t refusals[6]; /* tables that overflowed, classes of frames */
    uint8_t has_ufo;
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

/* Stores the station's address in the configuration. */
void virtio_net_mac_store(VirtioNet *s, const uint8_t *mac);

/* clang-format off */
#define VIRTIO_NET_PROPERTIES                                                                 \
    HW_PROP_STRING("netdev", VirtioNet, netdev, NULL,                                         \
                   "id of the -netdev; without it no network"),                               \
    HW_PROP_STRING("mac", VirtioNet, mac, NULL,                                               \
                   "the station's address; by default the host's choice")
/* clang-format on */

#endif
