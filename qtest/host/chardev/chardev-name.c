/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The name of a stream's other end, for people and monitors. */
#include "qtest/host/chardev/chardev-internal.h"
#include "qtest/machine/chardev/test-chardev.h"

static char *pty_describe(const EndpointStream *s)
{
    const char *name = s->endpoint ? ob_endpoint_pty(s->endpoint) : NULL;

    return name ? g_strconcat("pty:", name, NULL) : g_strdup("pty");
}

/* A monitor has its own endpoint, so nothing is known of its peer. */
static char *socket_describe(const EndpointStream *s)
{
    const ObSocketAddress *address = &s->chardev->address;
    bool is_down = !s->chardev->user && !(s->endpoint && ob_endpoint_has_peer(s->endpoint));
    uint16_t port = s->endpoint ? ob_endpoint_port(s->endpoint) : 0;
    char text[160];
    char peer[80] = "";

    if (address->kind == OB_SOCKET_TCP) {
        g_snprintf(text, sizeof(text), "%s:%s:%u", address->telnet ? "telnet" : "tcp",
                   address->host, port ? port : address->port);
    } else if (address->kind == OB_SOCKET_FD) {
        g_snprintf(text, sizeof(text), "fd:%d", address->fd);
    } else {
        ob_socket_describe(address, text, sizeof(text));
    }
    if (s->endpoint) {
        ob_endpoint_describe_peer(s->endpoint, peer, sizeof(peer));
    }
    return g_strconcat(is_down ? "disconnected:" : "", text, address->server ? ",server=on" : "",
                       *peer ? " <-> " : "", peer, NULL);
}

char *ob_chardev_describe(const ObChardevStream *stream)
{
    const EndpointStream *s = ob_chardev_endpoint(stream);

    switch (s ? s->chardev->address.kind : OB_SOCKET_NONE) {
    case OB_SOCKET_NONE:
        return g_strdup(OB_TEST_CHARDEV);
    case OB_SOCKET_PTY:
        return pty_describe(s);
    case OB_SOCKET_UNIX:
    case OB_SOCKET_TCP:
    case OB_SOCKET_FD:
        return socket_describe(s);
    default:
        return g_strdup(s->chardev->backend);
    }
}
