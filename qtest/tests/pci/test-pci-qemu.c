/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A stock QEMU beside our machine: the same functions have the same bytes, and the client's
 * driver works with QEMU's own edu. */
#include "qtest/tests/pci/pci-host.h"

#define EDU_VENDOR    0x1234
#define EDU_DEVICE    0x11e8
#define EDU_ID        0x010000ed
#define EDU_RAISE     0x60
#define EDU_FIRST_MSI 0x40

static ObClient *qemu_start(const char *arguments)
{
    const ObStart start = { .program = g_getenv("OB_PROGRAM"),
                            .accelerator = g_getenv("OB_ACCELERATOR"),
                            .arguments = arguments };
    HW_ERROR(error, 4096);
    ObClient *c = ob_client_start(&start, &error);

    g_assert_cmpstr(error.text, ==, "");
    return c;
}

static void assert_same(const PciBus *ours, const PciBus *qemu, uint32_t address)
{
    for (uint32_t i = 0; i < 256; i += 4) {
        g_test_message("%02x.%x: 0x%02x", address >> 3, address & 7, i);
        g_assert_cmphex(pci_config_read(ours, address, i, 4), ==,
                        pci_config_read(qemu, address, i, 4));
    }
}

static void test_own_functions_have_qemus_bytes(PciHost *f, gconstpointer machine)
{
    bool is_pc = g_str_equal(machine, "pc");
    g_autofree char *arguments = g_strdup_printf("-M %s -nodefaults", (const char *)machine);
    ObClient *qemu = qemu_start(arguments);
    PciBus bus = pci_of_pc(qemu);

    assert_same(&f->bus, &bus, PCI_ADDRESS(0, 0));
    assert_same(&f->bus, &bus, is_pc ? PCI_ADDRESS(1, 0) : PCI_ADDRESS(31, 0));
    ob_client_quit(qemu);
}

static void test_driver_drives_qemus_edu(void)
{
    ObClient *qemu = qemu_start("-M pc -nodefaults -device edu,addr=5");
    PciBus bus = pci_of_pc(qemu);
    uint32_t edu = pci_find(&bus, EDU_VENDOR, EDU_DEVICE, 0);
    PciBar bar;

    g_assert_cmphex(edu, ==, PCI_ADDRESS(5, 0));
    bar = pci_bar_map(&bus, edu, 0);
    g_assert_cmphex(bar.size, ==, 0x100000);
    g_assert_cmphex(pci_bar_read(&bar, 0, 4), ==, EDU_ID);
    g_assert_true(pci_msi_on(&bus, edu, 1, EDU_FIRST_MSI));
    g_assert_false(pci_msix_on(&bus, edu, 0, 1));
    pci_bar_write(&bar, EDU_RAISE, 1, 4);
    g_assert_cmphex(pci_message_wait(&bus, 5000), ==, EDU_FIRST_MSI);
    ob_client_quit(qemu);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    PCI_TEST("/pci/qemu/own-functions-of-pc-have-its-bytes", "pc",
             test_own_functions_have_qemus_bytes);
    PCI_TEST("/pci/qemu/own-functions-of-q35-have-its-bytes", "q35",
             test_own_functions_have_qemus_bytes);
    g_test_add_func("/pci/qemu/driver-drives-its-edu", test_driver_drives_qemus_edu);
    return g_test_run();
}
