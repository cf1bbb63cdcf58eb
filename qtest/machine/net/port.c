/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The service hw.net/1: the ports of devices. */
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/host/run/deferred.h"
#include "hw-api/host/run/shelf/shelf.h"
#include "qtest/machine/net/net-internal.h"

#define FRAMES_AT_ONCE 64 /* a device that answers each frame must not hold up the loop */

/* -------------------------------------------------------------- towards the device */

static bool machine_runs(ObHost *host)
{
    bool runs = ob_host_runs(host);

    host->net->held |= !runs;
    return runs;
}

static bool can_call(const HwNetPort *port)
{
    return !port->inside && hw_net_side_is_alive(&port->side) &&
           machine_runs(ob_host_of(port->side.dev));
}

static void flush_later(HwDevice *dev, void *opaque)
{
    HwNetPort *port = opaque;

    (void)dev;
    port->posted = false;
    ob_port_flush(port);
}

static void port_post(HwNetPort *port)
{
    if (!port->posted && hw_net_side_is_alive(&port->side)) {
        port->posted = true;
        hw_deferred_post(ob_device_of(port->side.dev)->deferred, flush_later, port);
    }
}

static bool port_offer(HwNetPort *port)
{
    GBytes *frame = g_queue_pop_head(&port->kept);
    gsize size;
    const uint8_t *bytes = g_bytes_get_data(frame, &size);
    bool taken = hw_net_side_receive(&port->side, bytes, (uint32_t)size);

    if (taken) {
        g_bytes_unref(frame);
    } else {
        g_queue_push_head(&port->kept, frame);
    }
    return taken;
}

/* Tells a driver that waits; it may deliver from inside of this. */
static void port_tell_room(HwNetPort *port)
{
    if (port->sender_waits && port->netdev && port->kept.length < OB_NET_KEPT_MAX / 2) {
        port->sender_waits = false;
        if (port->netdev->driver->room) {
            port->netdev->driver->room(port->netdev->link);
        }
    }
}

void ob_port_flush(HwNetPort *port)
{
    bool taken = true;
    int count = 0;

    if (port->sent_due && can_call(port)) {
        port->sent_due = false;
        hw_net_side_sent(&port->side);
    }
    while (taken && port->kept.length && count++ < FRAMES_AT_ONCE && can_call(port)) {
        taken = port_offer(port);
    }
    if (taken && port->kept.length && can_call(port)) {
        port_post(port);
    }
    port_tell_room(port);
}

bool ob_port_take(HwNetPort *port, const uint8_t *frame, uint32_t size)
{
    if (port->down) {
        return true;
    }
    if (port->kept.length < OB_NET_KEPT_MAX) {
        g_queue_push_tail(&port->kept, g_bytes_new(frame, size));
    }
    if (port->kept.length >= OB_NET_KEPT_MAX) {
        port->sender_waits = true;
    }
    if (can_call(port)) {
        ob_port_flush(port);
    } else if (port->inside) {
        port_post(port);
    }
    return !port->sender_waits;
}

void ob_port_sent(HwNetPort *port)
{
    port->sent_due = true;
    if (can_call(port)) {
        ob_port_flush(port);
    } else if (port->inside) {
        port_post(port);
    }
}

static void kept_drop(HwNetPort *port)
{
    g_queue_clear_full(&port->kept, (GDestroyNotify)g_bytes_unref);
}

/* A cable that is pulled loses the frames on it. */
void ob_port_set_link(HwNetPort *port, bool up)
{
    if (port->down == !up) {
        return;
    }
    port->down = !up;
    kept_drop(port);
    port_tell_room(port);
    if (hw_net_side_is_alive(&port->side)) {
        hw_net_side_link_changed(&port->side, up);
    }
}

/* ------------------------------------------------------------------------ addresses */

static bool mac_is_taken(const ObNet *net, const uint8_t *mac)
{
    for (guint i = 0; i < net->ports->len; i++) {
        const HwNetPort *port = net->ports->pdata[i];

        if (memcmp(port->side.mac, mac, HW_NET_MAC_BYTES) == 0) {
            return true;
        }
    }
    return false;
}

/* QEMU's first address is 52:54:00:12:34:56. */
static bool mac_choose(const ObNet *net, HwNetSide *side, HwError *error)
{
    static const uint8_t first[HW_NET_MAC_BYTES] = { 0x52, 0x54, 0x00, 0x12, 0x34, 0x56 };

    memcpy(side->mac, first, sizeof(first));
    for (int i = 0; i < 256; i++, side->mac[5]++) {
        if (!mac_is_taken(net, side->mac)) {
            return true;
        }
    }
    return hw_error_set(error, "%s: no address is left, expected mac=", side->dev->id);
}

/* ---------------------------------------------------------------------- the service */

