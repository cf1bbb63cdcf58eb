/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The virtio network card on -netdev stream, in both forms.  The same tests run in our program and,
 * through the bridge, in stock QEMU.
 */
#include <string.h>

#include "qtest/tests/net/frame-wire.h"
#include "qtest/tests/net/virtio-nic.h"
#include "qtest/text/json.h"

static const uint8_t peer_mac[6] = { 0x02, 0, 0, 0, 0, 0x01 };
static const uint8_t first_mac[6] = { 0x52, 0x54, 0x00, 0x12, 0x34, 0x56 };

static void set_up_hot(Nic *f, gconstpointer data)
{
    (void)data;
    nic_machine_start(f, "pc", "");
}

static void set_up_mac(Nic *f, gconstpointer data)
{
    (void)data;
    nic_start(f, ",mac=52:54:00:AB:cd:ef");
}

static void to_card(Nic *f, size_t size, uint8_t seed)
{
    g_autofree uint8_t *frame = g_malloc(size);

    frame_make(frame, size, first_mac, peer_mac, seed);
    wire_send(f->wire, frame, size);
}

static void expect(Nic *f, size_t size, uint8_t seed)
{
    g_autofree uint8_t *frame = g_malloc(size);
    g_autofree uint8_t *got = g_malloc(size + VIRTIO_CARD_BUFFER);
    size_t length = virtio_card_receive(&f->card, got, size + VIRTIO_CARD_BUFFER);

    frame_make(frame, size, first_mac, peer_mac, seed);
    g_assert_cmpmem(got, length, frame, size);
}

static void from_card(Nic *f, size_t size, uint8_t seed)
{
    uint8_t frame[NIC_FRAME_MOST];

    frame_make(frame, size, peer_mac, first_mac, seed);
    virtio_card_send(&f->card, frame, size);
}

static void expect_from_card(Nic *f, size_t size, uint8_t seed)
{
    uint8_t frame[NIC_FRAME_MOST];

    frame_make(frame, size, peer_mac, first_mac, seed);
    wire_expect(f->wire, frame, size);
}

/* A frame that has come shows that QEMU has connected the network.  It does so in the background, and
 * what a card sends before is lost. */
static void both_ways(Nic *f, uint8_t seed)
{
    to_card(f, 60, seed);
    expect(f, 60, seed);
    from_card(f, 60, seed);
    expect_from_card(f, 60, seed);
}

/* ------------------------------------------------------------------------------ tests */

static void assert_mac(const VirtioDriver *d, const uint8_t mac[6])
{
    for (uint32_t i = 0; i < 6; i++) {
        g_assert_cmphex(virtio_config(d, i), ==, mac[i]);
    }
}

static void test_address(Nic *f, gconstpointer data)
{
    (void)data;
    assert_mac(&f->card.driver, first_mac);
}

static void test_address_property(Nic *f, gconstpointer data)
{
    const uint8_t given[6] = { 0x52, 0x54, 0x00, 0xab, 0xcd, 0xef };
    VirtioDriver d = nic_driver(f);

    (void)data;
    assert_mac(&d, given);
}

static void test_features(Nic *f, gconstpointer data)
{
    const uint64_t offered = NIC_ALL | HW_VIRTIO_VERSION_1 | HW_VIRTIO_FEATURE(VIRTIO_NET_MAC) |
                             HW_VIRTIO_FEATURE(VIRTIO_NET_STATUS) |
                             HW_VIRTIO_FEATURE(VIRTIO_NET_CONTROL_QUEUE) |
                             HW_VIRTIO_FEATURE(VIRTIO_NET_CONTROL_MODES) |
                             HW_VIRTIO_FEATURE(VIRTIO_NET_CONTROL_VLAN) |
                             HW_VIRTIO_FEATURE(VIRTIO_NET_CONTROL_MODES_EXTRA) |
                             HW_VIRTIO_FEATURE(VIRTIO_NET_GUEST_ANNOUNCE) |
                             HW_VIRTIO_FEATURE(VIRTIO_NET_CONTROL_OFFLOADS) |
                             HW_VIRTIO_FEATURE(VIRTIO_NET_CONTROL_MAC) | HW_VIRTIO_RING_RESET |
                             (nic_is_pci() ? HW_VIRTIO_ACCESS_PLATFORM : 0);
    VirtioDriver d = nic_driver(f);

    (void)data;
    g_assert_cmphex(virtio_offered(&d), ==, offered);
    g_assert_false(virtio_negotiate(&d, NIC_ALL));                         /* a legacy driver */
    g_assert_false(virtio_negotiate(&d, offered | HW_VIRTIO_FEATURE(22))); /* pairs */
    g_assert_true(virtio_negotiate(&d, HW_VIRTIO_VERSION_1));
    g_assert_true(virtio_negotiate(&d, offered));
}

