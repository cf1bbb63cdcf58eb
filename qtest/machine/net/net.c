/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The networks of a machine. */
#include "qtest/machine/net/net.h"

#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/machine/net/net-internal.h"

ObNet *ob_net_of(ObHost *host)
{
    if (!host->net) {
        host->net = g_new0(ObNet, 1);
        host->net->netdevs = g_ptr_array_new();
        host->net->ports = g_ptr_array_new();
        host->net->hubs = g_ptr_array_new();
    }
    return host->net;
}

static void netdev_free(ObNetdev *netdev)
{
    if (netdev->port) {
        netdev->port->netdev = NULL;
        netdev->port->sender_waits = false;
    }
    if (netdev->joined) {
        netdev->joined->joined = NULL;
    }
    netdev->driver->free(netdev->link);
    if (netdev->filters) {
        g_array_free(netdev->filters, TRUE);
    }
    g_free(netdev->id);
    g_free(netdev);
}

/* The devices are gone. */
void ob_net_free(ObHost *host)
{
    ObNet *net = host->net;

    if (net) {
        for (guint i = 0; i < net->netdevs->len; i++) {
            netdev_free(net->netdevs->pdata[i]);
        }
        g_ptr_array_free(net->netdevs, TRUE);
        g_ptr_array_free(net->ports, TRUE);
        g_ptr_array_free(net->hubs, TRUE);
        g_free(net);
        host->net = NULL;
    }
}

ObNetdev *ob_netdev_add(ObHost *host, const char *id, const ObNetDriver *driver, void *link,
                        HwError *error)
{
    ObNetdev *netdev;

    if (ob_netdev_find(host, id)) {
        hw_error_set(error, "netdev '%s' already exists", id);
        return NULL;
    }
    netdev = g_new0(ObNetdev, 1);
    netdev->id = g_strdup(id);
    netdev->host = host;
    netdev->driver = driver;
    netdev->link = link;
    g_ptr_array_add(ob_net_of(host)->netdevs, netdev);
    return netdev;
}

void ob_netdev_remove(ObHost *host, ObNetdev *netdev)
{
    g_ptr_array_remove(ob_net_of(host)->netdevs, netdev);
    netdev_free(netdev);
}

ObNetdev *ob_netdev_at(const ObHost *host, uint32_t index)
{
    const ObNet *net = host->net;

    return net && index < net->netdevs->len ? net->netdevs->pdata[index] : NULL;
}

ObNetdev *ob_netdev_find(const ObHost *host, const char *id)
{
    ObNetdev *netdev;

    for (uint32_t i = 0; (netdev = ob_netdev_at(host, i)); i++) {
        if (strcmp(netdev->id, id) == 0) {
            return netdev;
        }
    }
    return NULL;
}

const char *ob_netdev_id(const ObNetdev *netdev)
{
    return netdev->id;
}

const ObNetDriver *ob_netdev_driver(const ObNetdev *netdev)
{
    return netdev->driver;
}

void *ob_netdev_link(const ObNetdev *netdev)
{
    return netdev->link;
}

const HwNetPort *ob_netdev_port(const ObNetdev *netdev)
{
    return netdev->port;
}

void ob_netdev_join(ObNetdev *one, ObNetdev *other)
{
    one->joined = other;
    other->joined = one;
}

ObNetdev *ob_netdev_joined(const ObNetdev *netdev)
{
    return netdev->joined;
}

const char *ob_netdev_user(const ObNetdev *netdev)
{
    return netdev->port ? netdev->port->side.dev->id : netdev->joined ? netdev->joined->id : NULL;
}

/* ---------------------------------------------------------------------------- frames */

bool ob_netdev_input(ObNetdev *netdev, const uint8_t *frame, uint32_t size)
{
    return ob_netdev_filter(netdev, OB_NET_FROM_DEVICE, frame, size) ||
           netdev->driver->send(netdev->link, frame, size);
}

bool ob_netdev_arrive(ObNetdev *netdev, const uint8_t *frame, size_t size)
{
    uint8_t room[HW_NET_FRAME_MIN];

    frame = hw_net_frame_pad(frame, &size, room);
    if (!frame) {
        return true;
    }
    if (netdev->joined) {
        return ob_netdev_input(netdev->joined, frame, (uint32_t)size);
    }
    return !netdev->port || ob_port_take(netdev->port, frame, (uint32_t)size);
}

/* Filters see a frame before it is padded, as in QEMU. */
bool ob_netdev_deliver(ObNetdev *netdev, const uint8_t *frame, size_t size)
{
    return ob_netdev_filter(netdev, OB_NET_TO_DEVICE, frame, size) ||
           ob_netdev_arrive(netdev, frame, size);
}

void ob_netdev_sent(ObNetdev *netdev)
{
    ObNetdev *joined = netdev->joined;

    if (netdev->port) {
        ob_port_sent(netdev->port);
    } else if (joined && joined->driver->room) {
        joined->driver->room(joined->link);
    }
}

/* ---------------------------------------------------------------------------- ports */

bool ob_net_set_link(ObHost *host, const char *name, bool up)
{
    ObNetdev *netdev = ob_netdev_find(host, name);
    const ObNet *net = ob_net_of(host);

    if (netdev && netdev->port) {
        ob_port_set_link(netdev->port, up);
    }
    for (guint i = 0; !netdev && i < net->ports->len; i++) {
        HwNetPort *port = net->ports->pdata[i];

        if (strcmp(port->name, name) == 0) {
            ob_port_set_link(port, up);
            return true;
        }
    }
    return netdev != NULL;
}

void ob_net_resume(ObHost *host)
{
    ObNet *net = host->net;

    if (!net || !net->held || !ob_host_runs(host)) {
        return;
    }
    net->held = false;
    for (guint i = 0; i < net->ports->len; i++) {
        ob_port_flush(net->ports->pdata[i]);
    }
}

void ob_net_observe_peers(ObHost *host, ObNetPeerFunction *changed, void *opaque)
{
    ObNet *net = ob_net_of(host);

    net->peer_changed = changed;
    net->peer_opaque = opaque;
}

void ob_netdev_tell_peer(const ObNetdev *netdev, bool has_peer)
{
    const ObNet *net = netdev->host->net;

    if (net->peer_changed) {
        net->peer_changed(net->peer_opaque, netdev, has_peer);
    }
}

const HwNetPort *ob_net_port_at(const ObHost *host, uint32_t index)
{
    return host->net && index < host->net->ports->len ? host->net->ports->pdata[index] : NULL;
}

HwTimer *ob_net_timer_new(ObHost *host, void (*fired)(HwDevice *dev, void *opaque), void *opaque)
{
    return ob_clock_timer_needed(&host->clock, NULL, fired, opaque);
}
