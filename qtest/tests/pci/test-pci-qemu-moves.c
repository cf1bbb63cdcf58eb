/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bridges move from a stock QEMU to our program and back: one stream fits both. */
#include <fcntl.h>

#include "hw-api/device/error.h"
#include "qtest/client/drivers/pci.h"
#include "qtest/tests/lib/machine-move.h"

#define PORT   PCI_ADDRESS(4, 0)
#define BRIDGE PCI_ON_BUS(1, 0, 0)

enum { SLOT_CONTROL = 0x6c, WORDS = 1024 };

static const char arguments[] = "-M pc-q35-7.2 -m 16 -nodefaults -S "
                                "-device pcie-root-port,id=rp,addr=4,chassis=1,slot=3 "
                                "-device pci-bridge,id=b,bus=rp,chassis_nr=1,shpc=off";

static ObClient *start(bool ours, const char *more)
{
    g_autofree char *all = g_strconcat(arguments, more, NULL);
    const ObStart start = { .program = g_getenv(ours ? "OB_HOST_PROGRAM" : "OB_PROGRAM"),
                            .accelerator = ours ? NULL : g_getenv("OB_ACCELERATOR"),
                            .arguments = all };
    HW_ERROR(error, 4096);
    ObClient *c = ob_client_start(&start, &error);

    g_assert_cmpstr(error.text, ==, "");
    return c;
}

static PciBus bus_of(ObClient *c)
{
    PciBus bus = pci_of_pc(c);

    bus.ecam = 0xb0000000;
    return bus;
}

/* A guest leaves numbers, windows, events of the slot, and a message's address. */
static void bridges_use(ObClient *c)
{
    PciBus ports = pci_of_pc(c);
    PciBus bus = bus_of(c);

    pci_config_write(&ports, 0, 0x60, 0xb0000001, 4);
    pci_bridge_open(&bus, PORT, 1, 2);
    pci_bridge_open(&bus, BRIDGE, 2, 2);
    pci_config_write(&bus, PORT, 0x24, 0x00210011, 4);
    pci_config_write(&bus, PORT, 0x28, 0x80, 4);
    pci_config_write(&bus, PORT, 0x2c, 0x81, 4);
    g_assert_true(pci_msix_on(&bus, PORT, 0, 0x41));
    pci_config_write(&bus, PORT, SLOT_CONTROL, 0x1f9, 2);
    g_assert_cmphex(pci_message_wait(&bus, 5000), ==, 0x41);
}

static void spaces_read(ObClient *c, uint32_t words[2 * WORDS])
{
    PciBus bus = bus_of(c);

    for (uint32_t i = 0; i < WORDS; i++) {
        words[i] = pci_config_read(&bus, PORT, 4 * i, 4);
        words[WORDS + i] = pci_config_read(&bus, BRIDGE, 4 * i, 4);
    }
}

static ObClient *start_either(void *ours, const char *more)
{
    return start(GPOINTER_TO_INT(ours), more);
}

static ObClient *move(ObClient *c, bool to_ours)
{
    return machine_move(c, start_either, GINT_TO_POINTER(to_ours));
}

static void assert_same(ObClient *c, const uint32_t before[2 * WORDS])
{
    uint32_t words[2 * WORDS] = { 0 };

    spaces_read(c, words);
    for (uint32_t i = 0; i < 2 * WORDS; i++) {
        g_test_message("%s: 0x%03x", i < WORDS ? "port" : "bridge", 4 * (i % WORDS));
        g_assert_cmphex(words[i], ==, before[i]);
    }
}

static void test_bridges_go_and_return(void)
{
    uint32_t words[2 * WORDS] = { 0 };
    ObClient *c = start(false, "");

    bridges_use(c);
    spaces_read(c, words);
    c = move(c, true);
    assert_same(c, words);
    c = move(c, false);
    assert_same(c, words);
    ob_client_quit(c);
}

static void test_bridges_begin_in_our_program(void)
{
    uint32_t words[2 * WORDS] = { 0 };
    ObClient *c = start(true, "");

    bridges_use(c);
    spaces_read(c, words);
    c = move(c, false);
    assert_same(c, words);
    c = move(c, true);
    assert_same(c, words);
    ob_client_quit(c);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pci/qemu-moves/bridges-go-to-our-program-and-return",
                    test_bridges_go_and_return);
    g_test_add_func("/pci/qemu-moves/bridges-begin-in-our-program",
                    test_bridges_begin_in_our_program);
    return g_test_run();
}
