/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The card ne2k_pci on -netdev stream.  The same tests run in our program and, through the bridge,
 * in stock QEMU.  OB_PROGRAM names the program, OB_ARGUMENTS has its way to the device, OB_DEVICE
 * the device's name there.
 */
#include <string.h>
#include <unistd.h>

#include "devices/net/ne2k-regs.h"
#include "qtest/client/process/scratch.h"
#include "qtest/client/process/unix-socket.h"
#include "qtest/tests/net/frame-wire.h"
#include "qtest/tests/net/ne2k-card.h"
#include "qtest/text/json.h"

enum { STATUS = 0x06, INTERRUPT = 1 << 3 };

static const uint8_t peer_mac[6] = { 0x02, 0, 0, 0, 0, 0x01 };
static const uint8_t broadcast[6] = { 255, 255, 255, 255, 255, 255 };
static const uint8_t first_mac[6] = { 0x52, 0x54, 0x00, 0x12, 0x34, 0x56 };

typedef struct Nic {
    ObClient *c;
    ObScratch *scratch;
    PciBus bus;
    Card card;
    int wire;
} Nic;

/* `device`: the options of the card; NULL: it is plugged later, on the bus of the machine pc. */
static void machine_start(Nic *f, const char *device)
{
    g_autofree char *path = NULL;
    g_autofree char *arguments = NULL;
    ObStart s = { .program = g_getenv("OB_PROGRAM"), .accelerator = g_getenv("OB_ACCELERATOR") };
    HW_ERROR(error, 4096);
    static const char filter[] = " -object filter-dump,id=dump,netdev=n0,file=/dev/null";
    int listener;

    f->scratch = ob_scratch_new();
    path = g_build_filename(ob_scratch_path(f->scratch), "net", NULL);
    listener = ob_unix_listen(path);
    g_assert_cmpint(listener, >=, 0);
    arguments = g_strdup_printf("-M %s -nodefaults %s -netdev "
                                "stream,id=n0,server=off,addr.type=unix,addr.path=%s%s%s%s",
                                device ? "q35" : "pc", g_getenv("OB_ARGUMENTS"), path,
                                device ? " -device " : "", device ? device : "", filter);
    s.arguments = arguments;
    s.halts = strcmp(s.accelerator, "qtest") != 0;
    f->c = ob_client_start(&s, &error);
    g_assert_cmpstr(error.text, ==, "");
    f->wire = wire_accept(listener);
    f->bus = pci_of_pc(f->c);
}

static void tear_down(Nic *f, gconstpointer data)
{
    (void)data;
    close(f->wire);
    ob_client_quit(f->c);
    ob_scratch_free(f->scratch);
}

static void to_card(Nic *f, const uint8_t *to, size_t size, uint8_t seed)
{
    uint8_t frame[FRAME_MOST];

    frame_make(frame, size, to, peer_mac, seed);
    wire_send(f->wire, frame, size);
}

static void expect(Nic *f, const uint8_t *to, size_t size, uint8_t seed)
{
    uint8_t frame[FRAME_MOST] = { 0 };
    uint8_t got[2048];
    size_t length = card_receive(&f->card, got);

    frame_make(frame, size, to, peer_mac, seed);
    g_assert_cmpmem(got, length, frame, MAX(size, FRAME_LEAST));
}

/* QEMU connects in the background, and loses what the card sends before: a frame comes to the card
 * first.  The card then begins anew. */
static void start(Nic *f, const char *properties, uint8_t ring, uint8_t ring_end)
{
    g_autofree char *device = g_strdup_printf("%s,id=nic,netdev=n0%s", g_getenv("OB_DEVICE"),
                                              properties);

    machine_start(f, device);
    f->card = card_start(&f->bus, 0, ring, ring_end);
    to_card(f, broadcast, 60, 0);
    expect(f, broadcast, 60, 0);
    f->card = card_start(&f->bus, 0, ring, ring_end);
}

static void set_up(Nic *f, gconstpointer data)
{
    (void)data;
    start(f, "", CARD_RING, CARD_RING_END);
}

static void set_up_small(Nic *f, gconstpointer data)
{
    (void)data;
    start(f, "", 0x46, 0x56);
}

static void set_up_mac(Nic *f, gconstpointer data)
{
    (void)data;
    start(f, ",mac=52:54:00:AB:cd:ef", CARD_RING, CARD_RING_END);
}

static void set_up_hot(Nic *f, gconstpointer data)
{
    (void)data;
    machine_start(f, NULL);
}

static void from_card(Nic *f, size_t size, uint8_t seed)
{
    uint8_t frame[FRAME_MOST];

    frame_make(frame, size, peer_mac, first_mac, seed);
    card_send(&f->card, frame, size);
}

