/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers of the virtio network card (VIRTIO 1.2, 5.1), for tests too. */
#ifndef VIRTIO_NET_REGS_H
#define VIRTIO_NET_REGS_H

enum {
    VIRTIO_NET_ID = 1,
    VIRTIO_NET_RECEIVE = 0, /* queues */
    VIRTIO_NET_TRANSMIT = 1,
    VIRTIO_NET_CONTROL = 2,
    VIRTIO_NET_QUEUES = 3,
    VIRTIO_NET_QUEUE_SIZE = 256,
    VIRTIO_NET_CONTROL_SIZE = 64,

    VIRTIO_NET_HEADER = 12,  /* bytes before each frame */
    VIRTIO_NET_BUFFERS = 10, /* place of the number of buffers in it, 2 bytes */

    VIRTIO_NET_CONFIG_BYTES = 8, /* the address, 6; the status, 2 */
    VIRTIO_NET_LINK_UP = 1,
    VIRTIO_NET_ANNOUNCE = 2, /* the driver is to announce the guest's place */
    VIRTIO_NET_VLANS = 4096,
    VIRTIO_NET_MACS = 64, /* in the table of addresses, as in QEMU */

    /* Feature bits. */
    VIRTIO_NET_CONTROL_OFFLOADS = 2, /* VIRTIO_NET_F_CTRL_GUEST_OFFLOADS */
    VIRTIO_NET_MAC = 5,
    VIRTIO_NET_MERGE = 15,
    VIRTIO_NET_STATUS = 16,
    VIRTIO_NET_CONTROL_QUEUE = 17,
    VIRTIO_NET_CONTROL_MODES = 18, /* VIRTIO_NET_F_CTRL_RX */
    VIRTIO_NET_CONTROL_VLAN = 19,
    VIRTIO_NET_CONTROL_MODES_EXTRA = 20,
    VIRTIO_NET_GUEST_ANNOUNCE = 21,
    VIRTIO_NET_CONTROL_MAC = 23,

    /* Commands: class and number, a byte each, then data; the answer is a byte (5.1.6.5). */
    VIRTIO_NET_COMMAND = 2,
    VIRTIO_NET_CLASS_MODES = 0, /* the command is a VirtioNetMode */
    VIRTIO_NET_CLASS_MAC = 1,
    VIRTIO_NET_MAC_TABLE_SET = 0,
    VIRTIO_NET_MAC_SET = 1,
    VIRTIO_NET_CLASS_VLAN = 2,
    VIRTIO_NET_VLAN_ADD = 0,
    VIRTIO_NET_VLAN_DELETE = 1,
    VIRTIO_NET_CLASS_ANNOUNCE = 3,
    VIRTIO_NET_ANNOUNCE_DONE = 0,
    VIRTIO_NET_CLASS_OFFLOADS = 5,
    VIRTIO_NET_OFFLOADS_SET = 0,
    VIRTIO_NET_OK = 0,
    VIRTIO_NET_ERROR = 1,
};

/* How frames are received (5.1.6.5.1): commands of their class. */
typedef enum VirtioNetMode {
    VIRTIO_NET_PROMISCUOUS,
    VIRTIO_NET_ALL_GROUPS,
    VIRTIO_NET_ALL_STATIONS,
    VIRTIO_NET_NO_GROUPS,
    VIRTIO_NET_NO_STATIONS,
    VIRTIO_NET_NO_BROADCAST,
    VIRTIO_NET_MODES,
} VirtioNetMode;

#endif
