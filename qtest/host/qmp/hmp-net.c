/* SPDX-License-Identifier: GPL-2.0-or-later */
/* HMP's commands about networks. */
#include <string.h>

#include "qtest/host/filter/filter.h"
#include "qtest/host/net/netdev.h"
#include "qtest/host/qmp/hmp-internal.h"
#include "qtest/machine/net/filter.h"
#include "qtest/machine/net/hub.h"
#include "qtest/text/json.h"

static void filters_print(ObHmpCall *call, const ObNetdev *netdev)
{
    const ObNetFilter *filter;

    for (uint32_t i = 0; (filter = ob_netdev_filter_at(netdev, i)); i++) {
        g_autofree char *line = ob_filter_describe(filter->opaque);

        ob_hmp_print(call, "%s  - %s\n", i ? "" : "filters:\n", line);
    }
}

static void netdev_print(ObHmpCall *call, const ObNetdev *netdev)
{
    const ObNetDriver *driver = ob_netdev_driver(netdev);
    g_autofree char *more = driver->describe ? driver->describe(ob_netdev_link(netdev)) : NULL;

    ob_hmp_print(call, "%s: index=0,type=%s%s%s\n", ob_netdev_id(netdev), driver->type,
                 more ? "," : "", more ? more : "");
    filters_print(call, netdev);
}

static void port_print(ObHmpCall *call, const HwNetPort *port)
{
    const HwDevice *dev = ob_net_port_device(port);
    const uint8_t *mac = ob_net_port_mac(port);

    ob_hmp_print(call, "%s: index=0,type=nic,model=%s,macaddr=%02x:%02x:%02x:%02x:%02x:%02x%s\n",
                 ob_net_port_name(port), dev->cls->name, mac[0], mac[1], mac[2], mac[3], mac[4],
                 mac[5], ob_net_port_is_up(port) ? "" : ",link=down");
}

/* A port of a hub, with the device or network behind it. */
static void hub_port_print(ObHmpCall *call, const ObNetdev *netdev)
{
    ob_hmp_print(call, " \\ %s", ob_netdev_id(netdev));
    if (ob_netdev_port(netdev)) {
        ob_hmp_print(call, ": ");
        port_print(call, ob_netdev_port(netdev));
    } else if (ob_netdev_joined(netdev)) {
        ob_hmp_print(call, ": ");
        netdev_print(call, ob_netdev_joined(netdev));
    } else {
        ob_hmp_print(call, "\n");
    }
}

static void hub_print(ObHmpCall *call, const ObHub *hub)
{
    uint32_t count = 0;

    ob_hmp_print(call, "hub %d\n", ob_hub_number(hub));
    while (ob_hub_port_at(hub, count)) {
        count++;
    }
    while (count--) {
        hub_port_print(call, ob_hub_port_at(hub, count));
    }
}

/* QEMU has the newest hub, and its newest port, first. */
static void hubs_print(ObHmpCall *call, const ObHost *host)
{
    uint32_t count = 0;

    while (ob_hub_at(host, count)) {
        count++;
    }
    while (count--) {
        hub_print(call, ob_hub_at(host, count));
    }
}

static bool is_in_hub(const ObNetdev *netdev)
{
    return ob_netdev_is_hub_port(netdev) || ob_netdev_joined(netdev);
}

void ob_hmp_info_network(ObHmpCall *call)
{
    const ObHost *host = call->system->host;
    const HwNetPort *port;
    const ObNetdev *netdev;

    hubs_print(call, host);
    for (uint32_t i = 0; (port = ob_net_port_at(host, i)); i++) {
        netdev = ob_net_port_netdev(port);
        if (netdev && is_in_hub(netdev)) {
            continue;
        }
        port_print(call, port);
        if (netdev) {
            ob_hmp_print(call, " \\ ");
            netdev_print(call, netdev);
        }
    }
    for (uint32_t i = 0; (netdev = ob_netdev_at(host, i)); i++) {
        if (!ob_netdev_port(netdev) && !is_in_hub(netdev)) {
            netdev_print(call, netdev);
        }
    }
}

void ob_hmp_netdev_add(ObHmpCall *call)
{
    HW_ERROR(error, 512);
    ObKeyval *values = ob_keyval_new(ob_hmp_string(call, "netdev"), "type", &error);

    if (!values || !ob_netdev_new(call->system->loop, call->system->host, values, &error)) {
        ob_hmp_print(call, "Error: %s\n", error.text);
    }
    ob_keyval_free(values);
}

/* QEMU's defaults, which a migration has too. */
void ob_hmp_announce_self(ObHmpCall *call)
{
    const char *cards = ob_hmp_string(call, "interfaces");
    const char *id = ob_hmp_string(call, "id");
    json_t *arguments = json_pack("{s:i, s:i, s:i, s:i}", "initial", 50, "max", 550, "rounds", 5,
                                  "step", 100);

    if (cards) {
        g_auto(GStrv) names = g_strsplit(cards, ",", 0);
        json_t *array = json_array();

        for (char **name = names; *name; name++) {
            json_array_append_new(array, ob_json_text(*name));
        }
        json_object_set_new(arguments, "interfaces", array);
    }
    if (id) {
        json_object_set_new(arguments, "id", ob_json_text(id));
    }
    json_decref(ob_hmp_call_qmp(call, "announce-self", arguments));
}

void ob_hmp_set_link(ObHmpCall *call)
{
    const char *state = ob_hmp_string(call, "state");
    bool up = false;
    HW_ERROR(error, 256);

    if (!ob_boolean_parse(state, &up, &error)) {
        ob_hmp_print(call, "Error: %s\n", error.text);
        return;
    }
    json_decref(ob_hmp_call_qmp(call, "set_link",
                                json_pack("{s:o, s:b}", "name",
                                          ob_json_text(ob_hmp_string(call, "name")), "up", up)));
}
