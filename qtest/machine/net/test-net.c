/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/machine/net/test-net.h"

#include "hw-api/device/error.h"
#include "hw-api/host/run/net.h"

typedef struct TestNet {
    GQueue sent; /* GBytes */
} TestNet;

static bool test_net_send(void *link, const uint8_t *frame, uint32_t size)
{
    TestNet *net = link;

    if (net->sent.length < OB_TEST_NET_SENT_MAX) {
        g_queue_push_tail(&net->sent, g_bytes_new(frame, size));
    }
    return true;
}

static void test_net_free(void *link)
{
    TestNet *net = link;

    g_queue_clear_full(&net->sent, (GDestroyNotify)g_bytes_unref);
    g_free(net);
}

static const ObNetDriver driver = {
    .type = OB_TEST_NET,
    .send = test_net_send,
    .free = test_net_free,
};

ObNetdev *ob_test_net_add(ObHost *host, const char *id, HwError *error)
{
    TestNet *net = g_new0(TestNet, 1);
    ObNetdev *netdev = ob_netdev_add(host, id, &driver, net, error);

    if (!netdev) {
        g_free(net);
    }
    return netdev;
}

static ObNetdev *find(const ObHost *host, const char *id, HwError *error)
{
    ObNetdev *netdev = ob_netdev_find(host, id);

    if (!netdev) {
        hw_error_set(error, "netdev '%s' does not exist", id);
    } else if (ob_netdev_driver(netdev) != &driver) {
        hw_error_set(error, "netdev '%s' has the type %s, expected " OB_TEST_NET, id,
                     ob_netdev_driver(netdev)->type);
        return NULL;
    }
    return netdev;
}

bool ob_test_net_send(ObHost *host, const char *id, const void *frame, size_t size, HwError *error)
{
    ObNetdev *netdev = find(host, id, error);

    if (!netdev) {
        return false;
    }
    if (!hw_net_frame_fits(size)) {
        return hw_error_set(error, "a frame of %zu bytes, expected %u to %u", size,
                            HW_NET_FRAME_MIN, HW_NET_FRAME_MAX);
    }
    ob_netdev_deliver(netdev, frame, size);
    return true;
}

GBytes *ob_test_net_take(ObHost *host, const char *id, HwError *error)
{
    const ObNetdev *netdev = find(host, id, error);

    return netdev ? g_queue_pop_head(&((TestNet *)ob_netdev_link(netdev))->sent) : NULL;
}
