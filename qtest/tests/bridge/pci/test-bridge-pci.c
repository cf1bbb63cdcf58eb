/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PCI functions of the plugin pci-lab in a stock QEMU. */
#include "qtest/tests/bridge/pci/pci-lab.h"

/* ------------------------------------------------------------------- regions */

static void test_header(void)
{
    ObClient *c = pci_start("-device pci-lab,addr=4");

    g_assert_cmphex(pci_read(c, LAB, 0x00, 4), ==, 0x00f01b36);
    g_assert_cmphex(pci_read(c, LAB, 0x08, 4), ==, 0x08800003);
    g_assert_cmphex(pci_read(c, LAB, 0x2c, 4), ==, 0x56781234);
    g_assert_cmphex(pci_read(c, LAB, 0x3d, 1), ==, 1);
    ob_client_quit(c);
}

static uint32_t bar_mask(ObClient *c, uint32_t bar)
{
    pci_write(c, LAB, PCI_BAR_0 + 4 * bar, UINT32_MAX, 4);
    return pci_read(c, LAB, PCI_BAR_0 + 4 * bar, 4);
}

/* The least size that holds the regions, or the entry's. */
static void test_bars(void)
{
    ObClient *c = pci_start("-device pci-lab,addr=4");

    g_assert_cmphex(bar_mask(c, 0), ==, 0xffffe000);
    g_assert_cmphex(bar_mask(c, 1), ==, 0xfffffff1);
    g_assert_cmphex(bar_mask(c, 2), ==, 0xfffc000c);
    g_assert_cmphex(bar_mask(c, 3), ==, 0xffffffff);
    g_assert_cmphex(bar_mask(c, 4), ==, 0);
    g_assert_cmphex(bar_mask(c, 5), ==, 0);
    ob_client_quit(c);
}

static void test_regions(void)
{
    uint64_t bar;
    ObClient *c = lab_start(&bar);

    ob_client_writel(c, bar + DATA, 0x12345678);
    g_assert_cmphex(ob_client_readw(c, bar + DATA + 1), ==, 0x3456);
    ob_client_writeb(c, bar + CELL, 0x77);
    g_assert_cmphex(ob_client_readb(c, bar + CELL), ==, 0x77);
    ob_client_quit(c);
}

/* Ports, RAM and a ROM device, each in a BAR of its kind. */
static void test_kinds(void)
{
    uint64_t bar;
    ObClient *c = lab_start(&bar);
    uint64_t ports = pci_map(c, LAB, 1, 0), memory;

    pci_write(c, LAB, PCI_BAR_0 + 12, 0, 4);
    memory = pci_map(c, LAB, 2, 2);
    if (bridge_machine_is_pc()) {
        g_assert_cmphex(ob_client_inl(c, (uint16_t)ports), ==, 0x70727430);
        ob_client_outl(c, (uint16_t)(ports + 12), 0x1ff);
        g_assert_cmphex(ob_client_inl(c, (uint16_t)(ports + 12)), ==, 0xff);
    } else {
        g_assert_cmphex(ob_client_readl(c, ports), ==, 0x70727430);
    }
    ob_client_writeq(c, memory + 0xfff8, UINT64_C(0x1122334455667788));
    g_assert_cmphex(ob_client_readq(c, memory + 0xfff8), ==, UINT64_C(0x1122334455667788));
    g_assert_cmphex(ob_client_readl(c, memory + 0x10000), ==, 0x30);
    ob_client_writel(c, memory + 0x10000, 0xabc);
    g_assert_cmphex(ob_client_readl(c, memory + 0x10000), ==, 0xabc);
    ob_client_quit(c);
}

/* A BAR that moves leaves its old place. */
static void test_moves(void)
{
    uint64_t bar, moved;
    ObClient *c = lab_start(&bar);

    ob_client_writel(c, bar + DATA, 5);
    moved = pci_map(c, LAB, 0, 3);
    g_assert_cmphex(ob_client_readl(c, moved + DATA), ==, 5);
    pci_write(c, LAB, PCI_COMMAND, 0, 2);
    if (bridge_machine_is_pc()) {
        g_assert_cmphex(ob_client_readl(c, moved + DATA), !=, 5);
        g_assert_cmphex(ob_client_readl(c, bar + DATA), !=, 5);
    }
    ob_client_quit(c);
}

