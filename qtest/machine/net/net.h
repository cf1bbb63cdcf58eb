/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The networks of a machine: what -netdev configures, and the service hw.net/1 over them.  A
 * network's driver is the caller's; the test's own network (test-net.h) needs no program.
 *
 * Frames towards a device are kept while it has no room or the machine is stopped, up to
 * OB_NET_KEPT_MAX.  A network that goes on then loses its frames.
 */
#ifndef OB_MACHINE_NET_H
#define OB_MACHINE_NET_H

#include "hw-api/ext/clock.h"
#include "hw-api/ext/draft/net.h"
#include "qtest/machine/core/host.h"

#include <glib.h>

#define OB_NET_KEPT_MAX 1024u

typedef struct ObNetdev ObNetdev;

/* The trial of a network's state in a stream. */
typedef enum ObNetTrial {
    OB_NET_GOOD,
    OB_NET_REFUSED,
    OB_NET_UNTRIED, /* the network keeps its own state */
} ObNetTrial;

/* A network's state in a migration stream: a section of QEMU's, without fields. */
typedef struct ObNetState {
    const char *section; /* "slirp" */
    uint32_t (*version)(void *link);
    void (*save)(void *link, GByteArray *bytes);
    /* Changes nothing.  `error` is set if the state is refused. */
    ObNetTrial (*try)(void *link, uint32_t version, const uint8_t *bytes, size_t size,
                      HwError *error);
    void (*load)(void *link, uint32_t version, const uint8_t *bytes, size_t size); /* a good one */
} ObNetState;

/* `link` is the driver's own.  Under the device lock. */
typedef struct ObNetDriver {
    const char *type; /* "user" */
    /* A frame from the device.  False: taken, but the network is slow: ob_netdev_sent() follows. */
    bool (*send)(void *link, const uint8_t *frame, uint32_t size);
    /* After ob_netdev_deliver() has answered false: there is room again.  It may come without
     * need.  May be NULL. */
    void (*room)(void *link);
    /* For info network: "net=10.0.2.0,restrict=off", or ""; g_free() it.  May be NULL. */
    char *(*describe)(void *link);
    void (*free)(void *link);
    const ObNetState *state; /* NULL: none */
} ObNetDriver;

/* Adds a network.  `link` stays the caller's if it returns NULL and sets `error`. */
ObNetdev *ob_netdev_add(ObHost *host, const char *id, const ObNetDriver *driver, void *link,
                        HwError *error);

/* The driver's `free` is called; the device that uses the network then has none. */
void ob_netdev_remove(ObHost *host, ObNetdev *netdev);

ObNetdev *ob_netdev_find(const ObHost *host, const char *id);
ObNetdev *ob_netdev_at(const ObHost *host, uint32_t index); /* NULL after the last */
const char *ob_netdev_id(const ObNetdev *netdev);
const ObNetDriver *ob_netdev_driver(const ObNetdev *netdev);
void *ob_netdev_link(const ObNetdev *netdev);

/* The port of the device that uses the network; NULL: none does. */
const HwNetPort *ob_netdev_port(const ObNetdev *netdev);

/* Joins two networks that nothing uses yet: each gets the frames of the other, as a device would.
 * The removal of one ends it. */
void ob_netdev_join(ObNetdev *one, ObNetdev *other);
ObNetdev *ob_netdev_joined(const ObNetdev *netdev); /* NULL: none */

/* A frame for the device.  A short one is padded; an empty or too long one is lost, and so are all
 * without a device.  Returns false if the network should wait for `room`. */
bool ob_netdev_deliver(ObNetdev *netdev, const uint8_t *frame, size_t size);
void ob_netdev_sent(ObNetdev *netdev);

/* Pulls or plugs the cable between a device and its network, named by either name.  Returns false if
 * there is neither. */
bool ob_net_set_link(ObHost *host, const char *name, bool up);

/* A stopped machine (ob_host_follow()) gets no frames: they are kept until this call, which costs
 * nothing without kept frames. */
void ob_net_resume(ObHost *host);

/* Calls `changed` when another program comes to a network, or leaves it.  Drivers tell of it by the
 * second function. */
typedef void ObNetPeerFunction(void *opaque, const ObNetdev *netdev, bool has_peer);
void ob_net_observe_peers(ObHost *host, ObNetPeerFunction *changed, void *opaque);
void ob_netdev_tell_peer(const ObNetdev *netdev, bool has_peer);

/* The ports of the machine's devices, for info network. */
const HwNetPort *ob_net_port_at(const ObHost *host, uint32_t index); /* NULL after the last */
/* The device's id, or for one without QEMU's name "ne2k_pci.0". */
const char *ob_net_port_name(const HwNetPort *port);
const HwDevice *ob_net_port_device(const HwNetPort *port);
const uint8_t *ob_net_port_mac(const HwNetPort *port);
const ObNetdev *ob_net_port_netdev(const HwNetPort *port); /* NULL: none */
bool ob_net_port_is_up(const HwNetPort *port);

/* Sends a frame for the device by which switches learn its place.  A device without a network or
 * with its cable pulled sends none. */
void ob_net_port_announce(const HwNetPort *port);

/* A timer of the network itself, on the machine's clock; core/clock.h has its functions. */
HwTimer *ob_net_timer_new(ObHost *host, void (*fired)(HwDevice *dev, void *opaque), void *opaque);

/* For board.c */
extern const HwNet ob_net_service;
void ob_net_free(ObHost *host);

#endif
