/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files of this room: a network, and the port of a device. */
#ifndef OB_MACHINE_NET_INTERNAL_H
#define OB_MACHINE_NET_INTERNAL_H

#include "hw-api/host/run/net.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/net/filter.h"
#include "qtest/machine/net/net.h"

struct ObNetdev {
    char *id;
    ObHost *host;
    const ObNetDriver *driver;
    void *link;
    HwNetPort *port;  /* NULL: no device uses it */
    ObNetdev *joined; /* the network at its other end instead of a device; NULL: none */
    GArray *filters;  /* ObNetFilter; NULL: none */
};

struct HwNetPort {
    HwNetSide side;
    char *name;
    ObNetdev *netdev; /* NULL: none */
    bool down;
    uint32_t inside;   /* calls of HwNet under way: no hook may be called */
    bool posted;       /* port_flush() comes */
    bool sender_waits; /* the driver expects `room` */
    bool sent_due;     /* `sent` came while the device could not be called */
    GQueue kept;       /* GBytes */
};

/* The networks and ports of a host. */
typedef struct ObNet {
    GPtrArray *netdevs;              /* ObNetdev, owned */
    GPtrArray *ports;                /* HwNetPort */
    GPtrArray *hubs;                 /* ObHub, of which each has a port */
    bool held;                       /* frames wait until the machine runs */
    ObNetPeerFunction *peer_changed; /* NULL: nobody watches */
    void *peer_opaque;
} ObNet;

ObNet *ob_net_of(ObHost *host); /* makes it */

/* A frame from the network's other end, which is a device or another network. */
bool ob_netdev_input(ObNetdev *netdev, const uint8_t *frame, uint32_t size);

/* A frame behind the filters, for the network's other end. */
bool ob_netdev_arrive(ObNetdev *netdev, const uint8_t *frame, size_t size);

/* filter.c: true if a filter has taken the frame. */
bool ob_netdev_filter(ObNetdev *netdev, ObNetDirection direction, const uint8_t *frame,
                      size_t size);

/* The id of the device or network that uses the network; NULL: none. */
const char *ob_netdev_user(const ObNetdev *netdev);

/* port.c */
bool ob_port_take(HwNetPort *port, const uint8_t *frame, uint32_t size);
void ob_port_flush(HwNetPort *port);
void ob_port_sent(HwNetPort *port);
void ob_port_set_link(HwNetPort *port, bool up);

#endif
