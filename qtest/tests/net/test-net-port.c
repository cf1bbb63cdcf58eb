/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hw.net/1 in process: the contract between a device's port and its network. */
#include <string.h>

#include "hw-api/ext/draft/net.h"
#include "qtest/client/client.h"
#include "qtest/machine/net/hub.h"
#include "qtest/machine/net/net.h"
#include "qtest/machine/net/test-net.h"
#include "qtest/tests/lib/gadget.h"

#define SIZE 64u

/* A device that takes as many frames as the test allows. */
typedef struct Probe {
    HwDevice dev;
    const char *netdev;
    const char *mac;
    HwNetPort *port;
    uint32_t room;
    uint32_t taken;
    uint8_t first[70000 / 1000]; /* the first payload byte of each frame */
    uint32_t last_size;
    bool answers; /* sends each frame back */
    bool asks;    /* calls ready() from inside of receive() */
} Probe;

static const HwNet *net_of(Probe *s)
{
    return hw_net(&s->dev);
}

static bool probe_receive(HwDevice *dev, const uint8_t *frame, uint32_t size)
{
    Probe *s = HW_DEVICE(Probe, dev);

    if (s->asks) {
        net_of(s)->ready(s->port);
    }
    if (!s->room) {
        return false;
    }
    s->room--;
    s->first[s->taken++ % sizeof(s->first)] = frame[14 < size ? 14 : 0];
    s->last_size = size;
    if (s->answers) {
        net_of(s)->send(s->port, frame, size);
    }
    return true;
}

static void probe_sent(HwDevice *dev)
{
    gadget_note(dev, "sent");
}

static void probe_link(HwDevice *dev, bool up)
{
    gadget_note(dev, up ? "up" : "down");
}

static void probe_update(HwDevice *dev)
{
    gadget_note(dev, "update");
}

static const HwNetClient client = {
    .abi = HW_ABI(HwNetClient),
    .receive = probe_receive,
    .sent = probe_sent,
    .link_changed = probe_link,
};

static bool probe_realize(HwDevice *dev, HwError *error)
{
    Probe *s = HW_DEVICE(Probe, dev);

    s->port = hw_net(dev)->open(dev, s->netdev, s->mac, &client, error);
    return s->port != NULL;
}

static bool deaf_realize(HwDevice *dev, HwError *error)
{
    static const HwNetClient deaf = { .abi = HW_ABI(HwNetClient), .sent = probe_sent };

    return hw_net(dev)->open(dev, NULL, NULL, &deaf, error) != NULL;
}

static void probe_unrealize(HwDevice *dev)
{
    hw_net(dev)->close(HW_DEVICE(Probe, dev)->port);
}

static const HwProperty probe_properties[] = {
    HW_PROP_STRING("netdev", Probe, netdev, NULL, NULL),
    HW_PROP_STRING("mac", Probe, mac, NULL, NULL),
};

static HwClass probe_class = {
    .table = { .abi = HW_ABI(HwDeviceClass),
               .name = "probe",
               .instance_size = sizeof(Probe),
               .properties = HW_TABLE(probe_properties),
               .realize = probe_realize,
               .unrealize = probe_unrealize,
               .update = probe_update },
};

/* A device that forgets to receive. */
static HwClass deaf_class = { .table = { .abi = HW_ABI(HwDeviceClass),
                                         .name = "deaf",
                                         .instance_size = sizeof(Probe),
                                         .realize = deaf_realize } };

/* A network that answers each frame from inside of send(), or is slow. */
typedef struct Echo {
    ObNetdev *netdev;
    bool slow;
    uint32_t sent, rooms, freed;
} Echo;

static bool echo_send(void *link, const uint8_t *frame, uint32_t size)
{
    Echo *echo = link;

    echo->sent++;
    ob_netdev_deliver(echo->netdev, frame, size);
    return !echo->slow;
}

static void echo_room(void *link)
{
    ((Echo *)link)->rooms++;
}

static void echo_free(void *link)
{
    ((Echo *)link)->freed++;
}

