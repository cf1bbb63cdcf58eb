/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/net/datagram.h"

#include <string.h>
#include <sys/socket.h>

#define FRAMES_AT_ONCE 64 /* a peer that floods must not hold up the loop */

typedef struct DatagramNet {
    ObNetdev *netdev;
    ObDatagramSocket socket;
    ObWatch *watch;
    bool full; /* no frame is read until there is room */
    char *text;
    uint8_t frame[HW_NET_FRAME_MAX + 1]; /* a longer one is lost, and so is all of it */
} DatagramNet;

/* A datagram that the socket does not take is lost: the peer is slow, or has gone. */
bool ob_datagram_net_send(void *link, const uint8_t *frame, uint32_t size)
{
    const ObDatagramSocket *s = &((const DatagramNet *)link)->socket;
    bool by_path = s->to.sun_family == AF_UNIX;

    (void)!sendto(s->out, frame, size, MSG_NOSIGNAL,
                  by_path ? (const struct sockaddr *)&s->to : NULL, by_path ? sizeof(s->to) : 0);
    return true;
}

static bool is_own(const ObDatagramSocket *s, const struct sockaddr_in *from)
{
    return s->self.sin_family == AF_INET && from->sin_port == s->self.sin_port &&
           from->sin_addr.s_addr == s->self.sin_addr.s_addr;
}

/* Returns false if no datagram is left. */
static bool frame_take(DatagramNet *net)
{
    union {
        struct sockaddr any;
        struct sockaddr_in in;
        struct sockaddr_un un;
    } from = { 0 };
    socklen_t from_size = sizeof(from);
    ssize_t size = recvfrom(net->socket.in, net->frame, sizeof(net->frame), 0, &from.any,
                            &from_size);

    if (size >= 0 && !is_own(&net->socket, &from.in)) {
        net->full = !ob_netdev_deliver(net->netdev, net->frame, (size_t)size);
    }
    return size >= 0;
}

/* An error, such as that of a peer that has gone, is read as a datagram is. */
static void datagram_ready(void *opaque, uint32_t events)
{
    DatagramNet *net = opaque;

    (void)events;
    for (int i = 0; i < FRAMES_AT_ONCE && !net->full && frame_take(net); i++) {}
    if (net->full) {
        ob_watch_change(net->watch, 0);
    }
}

void ob_datagram_net_room(void *link)
{
    DatagramNet *net = link;

    net->full = false;
    ob_watch_change(net->watch, EPOLLIN);
}

char *ob_datagram_net_describe(void *link)
{
    return g_strdup(((const DatagramNet *)link)->text);
}

void ob_datagram_net_free(void *link)
{
    DatagramNet *net = link;

    ob_watch_free(net->watch);
    ob_datagram_close(&net->socket);
    g_free(net->text);
    g_free(net);
}

bool ob_datagram_net_open(ObLoop *loop, ObHost *host, const char *id, const ObNetDriver *driver,
                          const ObDatagramSocket *s, const char *text, HwError *error)
{
    DatagramNet *net = g_new0(DatagramNet, 1);

    net->socket = *s;
    net->text = g_strdup(text);
    net->watch = ob_watch_new(loop, s->in, EPOLLIN, datagram_ready, net);
    net->netdev = ob_netdev_add(host, id, driver, net, error);
    if (!net->netdev) {
        ob_datagram_net_free(net);
    }
    return net->netdev != NULL;
}
