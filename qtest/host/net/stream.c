/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/net/stream.h"

#include <string.h>

#include "hw-api/host/run/net.h"
#include "qtest/host/io/endpoint.h"
#include "qtest/host/io/log.h"

#define HEAD 4u

typedef struct StreamNet {
    ObNetdev *netdev;
    ObEndpoint *endpoint;
    ObSocketAddress address;
    GByteArray *input; /* a frame that has not ended */
    bool deaf;         /* the peer has sent a length that no frame has */
} StreamNet;

static void stream_opened(void *opaque)
{
    StreamNet *net = opaque;

    g_byte_array_set_size(net->input, 0);
    net->deaf = false;
    ob_netdev_tell_peer(net->netdev, true);
}

static uint32_t frame_length(const uint8_t *head)
{
    return (uint32_t)head[0] << 24 | (uint32_t)head[1] << 16 | (uint32_t)head[2] << 8 | head[3];
}

/* The size of the first frame with its head, or 0 if it has not ended. */
static size_t frame_whole(StreamNet *net, const uint8_t *bytes, size_t count)
{
    uint32_t length = count >= HEAD ? frame_length(bytes) : 0;

    if (count >= HEAD && (length == 0 || length > HW_NET_FRAME_MAX)) {
        ob_report_warning("netdev '%s': the peer sent a frame of %u bytes, expected 1 to %u: "
                          "its further bytes are lost",
                          ob_netdev_id(net->netdev), length, HW_NET_FRAME_MAX);
        net->deaf = true;
        return 0;
    }
    return count >= HEAD && count - HEAD >= length ? HEAD + length : 0;
}

static void stream_input(void *opaque, const char *bytes, size_t count)
{
    StreamNet *net = opaque;
    size_t done = 0;
    size_t whole;

    if (net->deaf) {
        return;
    }
    g_byte_array_append(net->input, (const guint8 *)bytes, (guint)count);
    while ((whole = frame_whole(net, net->input->data + done, net->input->len - done))) {
        ob_netdev_deliver(net->netdev, net->input->data + done + HEAD, whole - HEAD);
        done += whole;
    }
    g_byte_array_remove_range(net->input, 0, net->deaf ? net->input->len : (guint)done);
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
    uint8_t bytes[HEAD + HW_NET_FRAME_MAX] = { (uint8_t)(size >> 24), (uint8_t)(size >> 16),
                                               (uint8_t)(size >> 8), (uint8_t)size };

    if (!ob_endpoint_has_peer(net->endpoint)) {
        return true;
    }
    memcpy(bytes + HEAD, frame, size);
    return ob_endpoint_send(net->endpoint, (const char *)bytes, HEAD + size);
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
    g_byte_array_unref(net->input);
    g_free(net);
}

bool ob_stream_net_open(ObLoop *loop, ObHost *host, const char *id, const ObNetDriver *driver,
                        const ObSocketAddress *address, HwError *error)
{
    StreamNet *net = g_new0(StreamNet, 1);

    net->address = *address;
    net->input = g_byte_array_new();
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
