/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device's network port on QEMU's networks, without a QEMU: each answer that QEMU may give. */
#include <glib.h>
#include <string.h>

#include "plugins/qemu-bridge/qemu/net-api.h"
#include "plugins/qemu-bridge/service/services.h"
#include "qtest/tests/bridge/service/fake-device.h"

/* ----------------------------------------------------------------------- the fake */

struct QemuNic {
    QemuNetClient client; /* first: the queue */
    void *opaque;
};

static FakeDevice fake;
static QemuNic nic;
static const QemuNetInfo *info; /* the port has filled it in */
static QemuNetClient peer;
static QemuNetInfo peer_info;
static int queues;            /* "net0" has so many */
static const char *path;      /* the last part of the object's path */
static int listed, place;     /* clients of all networks, and the NIC among them; -1: it is not */
static ptrdiff_t sent_answer; /* qemu_send_packet_async() returns it */
static void (*in_send)(void); /* the network does this from inside, or NULL */
static bool has_room;         /* the device takes frames */
static bool other_info, other_peer; /* the structure is not as declared */

static uint8_t frame[HW_NET_FRAME_MAX + 1];
static void (*when_sent)(QemuNetClient *client, ptrdiff_t size);

const char *object_get_canonical_path_component(const QemuObject *object)
{
    g_assert_true(object == fake.device.object);
    return path;
}

int qemu_find_net_clients_except(const char *id, QemuNetClient **clients, int except, int most)
{
    g_assert_cmpint(most, ==, QEMU_NET_PEERS);
    if (id) {
        g_assert_cmpint(except, ==, QEMU_NET_NIC);
        clients[0] = &peer;
        return g_strcmp0(id, "net0") == 0 ? queues : 0;
    }
    g_assert_cmpint(except, ==, 0);
    for (int i = 0; i < listed && i < most; i++) {
        clients[i] = i == place ? &nic.client : &peer;
    }
    return listed;
}

QemuNic *qemu_new_nic(const QemuNetInfo *its, QemuNicConf *conf, const char *model,
                      const char *name, void *guard, void *opaque)
{
    g_assert_true(guard == opaque);
    g_assert_cmpuint(*(const uint64_t *)guard, ==, 0);
    info = its;
    g_assert_cmpint(info->type, ==, QEMU_NET_NIC);
    g_assert_cmpuint(info->size, >=, sizeof(nic));
    nic = (QemuNic) { .client = { .info = other_info ? NULL : info,
                                  .peer = other_peer ? &nic.client : conf->peers[0] },
                      .opaque = opaque };
    tell("nic %s '%s' queues %d", model, name ? name : "", conf->queues);
    return &nic;
}

void qemu_del_nic(QemuNic *its)
{
    uint8_t bytes[20] = { 0 };

    g_assert_true(its == &nic);
    /* QEMU still calls the port: nothing may reach the device. */
    g_assert_cmpint(info->receive(&nic.client, bytes, 20), ==, 20);
    if (when_sent) {
        when_sent(&nic.client, 20);
    }
    nic.client.link_down = true;
    info->ends[1](&nic.client);
    tell("del");
}

QemuNetClient *qemu_get_queue(QemuNic *its)
{
    return &its->client;
}

void *qemu_get_nic_opaque(QemuNetClient *client)
{
    return ((QemuNic *)client)->opaque;
}

ptrdiff_t qemu_send_packet_async(QemuNetClient *client, const uint8_t *bytes, int size,
                                 void (*sent)(QemuNetClient *client, ptrdiff_t size))
{
    g_assert_true(client == &nic.client);
    when_sent = sent;
    tell("out %d %u", size, bytes[0]);
    if (in_send) {
        in_send();
    }
    return sent_answer;
}

void qemu_flush_queued_packets(QemuNetClient *client)
{
    g_assert_true(client == &nic.client);
    tell("flush");
}

void qemu_macaddr_default_if_unset(uint8_t *mac)
{
    if (memcmp(mac, (const uint8_t[6]) { 0 }, 6) == 0) {
        memcpy(mac, "\x52\x54\x00\x12\x34\x56", 6);
    }
}

void qemu_format_nic_info_str(QemuNetClient *client, const uint8_t *mac)
{
    g_assert_true(client == &nic.client);
    tell("mac %02x..%02x", mac[0], mac[5]);
}

/* --------------------------------------------------------------------- the device */

