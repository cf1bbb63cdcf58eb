/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The device in a host that has no CPU: the test is the guest.  OB_PLUGIN is the plugin's path.
 * OB_HOST is the host's program, by default outboard-system-x86_64.
 */
#include <glib.h>
#include <qtest/client/drivers/pci.h>

#define VENDOR  0x1234
#define DEVICE  0xbec0
#define COMMAND 6 /* memory decoding, bus master */

#define CTRL    0x4
#define STATUS  0x8
#define TARGET  0x10

#define ENABLE  1u
#define RING    2u
#define PENDING 1u
#define FAILED  2u

#define MESSAGE 0x4d
#define BUFFER  0x8000 /* in RAM */

typedef struct Guest {
    ObClient *c;
    PciBus bus;
    uint32_t address;
    PciBar regs;
} Guest;

static void guest_set_up(Guest *g, gconstpointer data)
{
    const char *program = g_getenv("OB_HOST");
    g_autofree char *arguments = g_strdup_printf("-machine q35 -plugin-set '%s' -device %name%",
                                                 g_getenv("OB_PLUGIN"));
    ObStart start = { .program = program ? program : "outboard-system-x86_64",
                      .arguments = arguments };
    HW_ERROR(error, 1024);

    (void)data;
    g->c = ob_client_start(&start, &error);
    g_assert_cmpstr(error.text, ==, "");
    g->bus = pci_of_pc(g->c);
    g->address = pci_find(&g->bus, VENDOR, DEVICE, 0);
    g_assert_cmphex(g->address, !=, PCI_NOT_FOUND);
    g->regs = pci_bar_map(&g->bus, g->address, 0);
}

static void guest_tear_down(Guest *g, gconstpointer data)
{
    (void)data;
    ob_client_quit(g->c);
}

static void test_ring_stores_the_count(Guest *g, gconstpointer data)
{
    (void)data;
    pci_command(&g->bus, g->address, COMMAND);
    pci_bar_write(&g->regs, TARGET, BUFFER, 4);
    pci_bar_write(&g->regs, CTRL, RING, 4);
    pci_bar_write(&g->regs, CTRL, RING, 4);
    g_assert_cmphex(ob_client_readl(g->c, BUFFER), ==, 2);
}

static void test_ring_fails_without_bus_master(Guest *g, gconstpointer data)
{
    (void)data;
    pci_command(&g->bus, g->address, COMMAND & ~4);
    pci_bar_write(&g->regs, TARGET, BUFFER, 4);
    pci_bar_write(&g->regs, CTRL, RING, 4);
    g_assert_cmphex(pci_bar_read(&g->regs, STATUS, 4), ==, PENDING | FAILED);
    g_assert_cmphex(ob_client_readl(g->c, BUFFER), ==, 0);
}

static void test_ring_sends_a_message(Guest *g, gconstpointer data)
{
    (void)data;
    pci_command(&g->bus, g->address, COMMAND);
    g_assert_true(pci_msi_on(&g->bus, g->address, 1, MESSAGE));
    pci_bar_write(&g->regs, CTRL, ENABLE | RING, 4);
    g_assert_cmphex(pci_message_wait(&g->bus, 1000), ==, MESSAGE);
}

#define TEST(path, function) g_test_add(path, Guest, NULL, guest_set_up, function, guest_tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("/pci-beacon/ring/stores-the-count", test_ring_stores_the_count);
    TEST("/pci-beacon/ring/fails-without-bus-master", test_ring_fails_without_bus_master);
    TEST("/pci-beacon/ring/sends-a-message", test_ring_sends_a_message);
    return g_test_run();
}
