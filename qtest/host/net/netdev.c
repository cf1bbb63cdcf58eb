/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/net/netdev.h"

#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/host/options/suggest.h"
#include "qtest/machine/net/hub.h"
#include "qtest/machine/net/test-net.h"

static bool test_net_add(ObLoop *loop, ObHost *host, const ObKeyval *values, HwError *error)
{
    static const char *const keys[] = { "type", "id", NULL };

    (void)loop;
    return ob_keyval_check(values, keys, error) &&
           ob_test_net_add(host, ob_keyval_get(values, "id"), error);
}

static bool hub_port_add(ObLoop *loop, ObHost *host, const ObKeyval *values, HwError *error)
{
    static const char *const keys[] = { "type", "id", "hubid", "netdev", NULL };
    const char *hub = ob_keyval_get(values, "hubid");
    int64_t number = 0;

    (void)loop;
    if (!ob_keyval_check(values, keys, error)) {
        return false;
    }
    if (!hub) {
        return hw_error_set(error, "hubid= is missing");
    }
    return ob_integer_parse("hubid", hub, INT32_MIN, INT32_MAX, &number, error) &&
           ob_hub_port_add(host, ob_keyval_get(values, "id"), (int32_t)number,
                           ob_keyval_get(values, "netdev"), error);
}

/* clang-format off */
const ObNetType ob_net_types[] = {
    { "user", "a network with a gateway, DHCP, DNS and the host's sockets behind it; needs libslirp",
      ob_user_net_add },
    { "stream", "frames over a stream socket, as QEMU's -netdev stream", ob_stream_net_add },
    { "dgram", "frames in datagrams, as QEMU's -netdev dgram", ob_dgram_net_add },
    { "socket", "either of them, as QEMU's older -netdev socket", ob_socket_net_add },
    { OB_HUB_PORT, "a port of a hub, which joins networks and devices", hub_port_add },
    { OB_TEST_NET, "the test's own end: net_send and net_receive of the qtest protocol",
      test_net_add },
    { 0 },
};
/* clang-format on */

static const ObNetType *type_find(const char *name, HwError *error)
{
    ObSuggestion suggestion;

    ob_suggestion_start(&suggestion, name);
    for (const ObNetType *type = ob_net_types; type->name; type++) {
        if (strcmp(type->name, name) == 0) {
            return type;
        }
        ob_suggestion_offer(&suggestion, type->name);
    }
    hw_error_set(error, "unknown type '%s'%s", name,
                 suggestion.best ? ob_suggestion_text(&suggestion) : ", see -netdev help");
    return NULL;
}

/* Options of which each may come several times. */
static bool is_list(const char *key)
{
    return strcmp(key, "hostfwd") == 0 || strcmp(key, "guestfwd") == 0 ||
           strcmp(key, "dnssearch") == 0;
}

static bool once_check(const ObKeyval *values, HwError *error)
{
    for (uint32_t i = 0; i < values->count; i++) {
        for (uint32_t j = 0; j < i && !is_list(values->options[i].key); j++) {
            if (strcmp(values->options[i].key, values->options[j].key) == 0) {
                return hw_error_set(error, "%s= is given twice", values->options[i].key);
            }
        }
    }
    return true;
}

/* The id that -nic makes. */
static bool is_of_nic(const char *id)
{
    return g_str_has_prefix(id, "#net");
}

bool ob_netdev_new(ObLoop *loop, ObHost *host, const ObKeyval *values, HwError *error)
{
    const char *id = ob_keyval_get(values, "id");
    const char *name = ob_keyval_get(values, "type");
    const ObNetType *type;

    if (!name || !id) {
        return hw_error_set(error, "%s= is missing%s", name ? "id" : "type",
                            name ? "" : ", see -netdev help");
    }
    type = type_find(name, error);
    return type && (is_of_nic(id) || ob_id_check(id, error)) && once_check(values, error) &&
           type->add(loop, host, values, error);
}