/* Each set of features: the frames are the same. */
static void test_both_ways(Nic *f, gconstpointer data)
{
    static const uint64_t sets[] = { 0, HW_VIRTIO_EVENT_INDEX, VIRTIO_CARD_MERGE, NIC_ALL };

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(sets); i++) {
        f->card = virtio_card_start(nic_driver(f), sets[i], NIC_BUFFER);
        for (uint8_t n = 0; n < 2 * VIRTIO_CARD_RING; n++) {
            both_ways(f, n);
        }
    }
}

static void test_sizes(Nic *f, gconstpointer data)
{
    (void)data;
    for (size_t size = 14; size <= NIC_FRAME_MOST; size += 250) {
        to_card(f, size, (uint8_t)size);
        expect(f, size, (uint8_t)size);
        from_card(f, size, (uint8_t)size);
        expect_from_card(f, size, (uint8_t)size);
    }
}

/* A device gets nothing shorter than a frame's head; QEMU's own card takes the bytes as they are. */
static void test_short(Nic *f, gconstpointer data)
{
    const uint8_t padded[14] = "TEST";
    uint8_t got[VIRTIO_CARD_BUFFER];
    size_t size;

    (void)data;
    wire_send(f->wire, padded, 5);
    size = virtio_card_receive(&f->card, got, sizeof(got));
    g_assert_cmpmem(got, size, padded, nic_is_qemus_own() ? 5 : sizeof(padded));
    to_card(f, 60, 1);
    expect(f, 60, 1);
}

/* The frames that the ring has no buffer for wait, and come in order. */
static void test_back_pressure(Nic *f, gconstpointer data)
{
    const uint8_t frames = 3 * VIRTIO_CARD_RING;

    (void)data;
    for (uint8_t i = 0; i < frames; i++) {
        to_card(f, 1000, i);
    }
    for (uint8_t i = 0; i < frames; i++) {
        expect(f, 1000, i);
    }
    g_assert_false(virtio_card_has_frame(&f->card));
}

/* Buffers of 512 bytes: a large frame takes several. */
static void test_merged(Nic *f, gconstpointer data)
{
    (void)data;
    f->card = virtio_card_start(nic_driver(f), NIC_ALL, 512);
    for (uint8_t i = 0; i < 8; i++) {
        to_card(f, 1514, i);
        expect(f, 1514, i);
        to_card(f, 500, i); /* header and frame fill a buffer to its last byte */
        expect(f, 500, i);
        to_card(f, 5000, i);
        expect(f, 5000, i);
    }
}

/* Without the feature a frame that needs two buffers is lost alone. */
static void test_not_merged(Nic *f, gconstpointer data)
{
    (void)data;
    f->card = virtio_card_start(nic_driver(f), 0, 512);
    to_card(f, 1514, 1);
    to_card(f, 500, 2);
    expect(f, 500, 2);
}

static void set_link(Nic *f, bool up)
{
    json_decref(
        ob_client_qmp(f->c, "set_link", json_pack("{s:s, s:b}", "name", "nic", "up", up), NULL));
}

static void test_link(Nic *f, gconstpointer data)
{
    VirtioDriver *d = &f->card.driver;
    uint32_t generation = virtio_get(d, VIRTIO_GENERATION);

    (void)data;
    both_ways(f, 3);
    g_assert_cmphex(virtio_config(d, 6), ==, VIRTIO_NET_LINK_UP);
    virtio_isr(d);
    set_link(f, false);
    g_assert_cmphex(virtio_config(d, 6), ==, 0);
    if (d->bar.size && !nic_is_qemus_own()) {
        g_assert_cmphex(pci_bar_read(&d->bar, d->isr + 1, 1), ==, 0); /* clears nothing */
    }
    g_assert_cmphex(virtio_isr(d) & 2, ==, 2); /* QEMU's own card sets both bits */
    g_assert_cmpuint(virtio_get(d, VIRTIO_GENERATION), !=, generation);
    from_card(f, 60, 1);
    set_link(f, true);
    g_assert_cmphex(virtio_config(d, 6), ==, VIRTIO_NET_LINK_UP);
    from_card(f, 60, 2);
    expect_from_card(f, 60, 2);
}