static void expect_from_card(Nic *f, size_t size, uint8_t seed)
{
    uint8_t frame[FRAME_MOST];

    frame_make(frame, size, peer_mac, first_mac, seed);
    wire_expect(f->wire, frame, size);
}

/* ------------------------------------------------------------------------------ tests */

static void test_address(Nic *f, gconstpointer data)
{
    uint8_t mac[6];

    (void)data;
    card_mac(&f->card, mac);
    g_assert_cmpmem(mac, 6, first_mac, 6);
}

static void test_address_property(Nic *f, gconstpointer data)
{
    const uint8_t given[6] = { 0x52, 0x54, 0x00, 0xab, 0xcd, 0xef };
    uint8_t mac[6];

    (void)data;
    card_mac(&f->card, mac);
    g_assert_cmpmem(mac, 6, given, 6);
}

static void test_sends(Nic *f, gconstpointer data)
{
    (void)data;
    for (size_t size = 14; size <= 1514; size += 250) {
        from_card(f, size, (uint8_t)size);
        g_assert_cmphex(card_read(&f->card, ISR) & ISR_TRANSMITTED, !=, 0);
        expect_from_card(f, size, (uint8_t)size);
    }
}

static void test_receives(Nic *f, gconstpointer data)
{
    (void)data;
    for (uint32_t i = 0; i < 40; i++) { /* several times around the ring */
        to_card(f, i % 2 ? first_mac : broadcast, 14 + i * 38, (uint8_t)i);
        expect(f, i % 2 ? first_mac : broadcast, 14 + i * 38, (uint8_t)i);
    }
}

static void test_filter(Nic *f, gconstpointer data)
{
    const uint8_t other[6] = { 0x52, 0x54, 0x00, 0x12, 0x34, 0x57 };
    const uint8_t group[6] = { 0x01, 0x00, 0x5e, 0x00, 0x00, 0x01 };

    (void)data;
    to_card(f, other, 60, 1);
    to_card(f, group, 60, 2);
    to_card(f, first_mac, 60, 3);
    expect(f, first_mac, 60, 3);
    card_write(&f->card, RCR, RCR_ALL);
    to_card(f, other, 60, 4);
    expect(f, other, 60, 4);
}

/* 01:00:5e:00:00:01 has bit 31 of the filter: the first six bits of the CRC that Linux computes with
 * ether_crc(). */
static void test_multicast(Nic *f, gconstpointer data)
{
    const uint8_t group[6] = { 0x01, 0x00, 0x5e, 0x00, 0x00, 0x01 };
    const uint8_t other[6] = { 0x01, 0x00, 0x5e, 0x00, 0x00, 0x02 };

    (void)data;
    card_page(&f->card, 1);
    for (uint32_t i = 0; i < 8; i++) {
        card_write(&f->card, MAR0 + i, i == 31 / 8 ? 1 << 31 % 8 : 0);
    }
    card_page(&f->card, 0);
    card_write(&f->card, RCR, RCR_BROADCAST | RCR_MULTICAST);
    to_card(f, other, 60, 1);
    to_card(f, group, 60, 2);
    expect(f, group, 60, 2);
}

/* Page 2 shows what page 0 stores; page 3 has nothing but the command. */
static void test_pages(Nic *f, gconstpointer data)
{
    (void)data;
    card_page(&f->card, 2);
    g_assert_cmphex(card_read(&f->card, PSTART), ==, f->card.ring);
    g_assert_cmphex(card_read(&f->card, PSTOP), ==, f->card.ring_end);
    card_page(&f->card, 3);
    g_assert_cmphex(card_read(&f->card, CR) >> 6, ==, 3);
    for (uint32_t port = 1; port < 16; port++) {
        g_assert_cmphex(card_read(&f->card, port), ==, 0);
    }
    card_page(&f->card, 0);
}

/* The ring holds two such frames: the others wait in the network, and come in order. */
static void test_back_pressure(Nic *f, gconstpointer data)
{
    (void)data;
    for (uint8_t i = 0; i < 12; i++) {
        to_card(f, first_mac, 1500, i);
    }
    for (uint8_t i = 0; i < 12; i++) {
        expect(f, first_mac, 1500, i);
    }
    g_assert_false(card_has_frame(&f->card));
}

static bool interrupts(const Nic *f)
{
    return pci_config_read(&f->bus, f->card.address, STATUS, 2) & INTERRUPT;
}

static void test_interrupt(Nic *f, gconstpointer data)
{
    int64_t end = g_get_monotonic_time() + WIRE_TIMEOUT_S * G_USEC_PER_SEC;

    (void)data;
    card_write(&f->card, ISR, 0xff);
    g_assert_false(interrupts(f));
    to_card(f, first_mac, 100, 1);
    while (!interrupts(f)) {
        g_assert_cmpint(g_get_monotonic_time(), <, end);
    }
    card_write(&f->card, IMR, 0);
    g_assert_false(interrupts(f));
    card_write(&f->card, IMR, ISR_RECEIVED);
    card_write(&f->card, ISR, 0xff);
    g_assert_true(interrupts(f)); /* the frame is in the ring yet */
    expect(f, first_mac, 100, 1);
    g_assert_false(interrupts(f));
}