static const ObNetDriver echo_driver = {
    .type = "echo", .send = echo_send, .room = echo_room, .free = echo_free
};

/* -------------------------------------------------------------------------- fixture */

typedef struct Net {
    GadgetHost host;
    ObClient *c;
    Probe *probe;
    Echo echo;
} Net;

static Probe *probe_add(Net *f, const char *options)
{
    return HW_DEVICE(Probe, device_add(&f->host, "probe", options)->dev);
}

static void set_up(Net *f, gconstpointer data)
{
    HW_ERROR(error, 256);

    gadget_set_up(&f->host, data);
    probe_class.original = &probe_class.table;
    g_assert_true(ob_host_add_class(f->host.host, &probe_class, &error));
    f->c = ob_client_in_process(f->host.host);
    g_assert_nonnull(ob_test_net_add(f->host.host, "t", &error));
    f->echo.netdev = ob_netdev_add(f->host.host, "e", &echo_driver, &f->echo, &error);
    f->probe = probe_add(f, "netdev=t,id=p");
    g_string_truncate(gadget_happened, 0);
}

static void tear_down(Net *f, gconstpointer data)
{
    ob_client_free(f->c);
    gadget_tear_down(&f->host, data);
}

static void to_device(Net *f, uint8_t number)
{
    uint8_t frame[SIZE] = { [14] = number };

    g_assert_true(ob_client_net_send(f->c, "t", frame, sizeof(frame)));
}

static void settle(Net *f)
{
    while (ob_host_poll(f->host.host)) {}
}

static void happened(const char *words)
{
    g_assert_cmpstr(gadget_happened->str, ==, words);
    g_string_truncate(gadget_happened, 0);
}

/* ---------------------------------------------------------------------------- tests */

static void test_both_ways(Net *f, gconstpointer data)
{
    uint8_t frame[SIZE] = { 1, 2, 3 };
    g_autofree uint8_t *got = NULL;
    size_t size;

    (void)data;
    f->probe->room = 1;
    to_device(f, 7); /* the clock stands still, and nothing is polled */
    g_assert_cmpuint(f->probe->taken, ==, 1);
    g_assert_cmpuint(f->probe->first[0], ==, 7);
    happened("p:update");
    g_assert_null(ob_client_net_receive(f->c, "t", &size));
    g_assert_true(net_of(f->probe)->send(f->probe->port, frame, sizeof(frame)));
    got = ob_client_net_receive(f->c, "t", &size);
    g_assert_cmpmem(got, size, frame, sizeof(frame));
    g_assert_null(ob_client_net_receive(f->c, "t", &size));
}

static void test_sizes(Net *f, gconstpointer data)
{
    static const struct {
        uint32_t size;
        bool fits;
    } rows[] = { { 0, false },    { 13, false },    { 14, true },
                 { 65550, true }, { 65551, false }, { 70000, false } };
    g_autofree uint8_t *bytes = g_malloc0(70000);

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree uint8_t *got = NULL;
        uint32_t taken = f->probe->taken;
        size_t size;

        f->probe->room = 1;
        g_assert_cmpint(ob_client_net_send(f->c, "t", bytes, rows[i].size), ==, rows[i].fits);
        g_assert_cmpuint(f->probe->taken - taken, ==, rows[i].fits);
        g_assert_true(net_of(f->probe)->send(f->probe->port, bytes, rows[i].size));
        got = ob_client_net_receive(f->c, "t", &size);
        g_assert_cmpint(got != NULL, ==, rows[i].fits);
        g_assert_cmpuint(size, ==, rows[i].fits ? rows[i].size : 0);
    }
    g_assert_cmpstr(f->host.log->str, ==,
                    "p 3 a frame of 0 bytes is lost, expected 14 to 65550\n"
                    "p 3 a frame of 13 bytes is lost, expected 14 to 65550\n"
                    "p 3 a frame of 65551 bytes is lost, expected 14 to 65550\n"
                    "p 3 a frame of 70000 bytes is lost, expected 14 to 65550\n");
}