/* The queue's message comes in place of the ISR's bit; a message that the function lacks is none. */
static void test_message(Nic *f, gconstpointer data)
{
    VirtioDriver *d = &f->card.driver;
    const uint32_t vector = d->common + 0x1a;

    (void)data;
    to_card(f, 60, 2);
    expect(f, 60, 2);
    virtio_set(d, VIRTIO_QUEUE_SELECT, VIRTIO_NET_TRANSMIT);
    g_assert_cmphex(pci_bar_read(&d->bar, vector, 2), ==, HW_VIRTIO_NO_VECTOR);
    pci_bar_write(&d->bar, vector, 100, 2);
    g_assert_cmphex(pci_bar_read(&d->bar, vector, 2), ==, HW_VIRTIO_NO_VECTOR);
    pci_bar_write(&d->bar, vector, 1, 2);
    g_assert_cmphex(pci_bar_read(&d->bar, vector, 2), ==, 1);
    virtio_isr(d);
    g_assert_true(pci_msix_on(&f->bus, d->address, 1, 0x4321));
    from_card(f, 60, 1);
    g_assert_cmphex(pci_message_wait(&f->bus, WIRE_TIMEOUT_S * 1000), ==, 0x4321);
    g_assert_cmphex(virtio_isr(d), ==, nic_is_qemus_own() ? 1 : 0);
    expect_from_card(f, 60, 1);
}

/* A field is written as a whole. */
static void test_cut_writes(Nic *f, gconstpointer data)
{
    VirtioDriver *d = &f->card.driver;

    (void)data;
    pci_bar_write(&d->bar, d->common + 0x08, 0xff, 1);   /* a part of a field */
    pci_bar_write(&d->bar, d->common + 0x14, 0x0000, 2); /* two fields */
    pci_bar_write(&d->bar, d->common + 0x12, 0x0000, 2); /* a field that can't be written */
    g_assert_cmphex(pci_bar_read(&d->bar, d->common + 0x14, 1), ==, 0xf);
    g_assert_cmphex(pci_bar_read(&d->bar, d->common + 0x12, 2), ==, VIRTIO_NET_QUEUES);
    both_ways(f, 1);
}

static uint32_t window_at(const Nic *f)
{
    return virtio_window(&f->bus, &f->card.driver);
}

static void window_choose(const Nic *f, uint32_t bar, uint32_t offset, uint32_t length)
{
    const VirtioDriver *d = &f->card.driver;
    uint32_t at = window_at(f);

    pci_config_write(&f->bus, d->address, at + 4, bar, 1);
    pci_config_write(&f->bus, d->address, at + 8, offset, 4);
    pci_config_write(&f->bus, d->address, at + 12, length, 4);
}

static uint32_t window_read(const Nic *f, uint32_t bar, uint32_t offset, uint32_t length)
{
    window_choose(f, bar, offset, length);
    return pci_config_read(&f->bus, f->card.driver.address, window_at(f) + 16, length & 7);
}

/* The window of configuration space reaches each part of the BAR, and no other place. */
static void test_window(Nic *f, gconstpointer data)
{
    const VirtioDriver *d = &f->card.driver;
    uint32_t bar = 4;

    (void)data;
    g_assert_cmphex(window_read(f, bar, d->common + 0x14, 1), ==, 0xf);
    g_assert_cmphex(window_read(f, bar, d->config, 4), ==,
                    virtio_config(d, 0) | (uint32_t)virtio_config(d, 1) << 8 |
                        (uint32_t)virtio_config(d, 2) << 16 | (uint32_t)virtio_config(d, 3) << 24);
    window_choose(f, bar, d->common + 0x16, 2);
    pci_config_write(&f->bus, d->address, window_at(f) + 16, 1, 2);
    g_assert_cmpuint(virtio_get(d, VIRTIO_QUEUE_SELECT), ==, 1);
    g_assert_cmphex(window_read(f, 0, d->common + 0x14, 1), ==, 0);
    g_assert_cmphex(window_read(f, bar, d->common + 0x15, 2), ==, 0);
    g_assert_cmphex(window_read(f, bar, 0xfffffffc, 4), ==, 0);
    window_choose(f, bar, 0xfffffffc, 4);
    pci_config_write(&f->bus, d->address, window_at(f) + 16, 0, 4);
    both_ways(f, 1);
}

