/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hw.net/1 on QEMU's own networks (-netdev).  QEMU keeps the frames that a device has no room for.
 * QEMU delivers only while the machine runs.
 */
#include "plugins/qemu-bridge/service/services.h"

#include <stdlib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/host/run/net.h"
#include "hw-api/host/run/shelf/shelf.h"
#include "plugins/qemu-bridge/qemu/net-api.h"
#include "plugins/qemu-bridge/qemu/symbols.h"

struct HwNetPort {
    uint64_t guard; /* QEMU's: qemu_new_nic() */
    HwNetSide side;
    QemuNicConf conf;
    QemuNetInfo info;
    QemuNic *nic;
    QemuNetClient *client;
    uint32_t inside; /* calls of HwNet under way: no hook may be called */
    bool refused;    /* QEMU keeps a frame */
    bool posted;     /* port_flush() comes */
    bool sent_due;   /* `sent` came while the device could not be called */
    bool was_up;
    bool closing;
};

static const HwNet service;

/* -------------------------------------------------------------- towards the device */

static HwNetPort *port_of(QemuNetClient *client)
{
    return qemu_get_nic_opaque(client);
}

static bool can_call(const HwNetPort *port)
{
    return !port->inside && !port->closing && hw_net_side_is_alive(&port->side);
}

static void port_flush(HwDevice *dev, void *opaque)
{
    HwNetPort *port = opaque;

    (void)dev;
    port->posted = false;
    if (port->sent_due && can_call(port)) {
        port->sent_due = false;
        hw_net_side_sent(&port->side);
    }
    port->refused = false;
    if (port->client) {
        qemu_flush_queued_packets(port->client);
    }
}

static void port_post(HwNetPort *port)
{
    if (!port->posted && !port->closing && hw_net_side_is_alive(&port->side)) {
        port->posted = true;
        hw_deferred_post(bridge_device_of_instance(port->side.dev)->deferred, port_flush, port);
    }
}

/* A network may answer from inside of send(). */
static ptrdiff_t frame_received(QemuNetClient *client, const uint8_t *frame, size_t size)
{
    HwNetPort *port = port_of(client);
    uint8_t room[HW_NET_FRAME_MIN];
    size_t padded = size;

    frame = hw_net_frame_pad(frame, &padded, room);
    if (!frame || port->closing) {
        return (ptrdiff_t)size;
    }
    if (can_call(port) && hw_net_side_receive(&port->side, frame, (uint32_t)padded)) {
        return (ptrdiff_t)size;
    }
    port->refused = true;
    if (port->inside) {
        port_post(port);
    }
    return 0;
}

static void frame_sent(QemuNetClient *client, ptrdiff_t size)
{
    HwNetPort *port = port_of(client);

    (void)size;
    if (can_call(port)) {
        hw_net_side_sent(&port->side);
    } else if (!port->closing) {
        port->sent_due = true;
        port_post(port);
    }
}

/* QEMU ends all clients before the devices when it ends itself. */
static void client_ended(QemuNetClient *client)
{
    HwNetPort *port = port_of(client);

    port->nic = NULL;
    port->client = NULL;
}

static bool is_in_list(const QemuNetClient *client)
{
    static QemuNetClient *all[QEMU_NET_PEERS];
    int count = qemu_find_net_clients_except(NULL, all, 0, QEMU_NET_PEERS);

    for (int i = 0; i < count && i < QEMU_NET_PEERS; i++) {
        if (all[i] == client) {
            return true;
        }
    }
    return count > QEMU_NET_PEERS;
}

/* 7.2 calls it for the end of the client, which is off the list by then; later ones for the link. */
static void link_changed(QemuNetClient *client)
{
    HwNetPort *port = port_of(client);
    bool up = !client->link_down;

    if (!is_in_list(client)) {
        client_ended(client);
    } else if (can_call(port) && up != port->was_up) {
        port->was_up = up;
        hw_net_side_link_changed(&port->side, up);
    }
}

/* ----------------------------------------------------------------------------- open */

/* 7.2 has the change of the link in the last place.  There the network's own client ends by a
 * function in the second place and has none in the first; later it ends by the first. */
static void info_fill(HwNetPort *port)
{
    const QemuNetInfo *its = port->conf.peers[0] ? port->conf.peers[0]->info : NULL;

    port->info.type = QEMU_NET_NIC;
    port->info.size = 256;
    port->info.receive = frame_received;
    port->info.ends[0] = client_ended;
    port->info.ends[1] = link_changed;
    if (its && !its->ends[0] && its->ends[1]) {
        port->info.ends[2] = port->info.ends[1];
    }
}