static void test_no_room(Net *f, gconstpointer data)
{
    (void)data;
    net_of(f->probe)->ready(f->probe->port); /* harmless without a frame */
    settle(f);
    happened("");
    for (uint8_t i = 0; i < 5; i++) {
        to_device(f, i);
    }
    g_assert_cmpuint(f->probe->taken, ==, 0);
    f->probe->room = 3;
    net_of(f->probe)->ready(f->probe->port);
    net_of(f->probe)->ready(f->probe->port);
    g_assert_cmpuint(f->probe->taken, ==, 0); /* never from inside */
    settle(f);
    g_assert_cmpuint(f->probe->taken, ==, 3);
    f->probe->room = 9;
    f->probe->asks = true;
    net_of(f->probe)->ready(f->probe->port);
    settle(f);
    g_assert_cmpuint(f->probe->taken, ==, 5);
    for (uint8_t i = 0; i < 5; i++) {
        g_assert_cmpuint(f->probe->first[i], ==, i);
    }
}

static void test_kept_limit(Net *f, gconstpointer data)
{
    uint8_t frame[SIZE] = { 0 };
    Probe *probe = probe_add(f, "netdev=e,id=q");

    (void)data;
    for (uint32_t i = 0; i < OB_NET_KEPT_MAX + 50; i++) {
        bool more = ob_netdev_deliver(f->echo.netdev, frame, sizeof(frame));

        g_assert_cmpint(more, ==, i + 1 < OB_NET_KEPT_MAX);
    }
    probe->room = UINT32_MAX;
    net_of(probe)->ready(probe->port);
    settle(f);
    g_assert_cmpuint(probe->taken, ==, OB_NET_KEPT_MAX);
    g_assert_cmpuint(f->echo.rooms, ==, 1);
}

/* Both answer each frame: neither is called from inside of itself, and the loop is not held up. */
static void test_answers(Net *f, gconstpointer data)
{
    uint8_t frame[SIZE] = { 0 };
    Probe *probe = probe_add(f, "netdev=e,id=q");

    (void)data;
    probe->room = 500;
    probe->answers = true;
    net_of(probe)->send(probe->port, frame, sizeof(frame));
    g_assert_cmpuint(probe->taken, ==, 0);
    settle(f);
    g_assert_cmpuint(probe->taken, ==, 500);
    g_assert_cmpuint(f->echo.sent, ==, 501);
}

static void test_slow_network(Net *f, gconstpointer data)
{
    uint8_t frame[SIZE] = { 0 };
    Probe *probe = probe_add(f, "netdev=e,id=q");

    (void)data;
    probe->room = 9;
    g_assert_true(net_of(probe)->send(probe->port, frame, sizeof(frame)));
    f->echo.slow = true;
    g_assert_false(net_of(probe)->send(probe->port, frame, sizeof(frame)));
    settle(f);
    g_string_truncate(gadget_happened, 0);
    ob_netdev_sent(f->echo.netdev);
    happened("q:sent q:update");
}

static void test_link(Net *f, gconstpointer data)
{
    uint8_t frame[SIZE] = { 0 };
    size_t size;

    (void)data;
    to_device(f, 1); /* kept, and lost with the cable */
    g_assert_true(ob_net_set_link(f->host.host, "p", false));
    happened("p:update p:down p:update");
    g_assert_false(net_of(f->probe)->link_is_up(f->probe->port));
    f->probe->room = 9;
    to_device(f, 2);
    net_of(f->probe)->send(f->probe->port, frame, sizeof(frame));
    g_assert_null(ob_client_net_receive(f->c, "t", &size));
    g_assert_true(ob_net_set_link(f->host.host, "t", true)); /* by the network's name */
    happened("p:up p:update");
    g_assert_true(ob_net_set_link(f->host.host, "t", true));
    happened("");
    to_device(f, 3);
    g_assert_cmpuint(f->probe->taken, ==, 1);
    g_assert_cmpuint(f->probe->first[0], ==, 3);
    g_assert_false(ob_net_set_link(f->host.host, "nobody", true));
}

static bool runs(void *opaque)
{
    return *(bool *)opaque;
}

