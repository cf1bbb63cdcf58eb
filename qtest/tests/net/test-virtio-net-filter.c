/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The filters of the virtio network card, ours and QEMU's own (VIRTIO 1.2, 5.1.6.5.1 to 5.1.6.5.3). */
#include <string.h>

#include "qtest/tests/net/frame-wire.h"
#include "qtest/tests/net/virtio-nic.h"

#define ALL                                                                                      \
    (HW_VIRTIO_FEATURE(VIRTIO_NET_CONTROL_QUEUE) | HW_VIRTIO_FEATURE(VIRTIO_NET_CONTROL_MODES) | \
     HW_VIRTIO_FEATURE(VIRTIO_NET_CONTROL_MODES_EXTRA))
#define VLAN HW_VIRTIO_FEATURE(VIRTIO_NET_CONTROL_VLAN)

enum { SIZE = 100 };

static const uint8_t own[6] = { 0x52, 0x54, 0x00, 0x12, 0x34, 0x56 };
static const uint8_t station[6] = { 0x02, 0, 0, 0, 0, 1 };
static const uint8_t group[6] = { 0x01, 0, 0x5e, 0, 0, 1 };
static const uint8_t broadcast[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

static void tag(uint8_t *frame, uint16_t vlan)
{
    frame[12] = 0x81;
    frame[13] = 0;
    frame[14] = (uint8_t)(vlan >> 8 | 0xe0); /* with a priority */
    frame[15] = (uint8_t)vlan;
}

/* `marker`: a station whose frames pass, sent after the frame.  `vlan` 0: no tag. */
static bool passes_before(Nic *f, const uint8_t *to, uint16_t vlan, const uint8_t *marker)
{
    uint8_t frame[SIZE], last[SIZE], got[VIRTIO_CARD_BUFFER];
    bool passed;

    frame_make(frame, SIZE, to, station, 1);
    frame_make(last, SIZE, marker, station, 2);
    if (vlan) {
        tag(frame, vlan);
    }
    wire_send(f->wire, frame, SIZE);
    wire_send(f->wire, last, SIZE);
    g_assert_cmpuint(virtio_card_receive(&f->card, got, sizeof(got)), ==, SIZE);
    passed = memcmp(got, frame, SIZE) == 0;
    if (passed) {
        g_assert_cmpuint(virtio_card_receive(&f->card, got, sizeof(got)), ==, SIZE);
    }
    g_assert_cmpmem(got, SIZE, last, SIZE);
    return passed;
}

static bool passes(Nic *f, const uint8_t *to)
{
    return passes_before(f, to, 0, broadcast);
}

static uint8_t mode_set(Nic *f, VirtioNetMode mode, bool on)
{
    const uint8_t bytes[] = { VIRTIO_NET_CLASS_MODES, (uint8_t)mode, on };

    return virtio_card_command(&f->card, bytes, sizeof(bytes));
}

static uint8_t vlan_set(Nic *f, uint8_t command, uint16_t vlan)
{
    const uint8_t bytes[] = { VIRTIO_NET_CLASS_VLAN, command, (uint8_t)vlan, (uint8_t)(vlan >> 8) };

    return virtio_card_command(&f->card, bytes, sizeof(bytes));
}

/* Lists of `stations` and `groups` addresses, the first of which is `station` or `group`. */
static uint8_t macs_set(Nic *f, uint32_t stations, uint32_t groups, uint32_t surplus)
{
    uint8_t bytes[1024] = { VIRTIO_NET_CLASS_MAC, VIRTIO_NET_MAC_TABLE_SET, (uint8_t)stations };
    uint32_t second = 6 + 6 * stations;

    memcpy(bytes + 6, station, stations ? 6 : 0);
    bytes[second] = (uint8_t)groups;
    memcpy(bytes + second + 4, group, groups ? 6 : 0);
    return virtio_card_command(&f->card, bytes, second + 4 + 6 * groups + surplus);
}

static void filter(Nic *f)
{
    nic_drive(f, ALL | VLAN);
    g_assert_true(passes(f, station));
    g_assert_cmphex(mode_set(f, VIRTIO_NET_PROMISCUOUS, false), ==, VIRTIO_NET_OK);
}

static void test_own(Nic *f, gconstpointer data)
{
    (void)data;
    filter(f);
    g_assert_true(passes(f, own));
    g_assert_false(passes(f, station));
    g_assert_false(passes(f, group));
    virtio_reset(&f->card.driver);
    nic_drive(f, ALL);
    g_assert_true(passes(f, station));
}

/* After a reset no mode, address or VLAN of the driver before is left. */
static void test_reset(Nic *f, gconstpointer data)
{
    (void)data;
    filter(f);
    g_assert_cmphex(macs_set(f, 1, 1, 0), ==, VIRTIO_NET_OK);
    g_assert_cmphex(vlan_set(f, VIRTIO_NET_VLAN_ADD, 300), ==, VIRTIO_NET_OK);
    g_assert_cmphex(mode_set(f, VIRTIO_NET_ALL_GROUPS, true), ==, VIRTIO_NET_OK);
    g_assert_cmphex(mode_set(f, VIRTIO_NET_ALL_STATIONS, true), ==, VIRTIO_NET_OK);
    virtio_reset(&f->card.driver);
    filter(f);
    g_assert_false(passes(f, station));
    g_assert_false(passes(f, group));
    g_assert_false(passes_before(f, own, 300, broadcast));
    g_assert_true(passes(f, own));
}

static void test_modes(Nic *f, gconstpointer data)
{
    static const struct {
        VirtioNetMode mode;
        const uint8_t *to;
        bool passes;
    } rows[] = {
        { VIRTIO_NET_ALL_GROUPS, group, true },     { VIRTIO_NET_ALL_GROUPS, station, false },
        { VIRTIO_NET_ALL_STATIONS, station, true }, { VIRTIO_NET_ALL_STATIONS, group, false },
        { VIRTIO_NET_NO_STATIONS, own, false },     { VIRTIO_NET_PROMISCUOUS, station, true },
    };

    (void)data;
    filter(f);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_assert_cmphex(mode_set(f, rows[i].mode, true), ==, VIRTIO_NET_OK);
        g_assert_cmpint(passes(f, rows[i].to), ==, rows[i].passes);
        g_assert_cmphex(mode_set(f, rows[i].mode, false), ==, VIRTIO_NET_OK);
    }
    g_assert_cmphex(mode_set(f, VIRTIO_NET_NO_BROADCAST, true), ==, VIRTIO_NET_OK);
    g_assert_false(passes_before(f, broadcast, 0, own));
    g_assert_cmphex(mode_set(f, VIRTIO_NET_ALL_GROUPS, true), ==, VIRTIO_NET_OK);
    g_assert_cmphex(mode_set(f, VIRTIO_NET_NO_GROUPS, true), ==, VIRTIO_NET_OK);
    g_assert_false(passes_before(f, group, 0, own));
    g_assert_cmphex(mode_set(f, VIRTIO_NET_MODES, true), ==, VIRTIO_NET_ERROR);
}