static void plug(Nic *f)
{
    json_decref(ob_client_qmp(f->c, "device_add",
                              json_pack("{s:s, s:s, s:s, s:s}", "driver", g_getenv("OB_DEVICE"),
                                        "id", "nic", "netdev", "n0", "bus", "pci.0"),
                              NULL));
    f->card = virtio_card_start(nic_driver(f), NIC_ALL, NIC_BUFFER);
}

static void unplug(Nic *f)
{
    json_t *event;

    json_decref(ob_client_qmp(f->c, "device_del", json_pack("{s:s}", "id", "nic"), NULL));
    pci_acpi_eject(&f->bus, f->card.driver.address >> 3);
    event = ob_client_qmp_event(f->c, "DEVICE_DELETED", WIRE_TIMEOUT_S * 1000);
    g_assert_nonnull(event);
    json_decref(event);
}

/* The second card is a new one, and its network may keep a frame of the first one's time. */
static void test_hot_plug(Nic *f, gconstpointer data)
{
    uint8_t got[VIRTIO_CARD_BUFFER];

    (void)data;
    plug(f);
    both_ways(f, 1);
    unplug(f);
    to_card(f, 60, 2); /* to nobody */
    plug(f);
    to_card(f, 60, 3);
    g_assert_cmpuint(virtio_card_receive(&f->card, got, sizeof(got)), ==, 60);
    from_card(f, 60, 4);
    expect_from_card(f, 60, 4);
}

/* The card stays, without a network. */
static void test_network_goes(Nic *f, gconstpointer data)
{
    (void)data;
    plug(f);
    both_ways(f, 1);
    json_decref(ob_client_qmp(f->c, "netdev_del", json_pack("{s:s}", "id", "n0"), NULL));
    from_card(f, 60, 2);
    g_assert_false(virtio_card_has_frame(&f->card));
    unplug(f);
}

static void test_reset(Nic *f, gconstpointer data)
{
    (void)data;
    both_ways(f, 1);
    ob_client_reset(f->c);
    f->card.driver = nic_driver(f);
    g_assert_cmphex(virtio_status(&f->card.driver), ==, 0);
    f->card = virtio_card_start(nic_driver(f), NIC_ALL, NIC_BUFFER);
    both_ways(f, 2);
}

#define TEST(path, set_up_, function) \
    g_test_add("/virtio-net/" path, Nic, NULL, set_up_, function, nic_tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("address/first-of-qemu", nic_set_up, test_address);
    TEST("address/by-property", set_up_mac, test_address_property);
    if (!nic_is_qemus_own()) { /* it has more features */
        TEST("features/none-that-was-not-offered", nic_set_up_stopped, test_features);
    }
    TEST("frames/both-ways-with-each-set-of-features", nic_set_up_stopped, test_both_ways);
    TEST("frames/each-size", nic_set_up, test_sizes);
    TEST("receives/short-frames-padded", nic_set_up, test_short);
    TEST("receives/later-what-the-ring-cannot-hold", nic_set_up, test_back_pressure);
    TEST("receives/into-several-buffers", nic_set_up_stopped, test_merged);
    TEST("receives/nothing-larger-than-its-buffers", nic_set_up_stopped, test_not_merged);
    TEST("link/down-loses-frames-and-tells-the-driver", nic_set_up, test_link);
    if (nic_is_pci()) {
        TEST("interrupt/by-message", nic_set_up, test_message);
    }
    if (nic_is_pci() && !nic_is_qemus_own()) { /* QEMU's takes parts of fields, too */
        TEST("configuration/by-the-window", nic_set_up, test_window);
        TEST("hot/plug-unplug-and-again", set_up_hot, test_hot_plug);
        TEST("hot/network-goes-under-the-card", set_up_hot, test_network_goes);
        TEST("configuration/takes-whole-fields", nic_set_up, test_cut_writes);
    }
    TEST("reset/by-the-machine", nic_set_up, test_reset);
    return g_test_run();
}
