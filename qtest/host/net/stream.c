/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/net/stream.h"

#include <string.h>

#include "hw-api/host/run/net.h"
#include "qtest/host/io/endpoint.h"
#include "qtest/host/io/frames.h"

typedef struct StreamNet {
    ObNetdev *netdev;
    ObEndpoint *endpoint;
    ObSocketAddress address;
    ObFrames frames;
} StreamNet;

static void stream_opened(void *opaque)
{
    StreamNet *net = opaque;

    ob_frames_restart(&net->frames);
    ob_netdev_tell_peer(net->netdev, true);
}

static void frame_deliver(void *opaque, const uint8_t *frame, size_t size)
{
    ob_netdev_deliver(((StreamNet *)opaque)->netdev, frame, size);
}

static void stream_input(void *opaque, const char *bytes, size_t count)
{
    StreamNet *net = opaque;
    g_autofree char *who = g_strdup_printf("netdev '%s'", ob_netdev_id(net->netdev));

    ob_frames_read(&net->frames, bytes, count, who, frame_deliver, net);
}

static void stream_drained(void *opaque)
{
    ob_netdev_sent(((StreamNet *)opaque)->netdev);
}

/* A device that waits goes on: its frames are lost. */
static void stream_closed(void *opaque)
{
    StreamNet *net = opaque;

    ob_netdev_tell_peer(net->netdev, false);
    ob_netdev_sent(net->netdev);
}

static const ObEndpointHandler handler = {
    .opened = stream_opened,
    .input = stream_input,
    .drained = stream_drained,
    .closed = stream_closed,
};

bool ob_stream_net_send(void *link, const uint8_t *frame, uint32_t size)
{
    StreamNet *net = link;
    uint8_t bytes[OB_FRAME_HEAD + HW_NET_FRAME_MAX];

    if (!ob_endpoint_has_peer(net->endpoint)) {
        return true;
    }
    ob_frame_head(bytes, size);
    memcpy(bytes + OB_FRAME_HEAD, frame, size);
    return ob_endpoint_send(net->endpoint, (const char *)bytes, OB_FRAME_HEAD + size);
}

bool ob_stream_net_peer(const void *link, char *text, size_t capacity)
{
    return ob_endpoint_describe_peer(((const StreamNet *)link)->endpoint, text, capacity);
}

const ObSocketAddress *ob_stream_net_address(const void *link)
{
    return &((const StreamNet *)link)->address;
}

void ob_stream_net_free(void *link)
{
    StreamNet *net = link;

    ob_endpoint_close(net->endpoint);
    ob_frames_clear(&net->frames);
    g_free(net);
}

bool ob_stream_net_open(ObLoop *loop, ObHost *host, const char *id, const ObNetDriver *driver,
                        const ObSocketAddress *address, HwError *error)
{
    StreamNet *net = g_new0(StreamNet, 1);

    net->address = *address;
    ob_frames_init(&net->frames, HW_NET_FRAME_MAX);
    net->endpoint = ob_endpoint_open(loop, address, &handler, net, error);
    if (net->endpoint) {
        net->netdev = ob_netdev_add(host, id, driver, net, error);
    }
    if (!net->netdev) {
        ob_stream_net_free(net);
        return false;
    }
    return true;
}