static void set_link(Nic *f, const char *name, bool up)
{
    json_decref(ob_client_qmp(f->c, "set_link",
                              json_pack("{s:o, s:b}", "name", ob_json_text(name), "up", up), NULL));
}

static void test_link(Nic *f, gconstpointer data)
{
    (void)data;
    set_link(f, "nic", false);
    from_card(f, 60, 1);
    set_link(f, "nic", true);
    from_card(f, 60, 2);
    expect_from_card(f, 60, 2);
    set_link(f, "n0", false);
    from_card(f, 60, 3);
    set_link(f, "n0", true);
    from_card(f, 60, 4);
    expect_from_card(f, 60, 4);
}

static void announce(Nic *f, int rounds, const char *card)
{
    json_decref(
        ob_client_qmp(f->c, "announce-self",
                      json_pack("{s:i, s:i, s:i, s:i, s:[o]}", "initial", 1, "max", 2, "step", 1,
                                "rounds", rounds, "interfaces", ob_json_text(card)),
                      NULL));
}

/* RFC 903: the card asks for its own address. */
static void test_announce(Nic *f, gconstpointer data)
{
    uint8_t frame[60] = { 255,  255,  255, 255, 255, 255, 0x52, 0x54, 0, 0x12, 0x34, 0x56, 0x80,
                          0x35, 0,    1,   8,   0,   6,   4,    0,    3, 0x52, 0x54, 0,    0x12,
                          0x34, 0x56, 0,   0,   0,   0,   0x52, 0x54, 0, 0x12, 0x34, 0x56 };

    (void)data;
    announce(f, 3, "nic");
    for (uint32_t i = 0; i < 3; i++) {
        wire_expect(f->wire, frame, sizeof(frame));
    }
    announce(f, 0, "nic");
    announce(f, 1, "nobody");
    from_card(f, 60, 1);
    expect_from_card(f, 60, 1);
}

/* Lengths that no frame has: nothing leaves the card. */
static void test_sizes(Nic *f, gconstpointer data)
{
    static const uint16_t sizes[] = { 0, 1, 13, 0x8000, 0xffff };

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
        card_write(&f->card, ISR, 0xff);
        card_write(&f->card, TPSR, i % 2 ? CARD_SEND_PAGE : 0xbf);
        card_write(&f->card, TBCR0, (uint8_t)sizes[i]);
        card_write(&f->card, TBCR1, (uint8_t)(sizes[i] >> 8));
        card_write(&f->card, CR, CR_START | CR_ABORT | CR_TRANSMIT);
        g_assert_cmphex(card_read(&f->card, CR) & CR_TRANSMIT, ==, 0);
    }
    card_write(&f->card, TPSR, 0xc0);
    card_write(&f->card, CR, CR_START | CR_ABORT | CR_TRANSMIT);
    g_assert_cmphex(card_read(&f->card, TPSR), ==, TSR_ABORTED);
    from_card(f, 60, 9);
    expect_from_card(f, 60, 9);
}

static void ring_set(Nic *f, const uint8_t pages[4])
{
    card_write(&f->card, PSTART, pages[0]);
    card_write(&f->card, PSTOP, pages[1]);
    card_write(&f->card, BNRY, pages[2]);
    card_page(&f->card, 1);
    card_write(&f->card, CURR, pages[3]);
    card_page(&f->card, 0);
}

/* Every combination of pages, while frames come: the card lives, and then works again. */
static void test_hostile_rings(Nic *f, gconstpointer data)
{
    static const uint8_t pages[] = { 0x00, 0x3f, 0x40, 0x46, 0x47, 0xbf, 0xc0, 0xff };
    const uint8_t good[4] = { CARD_RING, CARD_RING_END, CARD_RING_END - 1, CARD_RING };
    uint8_t got[2048];
    uint8_t bytes[64];
    uint8_t seed = 0;

    (void)data;
    card_write(&f->card, RCR, RCR_ALL);
    for (uint32_t i = 0; i < 8 * 8 * 8 * 8; i += 17) {
        const uint8_t ring[4] = { pages[i % 8], pages[i / 8 % 8], pages[i / 64 % 8],
                                  pages[i / 512] };

        ring_set(f, ring);
        if (i % 5 == 0) {
            to_card(f, first_mac, i % 2 ? 1500 : 60, 0);
        }
        card_memory_read(&f->card, (uint16_t)(i * 257), bytes, sizeof(bytes));
    }
    ring_set(f, good);
    card_write(&f->card, ISR, 0xff);
    to_card(f, first_mac, 77, 0x55);
    do { /* kept frames come first */
        g_assert_cmpuint(card_receive(&f->card, got), <=, FRAME_MOST);
        memcpy(&seed, got + 14, 1);
    } while (seed != (uint8_t)(14 * 7 + 0x55));
    from_card(f, 60, 9);
    expect_from_card(f, 60, 9);
}