/* -------------------------------------------------------------- capabilities */

static void test_capability(void)
{
    uint64_t bar;
    ObClient *c = lab_start(&bar);
    uint32_t at = pci_find(c, LAB, 0x09);

    g_assert_cmpuint(at, !=, 0);
    g_assert_cmphex(pci_read(c, LAB, at + 2, 2), ==, 0x000c);
    g_assert_cmphex(pci_read(c, LAB, at + 4, 4), ==, 0x1234);
    pci_write(c, LAB, at + 4, 0xdeadbeef, 4);
    pci_write(c, LAB, at + 5, 0x77, 1);
    g_assert_cmphex(pci_read(c, LAB, at + 4, 4), ==, 0xdead77ef);
    pci_write(c, LAB, at + 8, 0x05, 1);
    g_assert_cmphex(pci_read(c, LAB, at + 8, 4), ==, 0x0a);
    pci_write(c, LAB, at, UINT32_MAX, 4); /* the header is read-only */
    g_assert_cmphex(pci_read(c, LAB, at, 1), ==, 0x09);
    ob_client_reset(c);
    g_assert_cmphex(pci_read(c, LAB, at + 4, 4), ==, 0x1234);
    g_assert_cmphex(pci_read(c, LAB, at + 8, 4), ==, 0x0f);
    ob_client_quit(c);
}

static void test_extended(void)
{
    uint64_t bar;
    ObClient *c = express_start(&bar);
    uint32_t vendor = pci_find_extended(c, LAB, 0x0b), serial = pci_find_extended(c, LAB, 0x03);

    g_assert_cmphex(vendor, ==, 0x100);
    g_assert_cmphex(serial, ==, 0x10c);
    g_assert_cmphex(pci_read(c, LAB, vendor, 4), ==, 0x10c1000b);
    g_assert_cmphex(pci_read(c, LAB, vendor + 4, 4), ==, 0x1234);
    pci_write(c, LAB, vendor + 4, 0xfeed, 4);
    g_assert_cmphex(pci_read(c, LAB, vendor + 4, 4), ==, 0xfeed);
    g_assert_cmphex(pci_read(c, LAB, serial + 4, 4), ==, 0x55667788);
    pci_write(c, LAB, serial + 8, 0xffff, 4);
    g_assert_cmphex(pci_read(c, LAB, serial + 8, 4), ==, 0x112233ff);
    g_assert_cmpuint(pci_find(c, LAB, PCI_EXPRESS), !=, 0);
    ob_client_quit(c);
}

/* ---------------------------------------------------------------------- life */

static void test_reset(void)
{
    uint64_t bar;
    ObClient *c = lab_start(&bar);
    uint32_t resets = ob_client_readl(c, bar + RESETS);

    g_assert_cmpuint(resets, >=, 1);
    ob_client_writel(c, bar + LINES, 1);
    ob_client_reset(c);
    g_assert_false(has_pin(c));
    g_assert_cmphex(pci_read(c, LAB, PCI_COMMAND, 2), ==, 0);
    bar = pci_map(c, LAB, 0, 0);
    g_assert_cmphex(ob_client_readl(c, bar + LINES), ==, 0);
    g_assert_cmpuint(ob_client_readl(c, bar + RESETS), ==, resets + 1);
    ob_client_quit(c);
}

static void test_function_reset(void)
{
    uint64_t bar;
    ObClient *c = express_start(&bar);
    uint32_t express = pci_find(c, LAB, PCI_EXPRESS);
    uint32_t resets = ob_client_readl(c, bar + RESETS);

    g_assert_cmphex(pci_read(c, LAB, express + 4, 4) & 0x10000000, !=, 0);
    ob_client_writel(c, bar + DATA, 1);
    pci_write(c, LAB, express + 8, 0x8000, 2);
    bar = pci_map(c, LAB, 0, 0);
    g_assert_cmphex(ob_client_readl(c, bar + DATA), ==, 0);
    g_assert_cmpuint(ob_client_readl(c, bar + RESETS), ==, resets + 1);
    ob_client_quit(c);
}