static void test_stopped(Net *f, gconstpointer data)
{
    bool running = false;

    (void)data;
    f->probe->room = 9;
    ob_host_follow(f->host.host, runs, &running);
    to_device(f, 1);
    net_of(f->probe)->ready(f->probe->port);
    settle(f);
    ob_net_resume(f->host.host);
    g_assert_cmpuint(f->probe->taken, ==, 0);
    running = true;
    ob_net_resume(f->host.host);
    g_assert_cmpuint(f->probe->taken, ==, 1);
}

static void test_addresses(Net *f, gconstpointer data)
{
    const uint8_t first[6] = { 0x52, 0x54, 0x00, 0x12, 0x34, 0x56 };
    const uint8_t given[6] = { 0x52, 0x54, 0x00, 0x12, 0x34, 0x57 };
    Probe *other;

    (void)data;
    g_assert_cmpmem(net_of(f->probe)->mac(f->probe->port), 6, first, 6);
    other = probe_add(f, "mac=52-54-00-12-34-57,id=q");
    g_assert_cmpmem(net_of(other)->mac(other->port), 6, given, 6);
    other = probe_add(f, "mac=00:00:00:00:00:00,id=r"); /* the host's choice, as in QEMU */
    g_assert_cmpuint(net_of(other)->mac(other->port)[5], ==, 0x58);
    ob_host_remove_device(f->host.host, ob_host_find_device(f->host.host, "q"));
    other = probe_add(f, "id=s");
    g_assert_cmpuint(net_of(other)->mac(other->port)[5], ==, 0x57);
}

static void test_refused(Net *f, gconstpointer data)
{
    static const char *const addresses[] = { "",
                                             "52:54:00:12:34",
                                             "52:54:00:12:34:5g",
                                             "53:54:00:12:34:56",
                                             "52:54:00:12:34:56:78",
                                             "525400123456" };
    HW_ERROR(error, 256);

    (void)data;
    g_assert_true(ob_host_add_class(f->host.host, &deaf_class, &error));
    device_refused(&f->host, "deaf", "id=q", "q: its HwNetClient does not have receive");
    device_refused(&f->host, "probe", "netdev=x,id=q", "q: netdev 'x' does not exist");
    device_refused(&f->host, "probe", "netdev=t,id=q", "q: netdev 't' is in use by 'p'");
    for (size_t i = 0; i < G_N_ELEMENTS(addresses); i++) {
        g_autofree char *options = g_strdup_printf("id=q,mac=%s", addresses[i]);
        g_autofree char *sentence = g_strdup_printf(
            "q: mac: invalid value '%s': expected the address of one station, such as "
            "52:54:00:12:34:56",
            addresses[i]);

        device_refused(&f->host, "probe", options, sentence);
    }
    g_assert_null(ob_test_net_add(f->host.host, "t", &error));
    g_assert_cmpstr(error.text, ==, "netdev 't' already exists");
    g_assert_false(ob_test_net_send(f->host.host, "e", "", 0, &error));
    g_assert_cmpstr(error.text, ==, "netdev 'e' has the type echo, expected test");
    g_assert_false(ob_test_net_send(f->host.host, "x", "", 0, &error));
    g_assert_cmpstr(error.text, ==, "netdev 'x' does not exist");
}

static void test_network_goes(Net *f, gconstpointer data)
{
    uint8_t frame[SIZE] = { 0 };
    Probe *probe = probe_add(f, "netdev=e,id=q");

    (void)data;
    ob_netdev_deliver(f->echo.netdev, frame, sizeof(frame));
    ob_netdev_remove(f->host.host, f->echo.netdev);
    g_assert_cmpuint(f->echo.freed, ==, 1);
    probe->room = 1;
    net_of(probe)->ready(probe->port);
    settle(f);
    g_assert_cmpuint(probe->taken, ==, 1); /* it was on its way */
    g_assert_true(net_of(probe)->send(probe->port, frame, sizeof(frame)));
    g_assert_cmpuint(f->echo.sent, ==, 0);
}

