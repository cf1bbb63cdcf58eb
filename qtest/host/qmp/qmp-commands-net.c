/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QMP commands and events about networks. */
#include <string.h>

#include "qtest/host/net/announce.h"
#include "qtest/host/net/netdev.h"
#include "qtest/host/net/stream.h"
#include "qtest/host/qmp/qmp.h"
#include "qtest/host/run/objects.h"
#include "qtest/text/json.h"

static void pair_append(GString *text, const char *key, const json_t *value)
{
    if (text->len) {
        g_string_append_c(text, ',');
    }
    g_string_append_printf(text, "%s=", key);
    if (json_is_string(value)) {
        for (const char *c = json_string_value(value); *c; c++) {
            g_string_append(text, *c == ',' ? ",," : (char[]) { *c, '\0' });
        }
    } else if (json_is_integer(value)) {
        g_string_append_printf(text, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    } else {
        g_string_append(text, json_is_true(value) ? "on" : "off");
    }
}

/* The command line's form: members of "addr" have its name in front, and lists of {"str": TEXT}
 * stand for several options.  Returns the name of a member of another form, or NULL. */
static const char *arguments_append(GString *text, const char *prefix, json_t *arguments)
{
    const char *name;
    json_t *value;

    json_object_foreach(arguments, name, value)
    {
        g_autofree char *key = g_strconcat(prefix, name, NULL);
        json_t *element;
        size_t i;

        if (json_is_object(value) && !*prefix) {
            g_autofree char *inner = g_strconcat(name, ".", NULL);

            if (arguments_append(text, inner, value)) {
                return name;
            }
        } else if (json_is_array(value)) {
            json_array_foreach(value, i, element)
            {
                json_t *string = json_object_get(element, "str");

                if (!json_is_string(string)) {
                    return name;
                }
                pair_append(text, key, string);
            }
        } else if (json_is_string(value) || json_is_integer(value) || json_is_boolean(value)) {
            pair_append(text, key, value);
        } else {
            return name;
        }
    }
    return NULL;
}

json_t *ob_qmp_netdev_add(ObQmpCall *call)
{
    g_autoptr(GString) text = g_string_new(NULL);
    const char *odd = arguments_append(text, "", call->arguments);
    HW_ERROR(reason, 512);
    ObKeyval *values;
    bool added;

    if (odd) {
        return ob_qmp_fail(call, OB_QMP_GENERIC, "Invalid parameter type for '%s'", odd);
    }
    values = ob_keyval_new(text->str, "type", &reason);
    added = values && ob_netdev_new(call->system->loop, call->system->host, values, &reason);
    ob_keyval_free(values);
    return added ? json_object() : ob_qmp_fail(call, OB_QMP_GENERIC, "%s", reason.text);
}

/* The device stays, without a network, as in QEMU. */
json_t *ob_qmp_netdev_del(ObQmpCall *call)
{
    const char *id = ob_qmp_string(call, "id");
    ObNetdev *netdev = ob_netdev_find(call->system->host, id);

    if (!netdev) {
        return ob_qmp_fail(call, OB_QMP_NO_DEVICE, "Device '%s' not found", id);
    }
    ob_objects_drop_filters(call->system, id);
    ob_netdev_remove(call->system->host, netdev);
    return json_object();
}

json_t *ob_qmp_set_link(ObQmpCall *call)
{
    const char *name = ob_qmp_string(call, "name");

    if (!ob_net_set_link(call->system->host, name,
                         json_is_true(json_object_get(call->arguments, "up")))) {
        return ob_qmp_fail(call, OB_QMP_NO_DEVICE, "Device '%s' not found", name);
    }
    return json_object();
}

/* NULL: no such member. */
static GStrv texts_of(json_t *array)
{
    g_autoptr(GStrvBuilder) texts = g_strv_builder_new();
    json_t *text;
    size_t i;

    json_array_foreach(array, i, text)
    {
        g_strv_builder_add(texts, json_string_value(text));
    }
    return array ? g_strv_builder_end(texts) : NULL;
}

static int64_t number_of(const ObQmpCall *call, const char *name)
{
    return json_integer_value(json_object_get(call->arguments, name));
}

json_t *ob_qmp_announce_self(ObQmpCall *call)
{
    ObSystem *system = call->system;
    const char *id = ob_qmp_string(call, "id");
    const ObAnnounce announce = {
        .initial = number_of(call, "initial"),
        .max = number_of(call, "max"),
        .step = number_of(call, "step"),
        .rounds = number_of(call, "rounds"),
        .cards = texts_of(json_object_get(call->arguments, "interfaces")),
    };

    if (!system->announcer) {
        system->announcer = ob_announcer_new(system->loop, system->host);
    }
    ob_announce(system->announcer, id ? id : "", &announce);
    return json_object();
}

static bool is_card(const ObHost *host, const char *name)
{
    const HwNetPort *port;

    for (uint32_t i = 0; (port = ob_net_port_at(host, i)); i++) {
        if (strcmp(ob_net_port_name(port), name) == 0) {
            return true;
        }
    }
    return false;
}

/* No card tells of its filter, as most of QEMU's don't. */
json_t *ob_qmp_query_rx_filter(ObQmpCall *call)
{
    const ObHost *host = call->system->host;
    const char *name = ob_qmp_string(call, "name");

    if (!name) {
        return json_array();
    }
    if (is_card(host, name)) {
        return ob_qmp_fail(call, OB_QMP_GENERIC,
                           "net client(%s) doesn't support rx-filter querying", name);
    }
    if (ob_netdev_find(host, name)) {
        return ob_qmp_fail(call, OB_QMP_GENERIC, "net client(%s) isn't a NIC", name);
    }
    return ob_qmp_fail(call, OB_QMP_GENERIC, "invalid net client name: %s", name);
}

/* ---------------------------------------------------------------------------- events */

/* "HOST:PORT", where a host may have colons */
static json_t *inet_address(const char *peer)
{
    const char *colon = strrchr(peer, ':');
    g_autofree char *host = g_strndup(peer, (gsize)(colon - peer));

    return json_pack("{s:o, s:o, s:o}", "type", ob_json_text("inet"), "host", ob_json_text(host),
                     "port", ob_json_text(colon + 1));
}

/* QEMU's SocketAddress */
static json_t *peer_address(const void *link)
{
    const ObSocketAddress *address = ob_stream_net_address(link);
    char peer[64];

    if (address->kind == OB_SOCKET_UNIX) {
        return json_pack("{s:o, s:o}", "type", ob_json_text("unix"), "path",
                         ob_json_text(address->path));
    }
    if (ob_stream_net_peer(link, peer, sizeof(peer)) && *peer) {
        return inet_address(peer);
    }
    return json_pack("{s:o, s:o}", "type", ob_json_text("unix"), "path", ob_json_text(""));
}

void ob_qmp_net_peer_changed(void *opaque, const ObNetdev *netdev, bool has_peer)
{
    json_t *data;

    if (strcmp(ob_netdev_driver(netdev)->type, "stream") != 0) {
        return;
    }
    data = json_pack("{s:o}", "netdev-id", ob_json_text(ob_netdev_id(netdev)));
    if (has_peer) {
        json_object_set_new(data, "addr", peer_address(ob_netdev_link(netdev)));
    }
    ob_qmp_event(opaque, has_peer ? "NETDEV_STREAM_CONNECTED" : "NETDEV_STREAM_DISCONNECTED", data);
}