static void test_several(void)
{
    ObClient *c = pci_start(
        "-device pci-lab,addr=4.0,multifunction=on -device pci-lab-express,addr=4.1 "
        "-device pci-lab,addr=5,id=second");
    uint64_t first = pci_map(c, LAB, 0, 0), second = pci_map(c, PCI_SLOT(5), 0, 1);
    uint64_t part = pci_map(c, LAB + 1, 0, 2);

    ob_client_writel(c, first + DATA, 1);
    ob_client_writel(c, second + DATA, 2);
    ob_client_writel(c, part + DATA, 3);
    g_assert_cmpuint(ob_client_readl(c, first + DATA), ==, 1);
    g_assert_cmphex(ob_client_readl(c, first + PLACE), ==, LAB);
    g_assert_cmphex(ob_client_readl(c, part + PLACE), ==, LAB + 1);
    g_assert_cmphex(ob_client_readl(c, second + PLACE), ==, PCI_SLOT(5));
    g_assert_cmphex(pci_read(c, LAB, 0x0e, 1), ==, 0x80);
    ob_client_quit(c);
}

/* A guest stores any value anywhere, and BARs lie over RAM and each other.  A reset ends it. */
static void test_hostile(void)
{
    ObClient *c = pci_start("-device pci-lab,addr=4 -device pci-lab-express,addr=5");
    uint64_t bar;

    for (int i = 0; i < 3000; i++) {
        uint32_t size = 1u << g_test_rand_int_range(0, 3);
        uint32_t end = g_test_rand_bit() ? 0x100 : 0x40;
        uint32_t at = (uint32_t)g_test_rand_int_range(0, (gint32)end) & ~(size - 1);

        pci_write(c, PCI_SLOT(4 + (i & 1)), at, (uint32_t)g_test_rand_int(), size);
    }
    ob_client_reset(c);
    bar = pci_map(c, LAB, 0, 0);
    ob_client_writel(c, bar + DATA, 0x1357);
    g_assert_cmphex(ob_client_readl(c, bar + DATA), ==, 0x1357);
    ob_client_quit(c);
}

/* ------------------------------------------------------------------ refusals */

static void test_wrong_bus(void)
{
    bridge_machine_assert_refused(NULL,
                                  "-device pci-bridge,id=b,chassis_nr=1 "
                                  "-device pci-lab-express,bus=b,addr=1",
                                  "pci-lab-express: is a PCI Express function, and its bus is "
                                  "conventional PCI, expected a PCI Express bus");
}

static void test_slot_taken(void)
{
    bridge_machine_assert_refused(NULL, "-device pci-lab,addr=4 -device pci-lab,addr=4",
                                  "slot 4 function 0");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!bridge_machine_init()) {
        return 0;
    }
    g_test_add_func("/bridge-pci/header/is-that-of-the-table", test_header);
    g_test_add_func("/bridge-pci/bars/have-the-sizes-of-table-and-regions", test_bars);
    g_test_add_func("/bridge-pci/bars/may-have-several-regions", test_regions);
    g_test_add_func("/bridge-pci/bars/may-have-regions-of-each-kind", test_kinds);
    g_test_add_func("/bridge-pci/bars/move-and-go-off", test_moves);
    g_test_add_func("/bridge-pci/capabilities/have-registers", test_capability);
    g_test_add_func("/bridge-pci/capabilities/may-be-extended", test_extended);
    g_test_add_func("/bridge-pci/reset/of-the-machine-reaches-the-device", test_reset);
    g_test_add_func("/bridge-pci/reset/of-the-function-reaches-the-device", test_function_reset);
    g_test_add_func("/bridge-pci/instances/have-their-own-slots", test_several);
    g_test_add_func("/bridge-pci/hostile/any-configuration-is-harmless", test_hostile);
    g_test_add_func("/bridge-pci/refusals/express-function-on-conventional-bus", test_wrong_bus);
    g_test_add_func("/bridge-pci/refusals/slot-that-is-taken", test_slot_taken);
    return g_test_run();
}
