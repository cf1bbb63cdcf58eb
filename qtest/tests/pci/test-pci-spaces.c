/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The configuration space of each function of our program.  A word has a value at start, after ones
 * and after zeros are written to it, and after a reset.  test-pci-qemu.c compares ports and bridges
 * with QEMU's.
 */
#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/client/drivers/pci.h"
#include "qtest/tests/lib/golden.h"

#define ECAM 0xb0000000

enum {
    SPACE = 4096,
    CONVENTIONAL = 256, /* bytes of a function without PCI Express */
    USED = 0x180,       /* no function's capabilities reach further */
    FIRST = 4,          /* device number */
};

static const char *const functions[] = {
    "pcie-root-port,id=rp,chassis=1,slot=3,port=2",
    "pcie-root-port,chassis=2,bus-reserve=3,io-reserve=0,mem-reserve=4M,pref64-reserve=8G",
    "pcie-root-port,chassis=3,io-reserve=4096,pref32-reserve=65536",
    "ioh3420,chassis=4,slot=4,port=1",
    "pci-bridge,chassis_nr=7,shpc=off",
    "i82801b11-bridge",
    "edu",
    "ne2k_pci",
    "virtio-net-pci",
    "bochs-display",
    "pvpanic-pci",
    "pci-idio-16",
    "pci-testdev",
    "ns16550a-pci",
    "pci-beacon",
    "sand-glass-pci",
};

static PciBus start(void)
{
    g_autoptr(GString) arguments = g_string_new("-M q35 -nodefaults");
    ObStart s = { .program = g_getenv("OB_PROGRAM") };
    HW_ERROR(error, 4096);
    ObClient *c;
    PciBus bus;

    for (uint32_t i = 0; i < G_N_ELEMENTS(functions); i++) {
        g_string_append_printf(arguments, " -device %s,addr=0x%x", functions[i], FIRST + i);
    }
    s.arguments = arguments->str;
    c = ob_client_start(&s, &error);
    g_assert_cmpstr(error.text, ==, "");
    bus = pci_of_pc(c);
    return bus;
}

static void ecam_open(PciBus *bus)
{
    bus->ecam = 0;
    pci_config_write(bus, 0, 0x60, ECAM | 1, 4);
    bus->ecam = ECAM;
}

static uint32_t word_after(const PciBus *bus, uint32_t address, uint32_t offset, uint32_t value)
{
    pci_config_write(bus, address, offset, value, 4);
    return pci_config_read(bus, address, offset, 4);
}

static uint32_t size_of(const uint32_t *words)
{
    return words[CONVENTIONAL / 4] == UINT32_MAX ? CONVENTIONAL : USED;
}

/* Words without a register keep what is written: they are left out. */
static void word_print(GString *text, const PciBus *bus, uint32_t address, uint32_t offset,
                       uint32_t start)
{
    uint32_t ones = word_after(bus, address, offset, UINT32_MAX);
    uint32_t zeros = word_after(bus, address, offset, 0);
    bool is_free = !start && ones == UINT32_MAX && !zeros;

    if (!is_free && (start || ones || zeros)) {
        g_string_append_printf(text, "%03x  %08x %08x %08x\n", offset, start, ones, zeros);
    }
}

static void space_print(GString *text, const PciBus *bus, uint32_t address, uint32_t *words)
{
    ob_client_memread(bus->client, ECAM + (uint64_t)address * SPACE, words, SPACE);
    for (uint32_t i = 0; i < size_of(words) / 4; i++) {
        word_print(text, bus, address, 4 * i, words[i]);
    }
}

/* After a reset: the words that differ from the start. */
static void changes_print(GString *text, const PciBus *bus, uint32_t address, const uint32_t *words)
{
    uint32_t now[SPACE / 4];

    ob_client_memread(bus->client, ECAM + (uint64_t)address * SPACE, now, SPACE);
    for (uint32_t i = 0; i < SPACE / 4; i++) {
        if (now[i] != words[i]) {
            g_string_append_printf(text, "%03x  %08x after a reset\n", 4 * i, now[i]);
        }
    }
}

static void test_spaces(void)
{
    PciBus bus = start();
    g_autoptr(GString) text = g_string_new(NULL);

    for (uint32_t i = 0; i < G_N_ELEMENTS(functions); i++) {
        uint32_t address = PCI_ADDRESS(FIRST + i, 0);
        uint32_t words[SPACE / 4];

        g_string_append_printf(text, "%s\n", functions[i]);
        ecam_open(&bus);
        space_print(text, &bus, address, words);
        ob_client_reset(bus.client);
        ecam_open(&bus);
        changes_print(text, &bus, address, words);
    }
    ob_client_quit(bus.client);
    golden_expect("pci-spaces.txt", text->str);
}

/* ----------------------------------------------------------------- boards */

typedef struct Board {
    const char *machine;
    const char *program; /* a variable of the environment */
    PciBus (*bus)(ObClient *client);
    uint32_t addresses[2]; /* its own functions; 0 and 0: there is one */
} Board;

static const Board boards[] = {
    { "pc", "OB_PROGRAM", pci_of_pc, { PCI_ADDRESS(0, 0), PCI_ADDRESS(1, 0) } },
    { "q35", "OB_PROGRAM", pci_of_pc, { PCI_ADDRESS(0, 0), PCI_ADDRESS(31, 0) } },
    { "virt", "OB_HOST_AARCH64", pci_of_virt, { PCI_ADDRESS(0, 0) } },
};

static PciBus board_start(const Board *board)
{
    g_autofree char *arguments = g_strconcat("-nodefaults -M ", board->machine, NULL);
    const ObStart s = { .program = g_getenv(board->program),
                        .arguments = arguments,
                        .accelerator = g_getenv("OB_ACCELERATOR") };
    HW_ERROR(error, 4096);
    ObClient *c = ob_client_start(&s, &error);

    g_assert_cmpstr(error.text, ==, "");
    return board->bus(c);
}

static void board_print(GString *text, const PciBus *bus, uint32_t address)
{
    uint32_t words[CONVENTIONAL / 4];

    for (uint32_t i = 0; i < G_N_ELEMENTS(words); i++) {
        words[i] = pci_config_read(bus, address, 4 * i, 4);
    }
    for (uint32_t i = 0; i < G_N_ELEMENTS(words); i++) {
        word_print(text, bus, address, 4 * i, words[i]);
    }
}

/* QEMU 7.2 writes the same file: OB_ACCELERATOR=tcg, and its programs. */
static void test_boards(void)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (uint32_t i = 0; i < G_N_ELEMENTS(boards); i++) {
        uint32_t count = boards[i].addresses[1] ? 2 : 1;

        for (uint32_t j = 0; j < count; j++) {
            PciBus bus = board_start(&boards[i]);

            g_string_append_printf(text, "%s, function 0x%02x\n", boards[i].machine,
                                   boards[i].addresses[j]);
            board_print(text, &bus, boards[i].addresses[j]);
            ob_client_quit(bus.client);
        }
    }
    golden_expect("pci-boards.txt", text->str);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pci/spaces/each-word-of-each-board", test_boards);
    g_test_add_func("/pci/spaces/each-word-of-each-function", test_spaces);
    return g_test_run();
}