static bool device_receive(HwDevice *dev, const uint8_t *bytes, uint32_t size)
{
    tell("%s in %u %u%s", dev->id, size, bytes[size - 1], has_room ? "" : " full");
    return has_room;
}

static void device_sent(HwDevice *dev)
{
    tell("%s sent", dev->id);
}

static void device_link(HwDevice *dev, bool up)
{
    tell("%s link %s", dev->id, up ? "up" : "down");
}

static const HwNetClient device_client = { .abi = HW_ABI(HwNetClient),
                                           .receive = device_receive,
                                           .sent = device_sent,
                                           .link_changed = device_link };
static const HwNetClient no_client = { .abi = HW_ABI(HwNetClient), .sent = device_sent };

/* -------------------------------------------------------------------------- tests */

static void begin(void)
{
    peer_info = (QemuNetInfo) { 0 };
    peer = (QemuNetClient) { .info = &peer_info };
    queues = 1;
    path = "card";
    listed = 3;
    place = 2;
    sent_answer = 1;
    in_send = NULL;
    when_sent = NULL;
    has_room = true;
    other_info = other_peer = false;
    memset(frame, 7, sizeof(frame));
    fake_device_begin(&fake);
}

static HwNetPort *open_port(const char *id, const char *mac)
{
    HW_ERROR(error, 256);
    HwNetPort *port = bridge_net()->open(&fake.bare.dev, id, mac, &device_client, &error);

    g_assert_cmpstr(error.text, ==, "");
    g_assert_nonnull(port);
    return port;
}

/* A frame from the network. */
static void arrive(size_t size, ptrdiff_t answer)
{
    g_assert_cmpint(info->receive(&nic.client, frame, size), ==, answer);
}

static void link_is(bool down)
{
    nic.client.link_down = down;
    info->ends[1](&nic.client);
}

static void test_open(void)
{
    HwNetPort *port;

    begin();
    port = open_port("net0", "52:54:00:aa:bb:cc");
    g_assert_cmpmem(bridge_net()->mac(port), 6, "\x52\x54\x00\xaa\xbb\xcc", 6);
    g_assert_true(bridge_net()->link_is_up(port));
    bridge_net()->close(port);
    EXPECT_TOLD("nic fake 'card' queues 1 mac 52..cc del");

    path = "device[0]";
    port = open_port(NULL, NULL);
    g_assert_cmpmem(bridge_net()->mac(port), 6, "\x52\x54\x00\x12\x34\x56", 6);
    bridge_net()->close(port);
    EXPECT_TOLD("nic fake '' queues 0 mac 52..56 del");

    path = NULL;
    port = open_port(NULL, NULL);
    bridge.is_ending = true;
    bridge_net()->close(port);
    EXPECT_TOLD("nic fake '' queues 0 mac 52..56");
    bridge_net()->close(NULL);
    fake_device_end(&fake);
    g_free(port); /* QEMU still has it when it ends */
}

static void test_refusals(void)
{
    const HwNet *net = bridge_net();
    HwDevice *dev = &fake.bare.dev;

    begin();
    fake_no_memory = 1;
    EXPECT_FAILURE(net->open(dev, NULL, NULL, &device_client, &error), "dev0: out of memory");
    EXPECT_FAILURE(net->open(dev, NULL, NULL, &no_client, &error),
                   "dev0: its HwNetClient does not have receive");
    EXPECT_FAILURE(net->open(dev, "net1", NULL, &device_client, &error),
                   "dev0: netdev 'net1' does not exist");
    queues = 2;
    EXPECT_FAILURE(net->open(dev, "net0", NULL, &device_client, &error),
                   "dev0: netdev 'net0' has 2 queues, expected one");
    queues = 1;
    peer.peer = &nic.client;
    EXPECT_FAILURE(net->open(dev, "net0", NULL, &device_client, &error),
                   "dev0: netdev 'net0' is in use");
    EXPECT_TOLD("");
    peer.peer = NULL;
    for (int i = 0; i < 2; i++) {
        other_peer = i == 0;
        other_info = i == 1;
        EXPECT_FAILURE(net->open(dev, "net0", NULL, &device_client, &error),
                       "dev0: this emulator's layout of NetClientState is not as expected: 'info' "
                       "and 'peer' do not show the device's own");
        fake_device_poll(&fake);
        EXPECT_TOLD("nic fake 'card' queues 1 del");
    }
    fake_device_end(&fake);
}

