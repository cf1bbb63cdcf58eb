/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QEMU's functions and structures for network devices, continued from api.h.  The bridge works
 * without them: then it does not offer hw.net/1.
 */
#ifndef BRIDGE_QEMU_NET_API_H
#define BRIDGE_QEMU_NET_API_H

#include "plugins/qemu-bridge/qemu/machine-api.h"

typedef struct QemuNic QemuNic;

/* The head of NetClientState, which has more members. */
typedef struct QemuNetClient {
    const struct QemuNetInfo *info;
    int link_down;
    void *link[2];
    struct QemuNetClient *peer; /* NULL: none */
} QemuNetClient;

#define QEMU_NET_NIC   1    /* NetClientDriver */
#define QEMU_NET_PEERS 1024 /* MAX_QUEUE_NUM */

/*
 * NetClientInfo.  `receive` takes a frame: its size, or 0: QEMU keeps it until
 * qemu_flush_queued_packets().  Every other function may be missing.  From 8.0 on the structure has
 * one function less before those at the end.
 */
typedef struct QemuNetInfo {
    int type;
    size_t size; /* QemuNic's */
    ptrdiff_t (*receive)(QemuNetClient *client, const uint8_t *frame, size_t size);
    void *unused[5];
    /* These three are `stop`, `cleanup` and `link_status_changed` in 7.2; later they are `cleanup`,
     * `link_status_changed` and one that answers a question.  QEMU calls no NIC's `stop`. */
    void (*ends[3])(QemuNetClient *client);
    void *more[24];
} QemuNetInfo;

/* NICConf */
typedef struct QemuNicConf {
    uint8_t mac[8]; /* 6 bytes */
    QemuNetClient *peers[QEMU_NET_PEERS];
    int32_t queues;
    int32_t boot_index;
    uint64_t room[8];
} QemuNicConf;

/* Stores the queues of this network, except clients of one type; `id` NULL stands for all networks.
 * Returns their number, which may be larger than `most`. */
QEMU_WEAK int qemu_find_net_clients_except(const char *id, QemuNetClient **clients, int except,
                                           int most);
/* Stable releases of 7.2 differ: the first ones have `opaque` where later ones have a guard, whose
 * first word is 0.  So both are the same pointer here. */
QEMU_WEAK QemuNic *qemu_new_nic(const QemuNetInfo *info, QemuNicConf *conf, const char *model,
                                const char *name, void *guard, void *opaque);
QEMU_WEAK void qemu_del_nic(QemuNic *nic);
QEMU_WEAK QemuNetClient *qemu_get_queue(QemuNic *nic);
QEMU_WEAK void *qemu_get_nic_opaque(QemuNetClient *client);
/* Returns 0 if the network has kept the frame: then `sent` is called later. */
QEMU_WEAK ptrdiff_t qemu_send_packet_async(QemuNetClient *client, const uint8_t *frame, int size,
                                           void (*sent)(QemuNetClient *client, ptrdiff_t size));
QEMU_WEAK void qemu_flush_queued_packets(QemuNetClient *client);
/* Chooses an address if it is zero.  QEMU does not choose it again. */
QEMU_WEAK void qemu_macaddr_default_if_unset(uint8_t *mac);
QEMU_WEAK void qemu_format_nic_info_str(QemuNetClient *client, const uint8_t *mac);

#endif
