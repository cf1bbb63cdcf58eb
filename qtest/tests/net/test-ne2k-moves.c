/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QEMU's own ne2k_pci moves to ours in our program and back: one stream fits both. */
#include <string.h>

#include "devices/net/ne2k-regs.h"
#include "qtest/tests/lib/machine-move.h"
#include "qtest/tests/net/frame-wire.h"
#include "qtest/tests/net/ne2k-card.h"

enum { REGISTERS = 3 * 16, RAM_BYTES = 256 };

typedef struct Seen {
    uint8_t registers[REGISTERS]; /* pages 0, 1 and 2 */
    uint8_t prom[PROM_BYTES];
    uint8_t ram[RAM_BYTES];
} Seen;

static ObClient *start(bool ours, const char *more)
{
    g_autofree char *all = g_strconcat("-M pc-q35-7.2 -m 16 -nodefaults -device ne2k_pci,addr=4",
                                       ours ? ",netdev=t -netdev test,id=t" : ",romfile= -S", more,
                                       NULL);
    const ObStart start = { .program = g_getenv(ours ? "OB_HOST_PROGRAM" : "OB_PROGRAM"),
                            .accelerator = ours ? NULL : g_getenv("OB_ACCELERATOR"),
                            .arguments = all };
    HW_ERROR(error, 4096);
    ObClient *c = ob_client_start(&start, &error);

    g_assert_cmpstr(error.text, ==, "");
    return c;
}

static ObClient *start_either(void *ours, const char *more)
{
    return start(GPOINTER_TO_INT(ours), more);
}

static ObClient *move(ObClient *c, bool to_ours)
{
    return machine_move(c, start_either, GINT_TO_POINTER(to_ours));
}

/* The card that a guest has placed already. */
static Card card_found(PciBus *bus, const Card *card)
{
    Card found = *card;

    found.bus = bus;
    found.bar.bus = bus;
    return found;
}

/* The counters of QEMU's remote DMA are 0 while none is under way. */
static void see(const Card *card, Seen *seen)
{
    card_memory_read(card, 0, seen->prom, PROM_BYTES);
    card_memory_read(card, 0x4600, seen->ram, RAM_BYTES);
    for (uint8_t page = 0; page < 3; page++) {
        card_page(card, page);
        for (uint32_t port = 1; port < 16; port++) {
            seen->registers[16 * page + port] = card_read(card, port);
        }
    }
    card_page(card, 0);
}

static void assert_same(const Seen *before, const Card *card)
{
    /* QEMU's page 2 shows PSTART and PSTOP alone. */
    static const uint8_t shown[] = { BNRY, TPSR, ISR, RSAR0, RSAR1, RBCR0, RBCR1, RCR };
    Seen after = { 0 };

    see(card, &after);
    g_assert_cmpmem(after.prom, PROM_BYTES, before->prom, PROM_BYTES);
    g_assert_cmpmem(after.ram, RAM_BYTES, before->ram, RAM_BYTES);
    g_assert_cmpmem(after.registers + 16, 16, before->registers + 16, 16);
    for (size_t i = 0; i < sizeof(shown); i++) {
        g_test_message("register 0x%02x", shown[i]);
        g_assert_cmphex(after.registers[shown[i]], ==, before->registers[shown[i]]);
    }
    g_assert_cmphex(after.registers[32 + PSTART], ==, before->registers[32 + PSTART]);
    g_assert_cmphex(after.registers[32 + PSTOP], ==, before->registers[32 + PSTOP]);
}

static Card card_used(PciBus *bus)
{
    Card card = card_start(bus, 0, CARD_RING, CARD_RING_END);
    uint8_t bytes[RAM_BYTES];

    for (size_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (uint8_t)(i * 5 + 3);
    }
    card_memory_write(&card, 0x4600, bytes, sizeof(bytes));
    card_page(&card, 1);
    for (uint32_t i = 0; i < 8; i++) {
        card_write(&card, MAR0 + i, (uint8_t)(0x11 * i));
    }
    card_page(&card, 0);
    return card;
}

static void test_moves(void)
{
    const uint8_t mac[6] = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 };
    ObClient *c = start(false, "");
    PciBus bus = pci_of_pc(c);
    Card card = card_used(&bus);
    uint8_t frame[1514], got[2048];
    Seen before = { 0 };

    see(&card, &before);
    c = move(c, true);
    bus.client = c;
    card = card_found(&bus, &card);
    assert_same(&before, &card);
    json_decref(ob_client_qmp(c, "cont", NULL, NULL));
    frame_make(frame, sizeof(frame), mac, mac, 1);
    g_assert_true(ob_client_net_send(c, "t", frame, sizeof(frame)));
    g_assert_cmpuint(card_receive(&card, got), ==, sizeof(frame));
    g_assert_cmpmem(got, sizeof(frame), frame, sizeof(frame));
    see(&card, &before);
    c = move(c, false);
    bus.client = c;
    assert_same(&before, &card);
    ob_client_quit(c);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ne2k-moves/from-qemus-own-and-back", test_moves);
    return g_test_run();
}