static void test_frames(void)
{
    HwNetPort *port;

    begin();
    port = open_port("net0", NULL);
    EXPECT_TOLD("nic fake 'card' queues 1 mac 52..56");
    arrive(HW_NET_FRAME_MIN, HW_NET_FRAME_MIN);
    arrive(HW_NET_FRAME_MIN - 1, HW_NET_FRAME_MIN - 1);
    arrive(HW_NET_FRAME_MAX, HW_NET_FRAME_MAX);
    EXPECT_TOLD("dev0 in 14 7 dev0 in 14 0 dev0 in 65550 7");
    arrive(HW_NET_FRAME_MAX + 1, HW_NET_FRAME_MAX + 1);
    arrive(0, 0);
    bridge_net()->ready(port); /* no frame waits */
    fake_device_poll(&fake);
    EXPECT_TOLD("");

    has_room = false;
    arrive(60, 0);
    fake_device_poll(&fake); /* nothing comes before ready() */
    EXPECT_TOLD("dev0 in 60 7 full");
    bridge_net()->ready(port);
    bridge_net()->ready(port);
    EXPECT_TOLD("");
    fake_device_poll(&fake);
    EXPECT_TOLD("flush");
    bridge_net()->ready(port);
    fake_device_poll(&fake);
    EXPECT_TOLD("");

    fake.bare.instance.phase = HW_PHASE_CREATED;
    arrive(60, 0);
    bridge_net()->ready(port); /* a device that is not realized has no calls */
    fake_device_poll(&fake);
    EXPECT_TOLD("");
    fake.bare.instance.phase = HW_PHASE_REALIZED;
    bridge_net()->ready(port);
    fake_device_poll(&fake);
    EXPECT_TOLD("flush");
    bridge_net()->close(port);
    EXPECT_TOLD("del");
    fake_device_end(&fake);
}

static void receive_at_once(void)
{
    arrive(60, 0);
}

static void sent_at_once(void)
{
    when_sent(&nic.client, 60);
}

static void test_send(void)
{
    const HwNet *net = bridge_net();
    HwNetPort *port;

    begin();
    port = open_port("net0", NULL);
    EXPECT_TOLD("nic fake 'card' queues 1 mac 52..56");
    g_assert_true(net->send(port, frame, 14));
    EXPECT_TOLD("out 14 7");
    g_assert_true(net->send(port, frame, 13));
    EXPECT_TOLD("log dev0 3 <a frame of 13 bytes is lost, expected 14 to 65550>");
    sent_answer = 0;
    g_assert_false(net->send(port, frame, 14));
    when_sent(&nic.client, 14);
    EXPECT_TOLD("out 14 7 dev0 sent");

    /* From inside of send() the device gets nothing: it comes later. */
    in_send = sent_at_once;
    g_assert_false(net->send(port, frame, 14));
    EXPECT_TOLD("out 14 7");
    fake_device_poll(&fake);
    EXPECT_TOLD("dev0 sent flush");
    in_send = receive_at_once;
    g_assert_false(net->send(port, frame, 14));
    EXPECT_TOLD("out 14 7");
    fake_device_poll(&fake);
    EXPECT_TOLD("flush");
    in_send = NULL;
    arrive(60, 60);
    EXPECT_TOLD("dev0 in 60 7");

    fake.bare.instance.phase = HW_PHASE_CREATED;
    when_sent(&nic.client, 14);
    fake.bare.instance.phase = HW_PHASE_REALIZED;
    has_room = false;
    arrive(60, 0);
    net->ready(port);
    fake_device_poll(&fake);
    EXPECT_TOLD("dev0 in 60 7 full dev0 sent flush");
    net->close(port);
    EXPECT_TOLD("del");
    fake_device_end(&fake);
}

/* QEMU ends the clients before the devices when it ends. */
static void test_client_ends(void)
{
    const HwNet *net = bridge_net();
    HwNetPort *port;

    begin();
    port = open_port("net0", NULL);
    has_room = false;
    arrive(60, 0);
    net->ready(port);
    info->ends[0](&nic.client);
    fake_device_poll(&fake);
    g_assert_false(net->link_is_up(port));
    g_assert_true(net->send(port, frame, 60));
    net->close(port);
    EXPECT_TOLD("nic fake 'card' queues 1 mac 52..56 dev0 in 60 7 full");
    fake_device_end(&fake);
}

