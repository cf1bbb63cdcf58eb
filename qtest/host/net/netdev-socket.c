/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options of -netdev socket: a stream, or datagrams. */
#include <string.h>
#include <sys/socket.h>

#include "hw-api/device/error.h"
#include "qtest/host/net/datagram.h"
#include "qtest/host/net/netdev.h"
#include "qtest/host/net/stream.h"

static char *stream_describe(void *link)
{
    const ObSocketAddress *address = ob_stream_net_address(link);
    char peer[64];

    if (!ob_stream_net_peer(link, peer, sizeof(peer))) {
        return g_strdup("");
    }
    if (address->kind == OB_SOCKET_FD) {
        return g_strdup_printf("socket: fd=%d", address->fd);
    }
    return g_strdup_printf("socket: %s %s", address->server ? "connection from" : "connect to",
                           peer);
}

static const ObNetDriver stream_driver = {
    .type = "socket",
    .send = ob_stream_net_send,
    .describe = stream_describe,
    .free = ob_stream_net_free,
};

static const ObNetDriver datagram_driver = {
    .type = "socket",
    .send = ob_datagram_net_send,
    .room = ob_datagram_net_room,
    .describe = ob_datagram_net_describe,
    .free = ob_datagram_net_free,
};

typedef struct Use {
    ObLoop *loop;
    ObHost *host;
    const char *id;
    const char *value; /* the way's own */
    const char *local; /* localaddr=; NULL: none */
} Use;

/* [HOST]:PORT; the address of a host without a name is `fallback`. */
static bool name_parse(const char *key, const char *text, uint32_t fallback,
                       struct sockaddr_in *name, HwError *error)
{
    const char *colon = strrchr(text, ':');
    g_autofree char *host = colon ? g_strndup(text, (gsize)(colon - text)) : NULL;

    name->sin_family = AF_INET;
    name->sin_addr.s_addr = htonl(fallback);
    if (!colon) {
        return hw_error_set(error, "%s: invalid value '%s': expected HOST:PORT", key, text);
    }
    return (!*host || ob_datagram_host_parse(key, host, &name->sin_addr, error)) &&
           ob_datagram_port_parse(key, colon + 1, &name->sin_port, error);
}

/* ---------------------------------------------------------------------------- streams */

static bool stream_open(const Use *use, const ObSocketAddress *address, HwError *error)
{
    return ob_socket_check(address, error) &&
           ob_stream_net_open(use->loop, use->host, use->id, &stream_driver, address, error);
}

static bool tcp_open(const Use *use, const char *key, bool server, HwError *error)
{
    const char *colon = strrchr(use->value, ':');
    g_autofree char *host = colon ? g_strndup(use->value, (gsize)(colon - use->value)) : NULL;
    ObSocketAddress address = { .server = server, .no_wait = true };

    if (!colon) {
        return hw_error_set(error, "%s: invalid value '%s': expected [HOST]:PORT", key, use->value);
    }
    return ob_socket_set(&address, "host", host, error) &&
           ob_socket_set(&address, "port", colon + 1, error) && stream_open(use, &address, error);
}

static bool open_listen(const Use *use, HwError *error)
{
    return tcp_open(use, "listen", true, error);
}

static bool open_connect(const Use *use, HwError *error)
{
    return tcp_open(use, "connect", false, error);
}

/* -------------------------------------------------------------------------- datagrams */

static bool datagram_open(const Use *use, const ObDatagramSocket *s, const char *text,
                          HwError *error)
{
    g_autofree char *named = g_strconcat("socket: ", text, NULL);

    return ob_datagram_net_open(use->loop, use->host, use->id, &datagram_driver, s, named, error);
}

static bool open_group(const Use *use, HwError *error)
{
    g_autofree char *text = g_strconcat("mcast=", use->value, NULL);
    struct in_addr local = { .s_addr = htonl(INADDR_LOOPBACK) };
    struct sockaddr_in group = { 0 };
    ObDatagramSocket s = { 0 };

    if (!name_parse("mcast", use->value, 0, &group, error) ||
        (use->local && !ob_datagram_host_parse("localaddr", use->local, &local, error))) {
        return false;
    }
    if (!ob_datagram_is_group(group.sin_addr)) {
        return hw_error_set(error, "mcast: invalid value '%s': expected an address of a group",
                            use->value);
    }
    return ob_datagram_open_group(&s, &group, local, error) && datagram_open(use, &s, text, error);
}

static bool open_udp(const Use *use, HwError *error)
{
    g_autofree char *text = g_strconcat("udp=", use->value, NULL);
    struct sockaddr_in remote = { 0 };
    struct sockaddr_in local = { 0 };
    ObDatagramSocket s = { 0 };

    if (!use->local) {
        return hw_error_set(error, "localaddr= is missing, udp= needs it");
    }
    return name_parse("udp", use->value, INADDR_LOOPBACK, &remote, error) &&
           name_parse("localaddr", use->local, INADDR_LOOPBACK, &local, error) &&
           ob_datagram_open_udp(&s, &local, &remote, error) && datagram_open(use, &s, text, error);
}

/* --------------------------------------------------------------------------- whole */

static bool open_fd(const Use *use, HwError *error)
{
    ObSocketAddress address = { .no_wait = true };
    g_autofree char *text = NULL;
    ObDatagramSocket s = { 0 };
    socklen_t size = sizeof(int);
    int type = SOCK_STREAM;

    if (!ob_socket_set(&address, "fd", use->value, error)) {
        return false;
    }
    getsockopt(address.fd, SOL_SOCKET, SO_TYPE, &type, &size);
    if (type != SOCK_DGRAM) {
        return stream_open(use, &address, error);
    }
    if (!ob_datagram_adopt(&s, address.fd, error)) {
        return false;
    }
    text = ob_datagram_fd_text(&s);
    return datagram_open(use, &s, text, error);
}

static const struct {
    const char *key;
    bool takes_local;
    bool (*open)(const Use *use, HwError *error);
} ways[] = {
    { "listen", false, open_listen }, { "connect", false, open_connect },
    { "mcast", true, open_group },    { "udp", true, open_udp },
    { "fd", false, open_fd },
};

/* The only key of `ways` among the options, or -1. */
static int way_find(const ObKeyval *values)
{
    int found = -1;

    for (size_t i = 0; i < G_N_ELEMENTS(ways); i++) {
        if (ob_keyval_get(values, ways[i].key)) {
            if (found >= 0) {
                return -1;
            }
            found = (int)i;
        }
    }
    return found;
}

bool ob_socket_net_add(ObLoop *loop, ObHost *host, const ObKeyval *values, HwError *error)
{
    static const char *const keys[] = { "type", "id", "listen",    "connect", "mcast",
                                        "udp",  "fd", "localaddr", NULL };
    Use use = { loop, host, ob_keyval_get(values, "id"), NULL, ob_keyval_get(values, "localaddr") };
    int way = way_find(values);

    if (!ob_keyval_check(values, keys, error)) {
        return false;
    }
    if (way < 0) {
        return hw_error_set(error, "expected exactly one of listen=, connect=, mcast=, udp= and "
                                   "fd=");
    }
    if (use.local && !ways[way].takes_local) {
        return hw_error_set(error, "localaddr= is for mcast= and udp=, not for %s=", ways[way].key);
    }
    use.value = ob_keyval_get(values, ways[way].key);
    return ways[way].open(&use, error);
}