static bool peer_find(HwNetPort *port, const char *id, HwError *error)
{
    const char *name = port->side.dev->id;
    int count = qemu_find_net_clients_except(id, port->conf.peers, QEMU_NET_NIC, QEMU_NET_PEERS);

    if (count < 1) {
        return hw_error_set(error, "%s: netdev '%s' does not exist", name, id);
    }
    if (count > 1) {
        return hw_error_set(error, "%s: netdev '%s' has %d queues, expected one", name, id, count);
    }
    if (port->conf.peers[0]->peer) {
        return hw_error_set(error, "%s: netdev '%s' is in use", name, id);
    }
    port->conf.queues = 1;
    return true;
}

/* Shows that the structures are as declared. */
static bool nic_prove(const HwNetPort *port, HwError *error)
{
    return (port->client && port->client->info == &port->info &&
            port->client->peer == port->conf.peers[0]) ||
           hw_error_set(error,
                        "%s: this emulator's layout of NetClientState is not as expected: 'info' "
                        "and 'peer' do not show the device's own",
                        port->side.dev->id);
}

/* QEMU invents a name for a device without an id. */
static bool nic_make(HwNetPort *port, HwError *error)
{
    BridgeDevice *device = bridge_device_of_instance(port->side.dev);
    const char *id = object_get_canonical_path_component(device->object);

    info_fill(port);
    memcpy(port->conf.mac, port->side.mac, HW_NET_MAC_BYTES);
    qemu_macaddr_default_if_unset(port->conf.mac);
    memcpy(port->side.mac, port->conf.mac, HW_NET_MAC_BYTES);
    port->was_up = true;
    port->nic = qemu_new_nic(&port->info, &port->conf, device->type->name,
                             id && !strchr(id, '[') ? id : NULL, port, port);
    port->client = qemu_get_queue(port->nic);
    if (!nic_prove(port, error)) {
        return false;
    }
    qemu_format_nic_info_str(port->client, port->conf.mac);
    return true;
}

/* When QEMU ends, it has freed the networks and their filters, and still has our structures. */
static void port_end(void *opaque)
{
    HwNetPort *port = opaque;

    port->closing = true;
    if (bridge.is_ending) {
        return;
    }
    if (port->nic) {
        qemu_del_nic(port->nic);
    }
    free(port);
}

/* The next class of the device has the port, its address and the frames that QEMU keeps. */
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
    HwNetPort *port = calloc(1, sizeof(*port));
    bool has_mac;

    if (!port) {
        hw_error_set(error, "%s: out of memory", dev->id);
        return NULL;
    }
    if (!hw_net_side_init(&port->side, dev, client, mac, &has_mac, error) ||
        (id && !peer_find(port, id, error)) || !nic_make(port, error)) {
        port_end(port);
        return NULL;
    }
    return port;
}

static HwNetPort *net_open(HwDevice *dev, const char *id, const char *mac,
                           const HwNetClient *client, HwError *error)
{
    HwShelf *shelf = hw_instance_of(dev)->shelf;
    HwNetPort *port = hw_shelf_take(shelf, &service);

    if (port && !port_adopt(port, dev, client, error)) {
        hw_shelf_put(shelf, &service, port, port_end);
        return NULL;
    }
    return port ? port : port_new(dev, id, mac, client, error);
}

static void net_close(HwNetPort *port)
{
    if (port && !hw_shelf_put(hw_instance_of(port->side.dev)->shelf, &service, port, port_end)) {
        port_end(port);
    }
}

/* ---------------------------------------------------------------------- the service */

static const uint8_t *net_mac(HwNetPort *port)
{
    return port->side.mac;
}

static bool net_link_is_up(HwNetPort *port)
{
    return port->client && !port->client->link_down;
}

static bool net_send(HwNetPort *port, const void *frame, uint32_t size)
{
    ptrdiff_t taken;

    if (!hw_net_side_may_send(&port->side, size) || !port->client) {
        return true;
    }
    port->inside++;
    taken = qemu_send_packet_async(port->client, frame, (int)size, frame_sent);
    port->inside--;
    return taken != 0;
}

static void net_ready(HwNetPort *port)
{
    if (port->refused) {
        port_post(port);
    }
}

static const HwNet service = {
    .abi = HW_ABI(HwNet),
    .open = net_open,
    .close = net_close,
    .mac = net_mac,
    .link_is_up = net_link_is_up,
    .send = net_send,
    .ready = net_ready,
};

const HwNet *bridge_net(void)
{
    return qemu_symbol_missing(qemu_net_symbols) ? NULL : &service;
}