static void test_link(void)
{
    const HwNet *net = bridge_net();
    HwNetPort *port;

    begin();
    port = open_port("net0", NULL);
    EXPECT_TOLD("nic fake 'card' queues 1 mac 52..56");
    link_is(false);
    EXPECT_TOLD("");
    link_is(true);
    link_is(true);
    g_assert_false(net->link_is_up(port));
    link_is(false);
    EXPECT_TOLD("dev0 link down dev0 link up");
    fake.bare.instance.phase = HW_PHASE_CREATED;
    link_is(true);
    fake.bare.instance.phase = HW_PHASE_REALIZED;
    link_is(true);
    EXPECT_TOLD("dev0 link down");
    place = 0;
    link_is(false);
    listed = QEMU_NET_PEERS;
    place = QEMU_NET_PEERS - 1;
    link_is(true);
    listed = QEMU_NET_PEERS + 1; /* the NIC may be among those that have no room */
    place = -1;
    link_is(false);
    g_assert_true(net->link_is_up(port));
    EXPECT_TOLD("dev0 link up dev0 link down dev0 link up");
    net->close(port);
    EXPECT_TOLD("del");
    fake_device_end(&fake);
}

/* 7.2 calls the change of the link for the end, too: the client is off the list then. */
static void test_link_off_the_list(void)
{
    static const int rows[] = { 0, 2, QEMU_NET_PEERS };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        HwNetPort *port;

        begin();
        port = open_port("net0", NULL);
        link_is(false); /* the bridge sees it in the list before */
        g_assert_true(bridge_net()->link_is_up(port));
        listed = rows[i];
        place = -1;
        link_is(false);
        g_assert_false(bridge_net()->link_is_up(port));
        bridge_net()->close(port);
        EXPECT_TOLD("nic fake 'card' queues 1 mac 52..56");
        fake_device_end(&fake);
    }
}

static void no_end(QemuNetClient *client)
{
    (void)client;
}

/* The place of the link's function shows in the network's own functions. */
static void test_places_of_ends(void)
{
    static const struct {
        bool first, second, is_7_2;
    } rows[] = { { false, true, true }, { true, true, false }, { false, false, false } };

    begin();
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        HwNetPort *port;

        peer_info.ends[0] = rows[i].first ? no_end : NULL;
        peer_info.ends[1] = rows[i].second ? no_end : NULL;
        port = open_port("net0", NULL);
        g_assert_true((info->ends[2] == info->ends[1]) == rows[i].is_7_2);
        g_assert_true(rows[i].is_7_2 || !info->ends[2]);
        bridge_net()->close(port);
        EXPECT_TOLD("nic fake 'card' queues 1 mac 52..56 del");
    }
    fake_device_end(&fake);
}

/* The next class has the port, and frames that wait. */
static void test_exchange(void)
{
    const HwNet *net = bridge_net();
    HwDevice *dev = &fake.bare.dev;
    HwNetPort *port;

    begin();
    port = open_port("net0", "52:54:00:aa:bb:cc");
    has_room = false;
    arrive(60, 0);
    net->ready(port);
    EXPECT_TOLD("nic fake 'card' queues 1 mac 52..cc dev0 in 60 7 full");
    fake_device_exchange(&fake, true);
    net->close(port);
    hw_deferred_free(fake.device.deferred); /* with the call that was posted */
    fake.device.deferred = hw_deferred_new(fake.executor, dev);
    EXPECT_FAILURE(net->open(dev, "net0", NULL, &no_client, &error),
                   "dev0: its HwNetClient does not have receive");
    g_assert_true(open_port("other", NULL) == port);
    fake_device_exchange(&fake, false);
    g_assert_cmpmem(net->mac(port), 6, "\x52\x54\x00\xaa\xbb\xcc", 6);
    net->ready(port);
    fake_device_poll(&fake);
    EXPECT_TOLD("flush");

    fake_device_exchange(&fake, true);
    net->close(port);
    EXPECT_TOLD("");
    hw_shelf_clear(&fake.shelf);
    EXPECT_TOLD("del");
    fake_device_end(&fake);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/bridge-net/open", test_open);
    g_test_add_func("/bridge-net/refusals", test_refusals);
    g_test_add_func("/bridge-net/frames", test_frames);
    g_test_add_func("/bridge-net/send", test_send);
    g_test_add_func("/bridge-net/client-ends", test_client_ends);
    g_test_add_func("/bridge-net/link", test_link);
    g_test_add_func("/bridge-net/link-off-the-list", test_link_off_the_list);
    g_test_add_func("/bridge-net/places-of-ends", test_places_of_ends);
    g_test_add_func("/bridge-net/exchange", test_exchange);
    return g_test_run();
}
