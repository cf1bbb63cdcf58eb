/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/machine/net/hub.h"

#include "hw-api/device/error.h"
#include "qtest/machine/net/net-internal.h"

struct ObHub {
    ObNet *net;
    int32_t number;
    GPtrArray *ports; /* HubPort */
};

typedef struct HubPort {
    ObHub *hub;
    ObNetdev *netdev;
} HubPort;

static ObHub *hub_get(ObNet *net, int32_t number)
{
    ObHub *hub;

    for (guint i = 0; i < net->hubs->len; i++) {
        hub = net->hubs->pdata[i];
        if (hub->number == number) {
            return hub;
        }
    }
    hub = g_new0(ObHub, 1);
    hub->net = net;
    hub->number = number;
    hub->ports = g_ptr_array_new();
    g_ptr_array_add(net->hubs, hub);
    return hub;
}

static void hub_put(ObHub *hub)
{
    if (!hub->ports->len) {
        g_ptr_array_remove(hub->net->hubs, hub);
        g_ptr_array_free(hub->ports, TRUE);
        g_free(hub);
    }
}

/* The sender is slow as soon as one of the others is. */
static bool hub_send(void *link, const uint8_t *frame, uint32_t size)
{
    const HubPort *from = link;
    const GPtrArray *ports = from->hub->ports;
    bool fast = true;

    for (guint i = 0; i < ports->len; i++) {
        const HubPort *to = ports->pdata[i];

        fast &= to == from || ob_netdev_deliver(to->netdev, frame, size);
    }
    return fast;
}

/* All others may have waited for this port. */
static void hub_room(void *link)
{
    const HubPort *from = link;
    const GPtrArray *ports = from->hub->ports;

    for (guint i = 0; i < ports->len; i++) {
        const HubPort *to = ports->pdata[i];

        if (to != from) {
            ob_netdev_sent(to->netdev);
        }
    }
}

static void hub_free(void *link)
{
    HubPort *port = link;
    ObHub *hub = port->hub;

    g_ptr_array_remove(hub->ports, port);
    g_free(port);
    hub_put(hub);
}

static const ObNetDriver driver = {
    .type = OB_HUB_PORT,
    .send = hub_send,
    .room = hub_room,
    .free = hub_free,
};

bool ob_netdev_is_hub_port(const ObNetdev *netdev)
{
    return netdev->driver == &driver;
}

/* A port behind a port is refused: two hubs that meet twice would send a frame around for ever. */
static bool behind_find(ObHost *host, const char *id, ObNetdev **behind, HwError *error)
{
    *behind = ob_netdev_find(host, id);
    if (!*behind) {
        return hw_error_set(error, "netdev '%s' does not exist", id);
    }
    if (ob_netdev_is_hub_port(*behind)) {
        return hw_error_set(error, "netdev '%s' is a port of a hub, expected another network", id);
    }
    return !ob_netdev_user(*behind) ||
           hw_error_set(error, "netdev '%s' is in use by '%s'", id, ob_netdev_user(*behind));
}

ObNetdev *ob_hub_port_add(ObHost *host, const char *id, int32_t number, const char *netdev,
                          HwError *error)
{
    ObNetdev *behind = NULL;
    HubPort *port;

    if (netdev && !behind_find(host, netdev, &behind, error)) {
        return NULL;
    }
    port = g_new0(HubPort, 1);
    port->netdev = ob_netdev_add(host, id, &driver, port, error);
    if (!port->netdev) {
        g_free(port);
        return NULL;
    }
    port->hub = hub_get(ob_net_of(host), number);
    g_ptr_array_add(port->hub->ports, port);
    if (behind) {
        ob_netdev_join(port->netdev, behind);
    }
    return port->netdev;
}

const ObHub *ob_hub_at(const ObHost *host, uint32_t index)
{
    return host->net && index < host->net->hubs->len ? host->net->hubs->pdata[index] : NULL;
}

int32_t ob_hub_number(const ObHub *hub)
{
    return hub->number;
}

const ObNetdev *ob_hub_port_at(const ObHub *hub, uint32_t index)
{
    return index < hub->ports->len ? ((HubPort *)hub->ports->pdata[index])->netdev : NULL;
}