static void test_device_goes(Net *f, gconstpointer data)
{
    uint8_t frame[SIZE] = { 0 };
    Probe *probe = probe_add(f, "netdev=e,id=q");

    (void)data;
    ob_netdev_deliver(f->echo.netdev, frame, sizeof(frame));
    net_of(probe)->ready(probe->port);
    ob_host_remove_device(f->host.host, ob_host_find_device(f->host.host, "q"));
    settle(f);
    g_assert_true(ob_netdev_deliver(f->echo.netdev, frame, sizeof(frame)));
    probe = probe_add(f, "netdev=e,id=q"); /* the network is free again */
    probe->room = 1;
    g_assert_true(ob_netdev_deliver(f->echo.netdev, frame, sizeof(frame)));
    g_assert_cmpuint(probe->taken, ==, 1);
}

/* The network behind a hub's port is slow. */
static void test_slow_behind_a_hub(Net *f, gconstpointer data)
{
    uint8_t frame[SIZE] = { 0 };
    HW_ERROR(error, 256);
    Probe *probe, *other;

    (void)data;
    g_assert_nonnull(ob_hub_port_add(f->host.host, "pe", 0, "e", &error));
    g_assert_nonnull(ob_hub_port_add(f->host.host, "pq", 0, NULL, &error));
    g_assert_nonnull(ob_hub_port_add(f->host.host, "pr", 0, NULL, &error));
    probe = probe_add(f, "netdev=pq,id=q");
    other = probe_add(f, "netdev=pr,id=r");
    probe->room = other->room = 9;
    g_assert_true(net_of(probe)->send(probe->port, frame, sizeof(frame)));
    f->echo.slow = true;
    g_assert_false(net_of(probe)->send(probe->port, frame, sizeof(frame)));
    settle(f);
    g_string_truncate(gadget_happened, 0);
    ob_netdev_sent(f->echo.netdev);
    happened("q:sent q:update r:sent r:update");
}

/* RFC 903, as QEMU sends it after a migration. */
static void test_announce(Net *f, gconstpointer data)
{
    static const uint8_t expected[60] = {
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x52, 0x54, 0x00, 0x12, 0x34, 0x56, 0x80,
        0x35, 0x00, 0x01, 0x08, 0x00, 6,    4,    0x00, 0x03, 0x52, 0x54, 0x00, 0x12,
        0x34, 0x56, 0,    0,    0,    0,    0x52, 0x54, 0x00, 0x12, 0x34, 0x56,
    };
    g_autofree uint8_t *got = NULL;
    size_t size;

    (void)data;
    ob_net_port_announce(f->probe->port);
    got = ob_client_net_receive(f->c, "t", &size);
    g_assert_cmpmem(got, size, expected, sizeof(expected));
    g_assert_null(ob_client_net_receive(f->c, "t", &size));
    g_assert_true(ob_net_set_link(f->host.host, "p", false));
    ob_net_port_announce(f->probe->port);
    g_assert_null(ob_client_net_receive(f->c, "t", &size));
    ob_net_port_announce(probe_add(f, "id=alone")->port);
}

#define TEST(path, function) g_test_add("/net/port/" path, Net, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("frames/both-ways-with-the-clock-stopped", test_both_ways);
    TEST("frames/of-forbidden-sizes-are-lost", test_sizes);
    TEST("back-pressure/frames-wait-for-ready", test_no_room);
    TEST("back-pressure/frames-above-the-limit-are-lost", test_kept_limit);
    TEST("back-pressure/sent-after-a-slow-network", test_slow_network);
    TEST("back-pressure/sent-after-a-slow-network-behind-a-hub", test_slow_behind_a_hub);
    TEST("answers/never-from-inside-of-send", test_answers);
    TEST("link/down-loses-frames-and-tells-the-device", test_link);
    TEST("stopped/frames-wait-until-the-machine-runs", test_stopped);
    TEST("announce/asks-for-the-address-of-its-own-card", test_announce);
    TEST("mac/first-free-one", test_addresses);
    TEST("refused/by-name", test_refused);
    TEST("network/goes-under-the-device", test_network_goes);
    TEST("device/goes-with-frames-kept", test_device_goes);
    return g_test_run();
}
