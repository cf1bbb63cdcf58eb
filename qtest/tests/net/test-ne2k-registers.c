/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Registers, PROM and remote DMA of the card ne2k_pci without a network. */
#include <string.h>

#include "devices/net/ne2k-regs.h"
#include "qtest/tests/net/ne2k-card.h"

#define RUN (CR_START | CR_ABORT)

typedef struct Bench {
    ObClient *c;
    PciBus bus;
    Card card;
} Bench;

static void set_up(Bench *b, gconstpointer data)
{
    const ObStart s = { .program = g_getenv("OB_PROGRAM"),
                        .arguments = "-M q35 -nodefaults -device ne2k_pci,mac=52:54:00:AB:cd:ef" };
    HW_ERROR(error, 4096);

    (void)data;
    b->c = ob_client_start(&s, &error);
    g_assert_cmpstr(error.text, ==, "");
    b->bus = pci_of_pc(b->c);
    b->card = card_start(&b->bus, 0, CARD_RING, CARD_RING_END);
}

static void tear_down(Bench *b, gconstpointer data)
{
    (void)data;
    ob_client_quit(b->c);
}

static void wr(Bench *b, uint32_t port, uint8_t value)
{
    card_write(&b->card, port, value);
}

static uint8_t rd(Bench *b, uint32_t port)
{
    return card_read(&b->card, port);
}

/* ------------------------------------------------------------------------- registers */

/* Each byte of the address twice; the last four bytes tell drivers that words can be read. */
static void test_prom(Bench *b, gconstpointer data)
{
    static const uint8_t expected[PROM_BYTES] = {
        0x52,
        0x52,
        0x54,
        0x54,
        0x00,
        0x00,
        0xab,
        0xab,
        0xcd,
        0xcd,
        0xef,
        0xef,
        [28] = PROM_MARK,
        PROM_MARK,
        PROM_MARK,
        PROM_MARK,
    };
    uint8_t prom[PROM_BYTES];

    (void)data;
    card_memory_read(&b->card, 0, prom, sizeof(prom));
    g_assert_cmpmem(prom, sizeof(prom), expected, sizeof(expected));
    card_memory_write(&b->card, 0, "\1\2\3\4", 4); /* it is read-only */
    card_memory_read(&b->card, 0, prom, sizeof(prom));
    g_assert_cmpmem(prom, sizeof(prom), expected, sizeof(expected));
}

static void page_assert(Bench *b, uint8_t page, const uint8_t expected[16])
{
    card_page(&b->card, page);
    for (uint32_t port = 1; port < 16; port++) {
        g_test_message("page %u, port %u", page, port);
        g_assert_cmphex(rd(b, port), ==, expected[port]);
    }
    card_page(&b->card, 0);
}

/* Page 2 reads what page 0 writes, page 1 what it writes itself. */
static void test_pages(Bench *b, gconstpointer data)
{
    static const uint8_t first[16] = { 0,    0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x47,
                                       0x28, 0x29, 0x2a, 0x2b, 0x2c, 0x2d, 0x2e, 0x2f };
    static const uint8_t second[16] = {
        [PSTART] = 0x45, [PSTOP] = 0x75, [TPSR] = 0x4a, [RCR] = 0x15, [DCR] = 0x48, [IMR] = 0x5a
    };
    static const uint8_t zeroth[16] = {
        [BNRY] = 0x46, [RSAR0] = 0x34, [RSAR1] = 0x12, [RBCR0] = 'P', [RBCR1] = 'C'
    };

    (void)data;
    card_page(&b->card, 1);
    for (uint32_t port = 1; port < 16; port++) {
        wr(b, port, first[port]);
    }
    card_page(&b->card, 0);
    for (uint32_t port = 1; port < 16; port++) {
        if (second[port]) {
            wr(b, port, second[port]);
        }
    }
    wr(b, BNRY, 0x46);
    wr(b, RSAR0, 0x34);
    wr(b, RSAR1, 0x12);
    wr(b, ISR, 0xff);
    page_assert(b, 0, zeroth);
    page_assert(b, 1, first);
    page_assert(b, 2, second);
}

/* The reset's bit is a state: a write does not clear it. */
static void test_command(Bench *b, gconstpointer data)
{
    static const struct {
        uint8_t command, kept; /* bits of the command that stay */
        uint8_t status;
    } rows[] = {
        { CR_STOP | CR_ABORT, CR_STOP | CR_ABORT, ISR_RESET },
        { CR_STOP | CR_START | CR_ABORT, CR_STOP | CR_START | CR_ABORT, ISR_RESET },
        { CR_ABORT, CR_ABORT, ISR_RESET },
        { RUN, RUN, 0 },
        { CR_START | CR_READ, CR_START | CR_READ, ISR_REMOTE_DONE }, /* no byte is left */
        { CR_START | CR_WRITE, CR_START | CR_WRITE, ISR_REMOTE_DONE },
        { RUN | CR_READ, RUN | CR_READ, 0 },
        { RUN | CR_TRANSMIT, RUN, ISR_TRANSMITTED },
        { CR_STOP | CR_TRANSMIT, CR_STOP, ISR_RESET },
    };

    (void)data;
    wr(b, TPSR, CARD_SEND_PAGE);
    wr(b, TBCR0, 60);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("row %zu", i);
        wr(b, ISR, 0xff);
        wr(b, CR, rows[i].command);
        g_assert_cmphex(rd(b, CR), ==, rows[i].kept);
        g_assert_cmphex(rd(b, ISR), ==, rows[i].status);
    }
    wr(b, ISR, 0xff);
    g_assert_cmphex(rd(b, ISR), ==, ISR_RESET);
    wr(b, IMR, 0xff);
    rd(b, RESET_PORT);
    card_page(&b->card, 2);
    g_assert_cmphex(rd(b, IMR), ==, 0);
}