static bool netdev_take(HwNetPort *port, const char *id, HwError *error)
{
    const HwDevice *dev = port->side.dev;
    ObNetdev *netdev = id ? ob_netdev_find(ob_host_of(dev), id) : NULL;

    if (id && !netdev) {
        return hw_error_set(error, "%s: netdev '%s' does not exist", dev->id, id);
    }
    if (netdev && ob_netdev_user(netdev)) {
        return hw_error_set(error, "%s: netdev '%s' is in use by '%s'", dev->id, id,
                            ob_netdev_user(netdev));
    }
    if (netdev) {
        netdev->port = port;
        port->netdev = netdev;
    }
    return true;
}

/* A device without an id of the user's is named by its class. */
static bool is_anonymous(const HwDevice *dev)
{
    return strcmp(dev->id, dev->cls->name) == 0 || strchr(dev->id, '#');
}

/* QEMU counts all cards of the model. */
static char *name_choose(const ObNet *net, const HwDevice *dev)
{
    uint32_t number = 0;

    for (guint i = 0; i < net->ports->len; i++) {
        number += ((HwNetPort *)net->ports->pdata[i])->side.dev->cls == dev->cls;
    }
    return is_anonymous(dev) ? g_strdup_printf("%s.%u", dev->cls->name, number) : g_strdup(dev->id);
}

/* The next class of the device has the port, its address and its frames. */
static bool port_adopt(HwNetPort *port, HwDevice *dev, const HwNetClient *client, HwError *error)
{
    if (!hw_net_side_adopt(&port->side, dev, client, error)) {
        return false;
    }
    port->posted = false;
    return true;
}

static HwNetPort *port_new(HwDevice *dev, const char *id, const char *mac,
                           const HwNetClient *client, HwError *error)
{
    ObNet *net = ob_net_of(ob_host_of(dev));
    HwNetPort *port = g_new0(HwNetPort, 1);
    bool has_mac;

    if (!hw_net_side_init(&port->side, dev, client, mac, &has_mac, error) ||
        (!has_mac && !mac_choose(net, &port->side, error)) || !netdev_take(port, id, error)) {
        g_free(port);
        return NULL;
    }
    port->name = name_choose(net, dev);
    g_ptr_array_add(net->ports, port);
    return port;
}

static void port_end(void *opaque)
{
    HwNetPort *port = opaque;

    g_ptr_array_remove(ob_host_of(port->side.dev)->net->ports, port);
    kept_drop(port);
    port_tell_room(port);
    if (port->netdev) {
        port->netdev->port = NULL;
    }
    g_free(port->name);
    g_free(port);
}

static HwNetPort *net_open(HwDevice *dev, const char *id, const char *mac,
                           const HwNetClient *client, HwError *error)
{
    HwNetPort *port = hw_shelf_take(hw_instance_of(dev)->shelf, &ob_net_service);

    if (port && !port_adopt(port, dev, client, error)) {
        hw_shelf_put(hw_instance_of(dev)->shelf, &ob_net_service, port, port_end);
        return NULL;
    }
    return port ? port : port_new(dev, id, mac, client, error);
}

static void net_close(HwNetPort *port)
{
    if (port &&
        !hw_shelf_put(hw_instance_of(port->side.dev)->shelf, &ob_net_service, port, port_end)) {
        port_end(port);
    }
}

static const uint8_t *net_mac(HwNetPort *port)
{
    return port->side.mac;
}

static bool net_link_is_up(HwNetPort *port)
{
    return !port->down;
}

static bool net_send(HwNetPort *port, const void *frame, uint32_t size)
{
    ObNetdev *netdev = port->netdev;
    bool fast;

    if (!hw_net_side_may_send(&port->side, size) || !netdev || port->down) {
        return true;
    }
    port->inside++;
    fast = ob_netdev_input(netdev, frame, size);
    port->inside--;
    return fast;
}

static void net_ready(HwNetPort *port)
{
    if (port->kept.length) {
        port_post(port);
    }
}

const HwNet ob_net_service = {
    .abi = HW_ABI(HwNet),
    .open = net_open,
    .close = net_close,
    .mac = net_mac,
    .link_is_up = net_link_is_up,
    .send = net_send,
    .ready = net_ready,
};

/* ------------------------------------------------------------------ for the monitors */

const char *ob_net_port_name(const HwNetPort *port)
{
    return port->name;
}

const HwDevice *ob_net_port_device(const HwNetPort *port)
{
    return port->side.dev;
}

const uint8_t *ob_net_port_mac(const HwNetPort *port)
{
    return port->side.mac;
}

const ObNetdev *ob_net_port_netdev(const HwNetPort *port)
{
    return port->netdev;
}

bool ob_net_port_is_up(const HwNetPort *port)
{
    return !port->down;
}