static void test_table(Nic *f, gconstpointer data)
{
    (void)data;
    filter(f);
    g_assert_cmphex(macs_set(f, 1, 1, 0), ==, VIRTIO_NET_OK);
    g_assert_true(passes(f, station));
    g_assert_true(passes(f, group));
    g_assert_cmphex(macs_set(f, 0, 1, 0), ==, VIRTIO_NET_OK);
    g_assert_false(passes(f, station));
    g_assert_cmphex(macs_set(f, 0, 2, 1), ==, VIRTIO_NET_ERROR); /* a byte too many: no change */
    g_assert_true(passes(f, group));
    g_assert_cmphex(macs_set(f, 0, 0, 0), ==, VIRTIO_NET_OK);
    g_assert_false(passes(f, group));
}

/* Nothing changes: the group of the table before still passes, and no station. */
static void test_malformed(Nic *f, gconstpointer data)
{
    static const struct {
        uint32_t size;
        uint8_t bytes[24];
    } rows[] = {
        { 2, { VIRTIO_NET_CLASS_MODES, VIRTIO_NET_PROMISCUOUS } },
        { 2, { VIRTIO_NET_CLASS_VLAN, VIRTIO_NET_VLAN_ADD } },
        { 3, { VIRTIO_NET_CLASS_VLAN, VIRTIO_NET_VLAN_ADD, 5 } },
        { 2, { VIRTIO_NET_CLASS_MAC, VIRTIO_NET_MAC_TABLE_SET } },
        { 5, { VIRTIO_NET_CLASS_MAC, VIRTIO_NET_MAC_TABLE_SET } },
        { 6, { VIRTIO_NET_CLASS_MAC, VIRTIO_NET_MAC_TABLE_SET } }, /* one list */
        { 9, { VIRTIO_NET_CLASS_MAC, VIRTIO_NET_MAC_TABLE_SET } },
        { 15, { VIRTIO_NET_CLASS_MAC, VIRTIO_NET_MAC_TABLE_SET, 2, 0, 0, 0, 2, 0, 0, 0, 0, 1 } },
        { 11, { VIRTIO_NET_CLASS_MAC, VIRTIO_NET_MAC_TABLE_SET, 0, 0, 0, 0, 1, 0, 0, 0, 1 } },
        /* QEMU's own multiplies in 32 bits, and takes it. */
        { 10, { VIRTIO_NET_CLASS_MAC, VIRTIO_NET_MAC_TABLE_SET, 0, 0, 0, 0, 0, 0, 0, 0x80 } },
    };
    const size_t count = G_N_ELEMENTS(rows) - (nic_is_qemus_own() ? 1 : 0);

    (void)data;
    filter(f);
    g_assert_cmphex(macs_set(f, 0, 1, 0), ==, VIRTIO_NET_OK);
    for (size_t i = 0; i < count; i++) {
        g_test_message("row %zu", i);
        g_assert_cmphex(virtio_card_command(&f->card, rows[i].bytes, rows[i].size), ==,
                        VIRTIO_NET_ERROR);
        g_assert_true(passes(f, group));
        g_assert_false(passes(f, station));
        g_assert_false(passes_before(f, own, 5, broadcast));
    }
}