/* A frame lies in the packets' RAM as a whole. */
static void test_places_to_send(Bench *b, gconstpointer data)
{
    static const struct {
        uint8_t page;
        uint16_t size;
        bool sent;
    } rows[] = {
        { 0x3f, 60, false },  { 0x40, 60, true },    { 0xbf, 256, true },  { 0xbf, 257, false },
        { 0xc0, 60, false },  { 0xff, 60, false },   { 0x40, 1518, true }, { 0x40, 1519, false },
        { 0xba, 1518, true }, { 0xbb, 1518, false },
    };

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("row %zu", i);
        wr(b, ISR, 0xff);
        wr(b, TPSR, rows[i].page);
        wr(b, TBCR0, (uint8_t)rows[i].size);
        wr(b, TBCR1, (uint8_t)(rows[i].size >> 8));
        wr(b, CR, RUN | CR_TRANSMIT);
        g_assert_cmphex(rd(b, TPSR), ==, rows[i].sent ? TSR_SENT : TSR_ABORTED);
        g_assert_cmphex(rd(b, ISR), ==, rows[i].sent ? ISR_TRANSMITTED : ISR_SEND_ERROR);
    }
}

/* ------------------------------------------------------------------------ remote DMA */

static void remote(Bench *b, uint16_t at, uint16_t size, uint8_t command)
{
    wr(b, ISR, 0xff);
    wr(b, RSAR0, (uint8_t)at);
    wr(b, RSAR1, (uint8_t)(at >> 8));
    wr(b, RBCR0, (uint8_t)size);
    wr(b, RBCR1, (uint8_t)(size >> 8));
    wr(b, CR, CR_START | command);
}

static uint32_t data(Bench *b, uint32_t size)
{
    return (uint32_t)pci_bar_read(&b->card.bar, DATA_PORT, size);
}

/* Without DCR's bit a word is one byte. */
static void test_widths(Bench *b, gconstpointer unused)
{
    uint8_t bytes[8];

    (void)unused;
    card_memory_write(&b->card, 0x4100, "abcdefgh", 8);
    remote(b, 0x4100, 8, CR_READ);
    g_assert_cmphex(data(b, 2), ==, 'a' | 'b' << 8);
    wr(b, DCR, 0);
    g_assert_cmphex(data(b, 2), ==, 'c');
    g_assert_cmphex(data(b, 4), ==, 0x67666564);
    g_assert_cmphex(rd(b, ISR), ==, 0);
    g_assert_cmphex(data(b, 1), ==, 'h');
    g_assert_cmphex(rd(b, ISR), ==, ISR_REMOTE_DONE);
    g_assert_cmphex(data(b, 1), ==, 0xff); /* no byte is left */
    g_assert_cmphex(rd(b, RSAR0), ==, 8);
    remote(b, 0x4100, 3, CR_WRITE);
    pci_bar_write(&b->card.bar, DATA_PORT, 0x5a59, 2);
    pci_bar_write(&b->card.bar, DATA_PORT, 0x42, 1);
    wr(b, DCR, DCR_WORD);
    pci_bar_write(&b->card.bar, DATA_PORT, 0x4443, 2); /* more than are left */
    pci_bar_write(&b->card.bar, DATA_PORT, 0x4645, 2);
    card_memory_read(&b->card, 0x4100, bytes, 8);
    g_assert_cmpmem(bytes, 8, "YBCDefgh", 8);
}

/* The address goes from the ring's end to its start, and from 0xffff to 0. */
static void test_wraps(Bench *b, gconstpointer unused)
{
    (void)unused;
    card_memory_write(&b->card, CARD_RING_END * PAGE - 2, "yz", 2);
    card_memory_write(&b->card, CARD_RING * PAGE, "ab", 2);
    remote(b, CARD_RING_END * PAGE - 2, 4, CR_READ);
    g_assert_cmphex(data(b, 2), ==, 'y' | 'z' << 8);
    g_assert_cmphex(data(b, 2), ==, 'a' | 'b' << 8);
    wr(b, PSTOP, 0xff);
    remote(b, 0xffff, 2, CR_READ);
    g_assert_cmphex(data(b, 1), ==, 0xff);
    g_assert_cmphex(data(b, 1), ==, 0x52); /* the first byte of the PROM */
    remote(b, 0xbfff, 2, CR_READ);
    data(b, 1);
    g_assert_cmphex(data(b, 1), ==, 0xff); /* behind the RAM */
}

#define TEST(path, function) \
    g_test_add("/ne2k/registers/" path, Bench, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("prom", test_prom);
    TEST("pages-read-back", test_pages);
    TEST("command-and-status", test_command);
    TEST("places-to-send", test_places_to_send);
    TEST("remote-dma/widths", test_widths);
    TEST("remote-dma/wraps", test_wraps);
    return g_test_run();
}
