/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The client's PCI driver with functions that lack what a test asks for. */
#include "qtest/tests/pci/pci-host.h"

enum { BRIDGE = PCI_ADDRESS(0, 0), MSI = 0x05, MSIX = 0x11, EXPRESS = 0x10, SERIAL = 3 };

static void test_none(PciHost *f, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(pci_capability(&f->bus, BRIDGE, MSI), ==, 0);
    g_assert_cmphex(pci_extended_capability(&f->bus, BRIDGE, SERIAL), ==, 0);
    g_assert_false(pci_msi_on(&f->bus, BRIDGE, 1, 1));
    g_assert_false(pci_msix_on(&f->bus, BRIDGE, 0, 1));
    g_assert_false(pci_slot_power(&f->bus, BRIDGE, true));
    g_assert_cmphex(pci_bar_map(&f->bus, BRIDGE, 0).size, ==, 0);
    g_assert_cmphex(pci_message_wait(&f->bus, 0), ==, 0);
}

static void test_find(PciHost *f, gconstpointer data)
{
    (void)data;
    function_add(f, "lantern", "addr=4,id=a");
    function_add(f, "lantern", "addr=6,id=b");
    g_assert_cmphex(pci_find(&f->bus, LANTERN_VENDOR, LANTERN_DEVICE, 0), ==, PCI_ADDRESS(4, 0));
    g_assert_cmphex(pci_find(&f->bus, LANTERN_VENDOR, LANTERN_DEVICE, 1), ==, PCI_ADDRESS(6, 0));
    g_assert_cmphex(pci_find(&f->bus, LANTERN_VENDOR, LANTERN_DEVICE, 2), ==, PCI_NOT_FOUND);
    g_assert_cmphex(pci_find(&f->bus, LANTERN_VENDOR, 0xfffe, 0), ==, PCI_NOT_FOUND);
}

/* A port without a slot has the capability alone. */
static void test_no_slot(PciHost *f, gconstpointer data)
{
    uint32_t address;

    (void)data;
    function_add(f, "lantern-express", "addr=4,id=a");
    address = lantern_find(f, LANTERN_EXPRESS_DEVICE);
    g_assert_cmphex(pci_capability(&f->bus, address, EXPRESS), !=, 0);
    g_assert_false(pci_slot_power(&f->bus, address, true));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    PCI_TEST("/pci-driver/none/on-ports", "pc", test_none);
    PCI_TEST("/pci-driver/none/by-ecam", "virt", test_none);
    PCI_TEST("/pci-driver/find/by-index", "q35", test_find);
    PCI_TEST("/pci-driver/slot/express-without-one", "q35", test_no_slot);
    return g_test_run();
}
