/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -netdev stream: frames over a socket.  Each frame follows its length, 4 bytes with the highest
 * first, as in QEMU's -netdev stream and socket, and in passt.
 */
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/host/run/net.h"
#include "qtest/host/io/endpoint.h"
#include "qtest/host/io/log.h"
#include "qtest/host/net/netdev.h"

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

static const ObEndpointHandler handler = {
    .opened = stream_opened,
    .input = stream_input,
    .drained = stream_drained,
    .closed = stream_drained, /* a device that waits goes on: its frames are lost */
};

static bool stream_send(void *link, const uint8_t *frame, uint32_t size)
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

static char *stream_describe(void *link)
{
    StreamNet *net = link;
    char address[192];

    ob_socket_describe(&net->address, address, sizeof(address));
    return g_strdup(address);
}

static void stream_free(void *link)
{
    StreamNet *net = link;

    ob_endpoint_close(net->endpoint);
    g_byte_array_unref(net->input);
    g_free(net);
}

static const ObNetDriver driver = {
    .type = "stream",
    .send = stream_send,
    .describe = stream_describe,
    .free = stream_free,
};

/* --------------------------------------------------------------------------- options */

static bool option_set(ObSocketAddress *address, const ObOption *option, const char **type,
                       HwError *error)
{
    static const char *const plain[] = { "server", "reconnect", "reconnect-ms" };
    static const char *const of_address[] = { "path", "host", "port" };

    if (strcmp(option->key, "type") == 0 || strcmp(option->key, "id") == 0) {
        return true;
    }
    if (strcmp(option->key, "addr.type") == 0) {
        *type = option->value;
        return true;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(plain); i++) {
        if (strcmp(option->key, plain[i]) == 0) {
            return ob_socket_set(address, plain[i], option->value, error);
        }
    }
    for (size_t i = 0; i < G_N_ELEMENTS(of_address); i++) {
        if (g_str_has_prefix(option->key, "addr.") &&
            strcmp(option->key + strlen("addr."), of_address[i]) == 0) {
            return ob_socket_set(address, of_address[i], option->value, error);
        }
    }
    return hw_error_set(error,
                        "unknown option '%s', expected server, addr.type, addr.path, addr.host, "
                        "addr.port, reconnect or reconnect-ms",
                        option->key);
}

static bool address_parse(ObSocketAddress *address, const ObKeyval *values, HwError *error)
{
    const char *type = NULL;

    for (uint32_t i = 0; i < values->count; i++) {
        if (!option_set(address, &values->options[i], &type, error)) {
            return false;
        }
    }
    if (!type) {
        return hw_error_set(error, "addr.type= is missing, expected unix or inet");
    }
    if (!(strcmp(type, "unix") == 0 && address->kind == OB_SOCKET_UNIX) &&
        !(strcmp(type, "inet") == 0 && address->kind == OB_SOCKET_TCP)) {
        return hw_error_set(error,
                            "addr.type: invalid value '%s': expected unix with addr.path=, or inet "
                            "with addr.host= and addr.port=",
                            type);
    }
    address->no_wait = true;
    return ob_socket_check(address, error);
}

bool ob_stream_net_add(ObLoop *loop, ObHost *host, const ObKeyval *values, HwError *error)
{
    StreamNet *net = g_new0(StreamNet, 1);

    net->input = g_byte_array_new();
    if (address_parse(&net->address, values, error)) {
        net->endpoint = ob_endpoint_open(loop, &net->address, &handler, net, error);
    }
    if (net->endpoint) {
        net->netdev = ob_netdev_add(host, ob_keyval_get(values, "id"), &driver, net, error);
    }
    if (!net->netdev) {
        stream_free(net);
        return false;
    }
    return true;
}