static void test_last_vlan(Nic *f, gconstpointer data)
{
    (void)data;
    filter(f);
    g_assert_cmphex(vlan_set(f, VIRTIO_NET_VLAN_ADD, 4095), ==, VIRTIO_NET_OK);
    g_assert_true(passes_before(f, own, 4095, broadcast));
    g_assert_false(passes_before(f, own, 4094, broadcast));
    g_assert_cmphex(vlan_set(f, VIRTIO_NET_VLAN_DELETE, 4096), ==, VIRTIO_NET_ERROR);
    g_assert_true(passes_before(f, own, 4095, broadcast));
}

/* More addresses than there is room for: all of their kind pass. */
static void test_full(Nic *f, gconstpointer data)
{
    const uint8_t other[6] = { 0x02, 0, 0, 0, 0, 2 };
    const uint8_t other_group[6] = { 0x03, 0, 0, 0, 0, 2 };

    (void)data;
    filter(f);
    g_assert_cmphex(macs_set(f, 1, VIRTIO_NET_MACS, 0), ==, VIRTIO_NET_OK);
    g_assert_false(passes(f, other));
    g_assert_true(passes(f, station));
    g_assert_true(passes(f, other_group));
    g_assert_cmphex(macs_set(f, VIRTIO_NET_MACS + 1, 1, 0), ==, VIRTIO_NET_OK);
    g_assert_true(passes(f, other));
    g_assert_false(passes(f, other_group));
    g_assert_true(passes(f, group));
}

static void test_vlans(Nic *f, gconstpointer data)
{
    (void)data;
    filter(f);
    g_assert_true(passes(f, own));
    g_assert_false(passes_before(f, own, 300, broadcast));
    g_assert_cmphex(vlan_set(f, VIRTIO_NET_VLAN_ADD, 300), ==, VIRTIO_NET_OK);
    g_assert_true(passes_before(f, own, 300, broadcast));
    g_assert_false(passes_before(f, own, 301, broadcast));
    g_assert_cmphex(vlan_set(f, VIRTIO_NET_VLAN_DELETE, 300), ==, VIRTIO_NET_OK);
    g_assert_false(passes_before(f, own, 300, broadcast));
    g_assert_cmphex(vlan_set(f, VIRTIO_NET_VLAN_ADD, 4096), ==, VIRTIO_NET_ERROR);
}

