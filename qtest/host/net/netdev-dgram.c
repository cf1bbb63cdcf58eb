/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options of -netdev dgram. */
#include <arpa/inet.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/host/net/datagram.h"
#include "qtest/host/net/netdev.h"

static const ObNetDriver driver = {
    .type = "dgram",
    .send = ob_datagram_net_send,
    .room = ob_datagram_net_room,
    .describe = ob_datagram_net_describe,
    .free = ob_datagram_net_free,
};

static const char *const keys[] = { "type",        "id",          "local.type",  "local.host",
                                    "local.port",  "local.path",  "local.str",   "remote.type",
                                    "remote.host", "remote.port", "remote.path", NULL };

/* SIDE.host and SIDE.port */
static bool side_parse(const ObKeyval *values, const char *side, struct sockaddr_in *name,
                       HwError *error)
{
    g_autofree char *host_key = g_strconcat(side, ".host", NULL);
    g_autofree char *port_key = g_strconcat(side, ".port", NULL);
    const char *host = ob_keyval_get(values, host_key);
    const char *port = ob_keyval_get(values, port_key);

    name->sin_family = AF_INET;
    if (!host || !port) {
        return hw_error_set(error, "%s= is missing", host ? port_key : host_key);
    }
    return ob_datagram_host_parse(host_key, host, &name->sin_addr, error) &&
           ob_datagram_port_parse(port_key, port, &name->sin_port, error);
}

static char *name_text(const struct sockaddr_in *name)
{
    char host[INET_ADDRSTRLEN];

    return g_strdup_printf("%s:%u", inet_ntop(AF_INET, &name->sin_addr, host, sizeof(host)),
                           ntohs(name->sin_port));
}

/* The group is on the loopback interface, unless local.host= is the address of another. */
static bool open_group(ObDatagramSocket *s, const ObKeyval *values,
                       const struct sockaddr_in *remote, char **text, HwError *error)
{
    g_autofree char *name = name_text(remote);
    struct sockaddr_in local = { .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

    *text = g_strconcat("mcast=", name, NULL);
    return (!ob_keyval_get(values, "local.type") || side_parse(values, "local", &local, error)) &&
           ob_datagram_open_group(s, remote, local.sin_addr, error);
}

static bool open_inet(ObDatagramSocket *s, const ObKeyval *values, char **text, HwError *error)
{
    struct sockaddr_in remote = { 0 };
    struct sockaddr_in local = { 0 };
    g_autofree char *remote_text = NULL;
    g_autofree char *local_text = NULL;

    if (!side_parse(values, "remote", &remote, error)) {
        return false;
    }
    if (ob_datagram_is_group(remote.sin_addr)) {
        return open_group(s, values, &remote, text, error);
    }
    if (!side_parse(values, "local", &local, error)) {
        return false;
    }
    local_text = name_text(&local);
    remote_text = name_text(&remote);
    *text = g_strdup_printf("udp=%s/%s", local_text, remote_text);
    return ob_datagram_open_udp(s, &local, &remote, error);
}

static bool open_unix(ObDatagramSocket *s, const ObKeyval *values, char **text, HwError *error)
{
    const char *local = ob_keyval_get(values, "local.path");
    const char *remote = ob_keyval_get(values, "remote.path");

    if (!local || !remote) {
        return hw_error_set(error, "%s.path= is missing", local ? "remote" : "local");
    }
    *text = g_strdup_printf("udp=%s:%s", local, remote);
    return ob_datagram_open_unix(s, local, remote, error);
}

static bool open_fd(ObDatagramSocket *s, const ObKeyval *values, char **text, HwError *error)
{
    const char *number = ob_keyval_get(values, "local.str");
    int64_t fd = 0;

    if (!number) {
        return hw_error_set(error, "local.str= is missing");
    }
    if (!ob_integer_parse("local.str", number, 0, INT32_MAX, &fd, error) ||
        !ob_datagram_adopt(s, (int)fd, error)) {
        return false;
    }
    *text = ob_datagram_fd_text(s);
    return true;
}

/* The type of each side; a group needs no local side. */
static const struct {
    const char *local;
    const char *remote; /* NULL: none */
    bool (*open)(ObDatagramSocket *s, const ObKeyval *values, char **text, HwError *error);
} kinds[] = {
    { "inet", "inet", open_inet },
    { NULL, "inet", open_inet },
    { "unix", "unix", open_unix },
    { "fd", NULL, open_fd },
};

static bool socket_open(ObDatagramSocket *s, const ObKeyval *values, char **text, HwError *error)
{
    const char *local = ob_keyval_get(values, "local.type");
    const char *remote = ob_keyval_get(values, "remote.type");

    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (g_strcmp0(local, kinds[i].local) == 0 && g_strcmp0(remote, kinds[i].remote) == 0) {
            return kinds[i].open(s, values, text, error);
        }
    }
    return hw_error_set(error,
                        "local.type=%s and remote.type=%s, expected both inet, both unix, local fd "
                        "alone, or remote inet alone with a group",
                        local ? local : "", remote ? remote : "");
}

bool ob_dgram_net_add(ObLoop *loop, ObHost *host, const ObKeyval *values, HwError *error)
{
    g_autofree char *text = NULL;
    ObDatagramSocket s = { 0 };

    return ob_keyval_check(values, keys, error) && socket_open(&s, values, &text, error) &&
           ob_datagram_net_open(loop, host, ob_keyval_get(values, "id"), &driver, &s, text, error);
}