static void test_reset(Nic *f, gconstpointer data)
{
    (void)data;
    card_read(&f->card, RESET_PORT);
    g_assert_cmphex(card_read(&f->card, ISR), ==, ISR_RESET);
    g_assert_cmphex(card_read(&f->card, CR), ==, CR_STOP | CR_ABORT);
    ob_client_reset(f->c);
    f->card = card_start(&f->bus, 0, CARD_RING, CARD_RING_END);
    to_card(f, first_mac, 60, 8);
    expect(f, first_mac, 60, 8);
}

/* ------------------------------------------------------------------------- hot plug */

static json_t *plug_options(const char *id, const char *key, const char *value)
{
    return json_pack("{s:s, s:s, s:o, s:s}", "driver", g_getenv("OB_DEVICE"), "id", id, key,
                     ob_json_text(value), "bus", "pci.0");
}

static void plug(Nic *f)
{
    json_decref(ob_client_qmp(f->c, "device_add", plug_options("nic", "netdev", "n0"), NULL));
    f->card = card_start(&f->bus, 0, CARD_RING, CARD_RING_END);
}

static void plug_refused(Nic *f, const char *key, const char *value, const char *words)
{
    json_t *error = NULL;

    g_assert_null(ob_client_qmp(f->c, "device_add", plug_options("other", key, value), &error));
    g_assert_nonnull(strstr(json_string_value(json_object_get(error, "desc")), words));
    json_decref(error);
}

static void unplug(Nic *f)
{
    json_t *event;

    json_decref(ob_client_qmp(f->c, "device_del", json_pack("{s:s}", "id", "nic"), NULL));
    pci_acpi_eject(&f->bus, f->card.address >> 3);
    event = ob_client_qmp_event(f->c, "DEVICE_DELETED", WIRE_TIMEOUT_S * 1000);
    g_assert_nonnull(event);
    json_decref(event);
}

static void both_ways(Nic *f, uint8_t seed)
{
    to_card(f, first_mac, 60, seed);
    expect(f, first_mac, 60, seed);
    from_card(f, 60, seed);
    expect_from_card(f, 60, seed);
}

static void test_hot_plug(Nic *f, gconstpointer data)
{
    uint8_t got[2048];

    (void)data;
    plug(f);
    both_ways(f, 1);
    plug_refused(f, "netdev", "n0", "netdev 'n0' is in use");
    plug_refused(f, "netdev", "n1", "netdev 'n1' does not exist");
    plug_refused(f, "mac", "53:54:00:12:34:56",
                 "mac: invalid value '53:54:00:12:34:56': expected the address of one station");
    unplug(f);
    to_card(f, first_mac, 60, 2); /* to nobody */
    plug(f);
    to_card(f, broadcast, 60, 3);
    g_assert_cmpuint(card_receive(&f->card, got), ==, 60); /* the frame before may come too */
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
    g_assert_false(card_has_frame(&f->card));
    unplug(f);
}

#define TEST(path, set_up_, function) \
    g_test_add("/ne2k/" path, Nic, NULL, set_up_, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("address/first-of-qemu", set_up, test_address);
    TEST("address/by-property", set_up_mac, test_address_property);
    TEST("sends/each-size", set_up, test_sends);
    TEST("sends/no-frame-of-a-forbidden-size", set_up, test_sizes);
    TEST("receives/around-the-ring", set_up, test_receives);
    TEST("receives/only-its-own-and-broadcasts", set_up, test_filter);
    TEST("receives/a-group-by-the-filter", set_up, test_multicast);
    TEST("registers/of-pages-2-and-3", set_up, test_pages);
    TEST("receives/later-what-the-ring-cannot-hold", set_up_small, test_back_pressure);
    TEST("interrupt/while-frames-are-in-the-ring", set_up, test_interrupt);
    TEST("link/down-loses-frames", set_up, test_link);
    TEST("announces-itself-in-rounds", set_up, test_announce);
    TEST("hostile/rings-anywhere", set_up, test_hostile_rings);
    TEST("hot/plug-unplug-and-again", set_up_hot, test_hot_plug);
    TEST("hot/network-goes-under-the-card", set_up_hot, test_network_goes);
    TEST("reset/by-the-port-and-the-machine", set_up, test_reset);
    return g_test_run();
}
