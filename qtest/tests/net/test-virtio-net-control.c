/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The control queue of the virtio network card, ours and QEMU's own (VIRTIO 1.2, 5.1.6.5). */
#include <string.h>

#include "qtest/tests/net/virtio-nic.h"

#define CONTROL HW_VIRTIO_FEATURE(VIRTIO_NET_CONTROL_QUEUE)
#define MAC     HW_VIRTIO_FEATURE(VIRTIO_NET_CONTROL_MAC)

static const uint8_t first_mac[6] = { 0x52, 0x54, 0x00, 0x12, 0x34, 0x56 };
static const uint8_t next_mac[6] = { 0x02, 0xaa, 0xbb, 0xcc, 0xdd, 0xee };

static uint8_t mac_set(Nic *f, const uint8_t mac[6])
{
    uint8_t bytes[8] = { VIRTIO_NET_CLASS_MAC, VIRTIO_NET_MAC_SET };

    memcpy(bytes + VIRTIO_NET_COMMAND, mac, 6);
    return virtio_card_command(&f->card, bytes, sizeof(bytes));
}

static void assert_mac(Nic *f, const uint8_t mac[6])
{
    for (uint32_t i = 0; i < 6; i++) {
        g_assert_cmphex(virtio_config(&f->card.driver, i), ==, mac[i]);
    }
    g_assert_cmphex(virtio_config(&f->card.driver, 6), ==, VIRTIO_NET_LINK_UP);
}

static void test_address(Nic *f, gconstpointer data)
{
    (void)data;
    nic_drive(f, CONTROL | MAC);
    for (int i = 0; i < 2 * VIRTIO_CARD_RING; i++) { /* round the ring */
        g_assert_cmphex(mac_set(f, i % 2 ? next_mac : first_mac), ==, VIRTIO_NET_OK);
        assert_mac(f, i % 2 ? next_mac : first_mac);
    }
    virtio_reset(&f->card.driver);
    assert_mac(f, first_mac);
}

static void test_group(Nic *f, gconstpointer data)
{
    const uint8_t group[6] = { 0x01, 0, 0x5e, 0, 0, 1 };

    (void)data;
    nic_drive(f, CONTROL | MAC);
    g_assert_cmphex(mac_set(f, group), ==, VIRTIO_NET_ERROR);
    assert_mac(f, first_mac);
}

static void test_not_accepted(Nic *f, gconstpointer data)
{
    (void)data;
    nic_drive(f, CONTROL);
    g_assert_cmphex(mac_set(f, next_mac), ==, VIRTIO_NET_ERROR);
    assert_mac(f, first_mac);
}

/* Commands of other classes, unknown ones, and those of a wrong length change nothing. */
static void test_unknown(Nic *f, gconstpointer data)
{
    static const uint8_t bytes[][10] = {
        { VIRTIO_NET_CLASS_MAC, 0x7f, 2, 2, 2, 2, 2, 2 },
        { 0x7f, VIRTIO_NET_MAC_SET, 2, 2, 2, 2, 2, 2 },
        { VIRTIO_NET_CLASS_MAC, VIRTIO_NET_MAC_SET, 2, 2, 2, 2, 2, 2 },
    };
    static const uint32_t sizes[] = { 2, 7, 9, 10 };

    (void)data;
    nic_drive(f, CONTROL | MAC);
    for (size_t i = 0; i < G_N_ELEMENTS(bytes); i++) {
        for (size_t j = 0; j < G_N_ELEMENTS(sizes); j++) {
            g_assert_cmphex(virtio_card_command(&f->card, bytes[i], sizes[j]), ==,
                            VIRTIO_NET_ERROR);
            assert_mac(f, first_mac);
        }
    }
    g_assert_cmphex(mac_set(f, next_mac), ==, VIRTIO_NET_OK);
}

/* The device breaks, and works again after a reset. */
static void test_cut(Nic *f, gconstpointer data)
{
    static const struct {
        uint32_t size, room;
    } rows[] = { { 1, 1 }, { 8, 0 } };
    const uint8_t bytes[8] = { VIRTIO_NET_CLASS_MAC, VIRTIO_NET_MAC_SET, 2, 2, 2, 2, 2, 2 };

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        nic_drive(f, CONTROL | MAC);
        virtio_card_command_offer(&f->card, bytes, rows[i].size, rows[i].room);
        while (!(virtio_status(&f->card.driver) & HW_VIRTIO_NEEDS_RESET)) {}
        assert_mac(f, first_mac);
        nic_drive(f, CONTROL | MAC);
        g_assert_cmphex(mac_set(f, next_mac), ==, VIRTIO_NET_OK);
        virtio_reset(&f->card.driver);
    }
}

#define TEST(path, function) \
    g_test_add("/virtio-net/control/" path, Nic, NULL, nic_set_up_stopped, function, nic_tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("sets-the-address-until-the-reset", test_address);
    TEST("unknown-commands-get-an-error", test_unknown);
    TEST("cut-commands-break-the-card", test_cut);
    if (!nic_is_qemus_own()) { /* it takes both */
        TEST("address-of-a-group-gets-an-error", test_group);
        TEST("command-without-its-feature-gets-an-error", test_not_accepted);
    }
    return g_test_run();
}
