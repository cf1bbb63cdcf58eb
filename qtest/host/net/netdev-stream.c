/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options of -netdev stream. */
#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/host/net/netdev.h"
#include "qtest/host/net/stream.h"

/* QEMU's info network shows the peer alone, and a unix socket by its path. */
static char *describe(void *link)
{
    const ObSocketAddress *address = ob_stream_net_address(link);
    char peer[64];

    if (!ob_stream_net_peer(link, peer, sizeof(peer))) {
        return g_strdup(address->server ? "listening" : "");
    }
    return *peer ? g_strdup_printf("tcp:%s", peer) : g_strdup_printf("unix:%s", address->path);
}

static const ObNetDriver driver = {
    .type = "stream",
    .send = ob_stream_net_send,
    .describe = describe,
    .free = ob_stream_net_free,
};

static const struct {
    const char *key;
    const char *of_socket; /* the name that ob_socket_set() takes */
} options[] = {
    { "server", "server" },
    { "reconnect", "reconnect" },
    { "reconnect-ms", "reconnect-ms" },
    { "addr.path", "path" },
    { "addr.abstract", "abstract" },
    { "addr.host", "host" },
    { "addr.port", "port" },
    { "addr.str", "fd" },
};

static const char *const read_elsewhere[] = { "type",      "id",        "addr.type",
                                              "addr.ipv4", "addr.ipv6", NULL };

static bool option_set(ObSocketAddress *address, const ObOption *option, HwError *error)
{
    for (size_t i = 0; i < G_N_ELEMENTS(options); i++) {
        if (strcmp(option->key, options[i].key) == 0) {
            return ob_socket_set(address, options[i].of_socket, option->value, error);
        }
    }
    return g_strv_contains(read_elsewhere, option->key) ||
           hw_error_set(error,
                        "unknown option '%s', expected server, addr.type, addr.path, "
                        "addr.abstract, addr.host, addr.port, addr.ipv4, addr.ipv6, addr.str, "
                        "reconnect or reconnect-ms",
                        option->key);
}

static const struct {
    const char *type;
    ObSocketKind kind;
} kinds[] = {
    { "unix", OB_SOCKET_UNIX },
    { "inet", OB_SOCKET_TCP },
    { "fd", OB_SOCKET_FD },
};

static bool type_fits(const char *type, ObSocketKind kind)
{
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (strcmp(type, kinds[i].type) == 0) {
            return kind == kinds[i].kind;
        }
    }
    return false;
}

/* The switch of the host's own version must not be off. */
static bool version_check(const ObSocketAddress *address, const ObKeyval *values, HwError *error)
{
    static const char *const keys[] = { "addr.ipv4", "addr.ipv6" };
    const char *own = keys[strchr(address->host, ':') != NULL];

    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        const char *value = ob_keyval_get(values, keys[i]);
        bool on = true;
        HW_ERROR(reason, 256);

        if (value && !ob_boolean_parse(value, &on, &reason)) {
            return hw_error_set(error, "%s: %s", keys[i], reason.text);
        }
        if (!on && keys[i] == own) {
            return hw_error_set(error, "%s=off excludes addr.host=%s", own, address->host);
        }
    }
    return true;
}

static bool address_parse(ObSocketAddress *address, const ObKeyval *values, HwError *error)
{
    const char *type = ob_keyval_get(values, "addr.type");

    for (uint32_t i = 0; i < values->count; i++) {
        if (!option_set(address, &values->options[i], error)) {
            return false;
        }
    }
    if (!type) {
        return hw_error_set(error, "addr.type= is missing, expected unix, inet or fd");
    }
    address->no_wait = true;
    return type_fits(type, address->kind)
               ? version_check(address, values, error) && ob_socket_check(address, error)
               : hw_error_set(error,
                              "addr.type: invalid value '%s': expected unix with addr.path=, inet "
                              "with addr.host= and addr.port=, or fd with addr.str=",
                              type);
}

bool ob_stream_net_add(ObLoop *loop, ObHost *host, const ObKeyval *values, HwError *error)
{
    ObSocketAddress address = { 0 };

    return address_parse(&address, values, error) &&
           ob_stream_net_open(loop, host, ob_keyval_get(values, "id"), &driver, &address, error);
}