/* Without the feature all VLANs pass. */
static void test_no_vlans(Nic *f, gconstpointer data)
{
    (void)data;
    nic_drive(f, ALL);
    g_assert_cmphex(mode_set(f, VIRTIO_NET_PROMISCUOUS, false), ==, VIRTIO_NET_OK);
    g_assert_true(passes_before(f, own, 300, broadcast));
    g_assert_false(passes_before(f, station, 300, broadcast));
}

/* Nobody has moved the guest: nothing is to be announced. */
static void test_announce(Nic *f, gconstpointer data)
{
    const uint8_t done[] = { VIRTIO_NET_CLASS_ANNOUNCE, VIRTIO_NET_ANNOUNCE_DONE };

    (void)data;
    nic_drive(f, ALL | HW_VIRTIO_FEATURE(VIRTIO_NET_GUEST_ANNOUNCE));
    g_assert_cmphex(virtio_config(&f->card.driver, 6), ==, VIRTIO_NET_LINK_UP);
    g_assert_cmphex(virtio_card_command(&f->card, done, sizeof(done)), ==, VIRTIO_NET_ERROR);
}

/* The card has no offloads: none of them can be set.  QEMU's own card refuses the command. */
static void test_offloads(Nic *f, gconstpointer data)
{
    const uint8_t none[10] = { VIRTIO_NET_CLASS_OFFLOADS, VIRTIO_NET_OFFLOADS_SET };
    const uint8_t checksum[10] = { VIRTIO_NET_CLASS_OFFLOADS, VIRTIO_NET_OFFLOADS_SET, 2 };

    (void)data;
    nic_drive(f, ALL | HW_VIRTIO_FEATURE(VIRTIO_NET_CONTROL_OFFLOADS));
    g_assert_cmphex(virtio_card_command(&f->card, checksum, sizeof(checksum)), ==,
                    VIRTIO_NET_ERROR);
    g_assert_cmphex(virtio_card_command(&f->card, none, sizeof(none)), ==,
                    nic_is_qemus_own() ? VIRTIO_NET_ERROR : VIRTIO_NET_OK);
}

/* The queue begins anew, and the other queues go on. */
static void test_reset_of_a_queue(Nic *f, gconstpointer data)
{
    uint8_t frame[SIZE];

    (void)data;
    nic_drive(f, ALL | HW_VIRTIO_RING_RESET);
    g_assert_true(passes(f, station)); /* QEMU has connected the network: see test-virtio-net.c */
    frame_make(frame, SIZE, station, own, 3);
    for (int i = 0; i < 3; i++) {
        virtio_card_send(&f->card, frame, SIZE);
        wire_expect(f->wire, frame, SIZE);
        virtio_set(&f->card.driver, VIRTIO_QUEUE_SELECT, VIRTIO_NET_TRANSMIT);
        virtio_set(&f->card.driver, VIRTIO_QUEUE_RESET, 1);
        g_assert_cmpuint(virtio_get(&f->card.driver, VIRTIO_QUEUE_RESET), ==, 0);
        g_assert_cmpuint(virtio_get(&f->card.driver, VIRTIO_QUEUE_ENABLE), ==, 0);
        virtio_ring_start(&f->card.driver, VIRTIO_NET_TRANSMIT, VIRTIO_CARD_RING);
        g_assert_true(passes(f, station));
    }
}

#define TEST(path, function) \
    g_test_add("/virtio-net/filter/" path, Nic, NULL, nic_set_up_stopped, function, nic_tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("own-frames-pass-until-the-reset", test_own);
    TEST("reset-forgets-all", test_reset);
    TEST("modes-choose-kinds-of-frames", test_modes);
    TEST("table-lists-addresses", test_table);
    TEST("malformed-commands-change-nothing", test_malformed);
    TEST("full-table-lets-all-pass", test_full);
    TEST("last-vlan-passes", test_last_vlan);
    TEST("vlans-pass-by-number", test_vlans);
    TEST("vlans-pass-without-the-feature", test_no_vlans);
    TEST("nothing-is-announced-without-a-move", test_announce);
    TEST("no-offload-can-be-set", test_offloads);
    TEST("queue-is-reset-for-itself", test_reset_of_a_queue);
    return g_test_run();
}
