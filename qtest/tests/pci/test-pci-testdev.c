/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pci-testdev in our program; through the bridge in stock QEMU, where QEMU's own does the same.
 * OB_PROGRAM names the program, OB_ARGUMENTS has its way to the device, OB_RELEASE is QEMU's.
 */
#include <string.h>

#include "qtest/client/drivers/pci.h"

enum { TEST = 0, OFFSET = 4, DATA = 8, COUNT = 12, NAME = 16 };

typedef struct Testdev {
    ObClient *c;
    PciBus bus;
    uint32_t count; /* such functions in the machine */
} Testdev;

typedef struct Expected {
    uint32_t bar, head, offset;
    uint32_t wide; /* bytes; a wider write to an odd port is split, and not in all releases alike */
    const char *name;
} Expected;

static const Expected memory = { 0, 0x0100, 0x800, 2, "mmio-no-eventfd" };
static const Expected ports = { 1, 0x0103, 0x83, 1, "portio-no-eventfd" };

static void set_up(Testdev *f, gconstpointer data)
{
    bool is_qemu = g_getenv("OB_RELEASE") != NULL;
    g_autofree char *arguments = g_strdup_printf(
        "-M pc -nodefaults %s %s", g_getenv("OB_ARGUMENTS"),
        is_qemu ? "-device outboard-pci-testdev -device pci-testdev" : "-device pci-testdev");
    const ObStart start = { .program = g_getenv("OB_PROGRAM"),
                            .accelerator = g_getenv("OB_ACCELERATOR"),
                            .arguments = arguments };
    HW_ERROR(error, 4096);

    (void)data;
    f->c = ob_client_start(&start, &error);
    g_assert_cmpstr(error.text, ==, "");
    f->bus = pci_of_pc(f->c);
    f->count = is_qemu ? 2 : 1;
}

static void tear_down(Testdev *f, gconstpointer data)
{
    (void)data;
    ob_client_quit(f->c);
}

/* Without a test the header is zero. */
static void function_check(Testdev *f, uint32_t index, const Expected *expected)
{
    uint32_t address = pci_find(&f->bus, 0x1b36, 0x0005, index);
    PciBar bar;

    g_assert_cmphex(address, !=, PCI_NOT_FOUND);
    bar = pci_bar_map(&f->bus, address, expected->bar);
    g_assert_cmphex(pci_bar_read(&bar, 0, 4), ==, 0);
    pci_bar_write(&bar, TEST, 0, 1);
    g_assert_cmphex(pci_bar_read(&bar, 0, 4), ==, expected->head);
    g_assert_cmphex(pci_bar_read(&bar, OFFSET, 4), ==, expected->offset);
    g_assert_cmphex(pci_bar_read(&bar, DATA, 4), ==, 0xfa);
    for (uint32_t i = 0; i <= strlen(expected->name); i++) {
        g_assert_cmpint((char)pci_bar_read(&bar, NAME + i, 1), ==, expected->name[i]);
    }
    pci_bar_write(&bar, expected->offset, 0xfa, 1);
    pci_bar_write(&bar, expected->offset, 0xfb, 1);
    pci_bar_write(&bar, expected->offset, 0xfa, expected->wide);
    g_assert_cmpuint(pci_bar_read(&bar, COUNT, 4), ==, 2);
    pci_bar_write(&bar, TEST, 0, 1);
    g_assert_cmpuint(pci_bar_read(&bar, COUNT, 4), ==, 0);
    pci_bar_write(&bar, TEST, 7, 1);
    g_assert_cmphex(pci_bar_read(&bar, 0, 4), ==, 0);
}

static void test_bar(Testdev *f, gconstpointer data)
{
    for (uint32_t i = 0; i < f->count; i++) {
        function_check(f, i, data);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/pci-testdev/memory/counts-writes", Testdev, &memory, set_up, test_bar, tear_down);
    g_test_add("/pci-testdev/ports/counts-writes", Testdev, &ports, set_up, test_bar, tear_down);
    return g_test_run();
}
