/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Configuration space: the header, capabilities, and what a guest may write. */
#include "qtest/tests/pci/pci-host.h"

static uint32_t config(const PciHost *f, uint32_t offset, uint32_t size)
{
    return pci_config_read(&f->bus, lantern_find(f, LANTERN_DEVICE), offset, size);
}

static void test_header_has_the_table(PciHost *f, gconstpointer data)
{
    (void)data;
    function_add(f, "lantern", "addr=4");
    g_assert_cmphex(lantern_find(f, LANTERN_DEVICE), ==, PCI_ADDRESS(4, 0));
    g_assert_cmphex(config(f, 0x00, 4), ==, 0xab011234);
    g_assert_cmphex(config(f, 0x08, 4), ==, 0x00ff0007);
    g_assert_cmphex(config(f, 0x0e, 1), ==, 0x00);
    g_assert_cmphex(config(f, 0x2c, 4), ==, 0x11001af4);
    g_assert_cmphex(config(f, 0x3d, 1), ==, 1);
    g_assert_cmphex(config(f, 0x06, 2), ==, 0x0010);
}

static void test_own_subsystem(PciHost *f, gconstpointer data)
{
    (void)data;
    function_add(f, "lantern-express", "addr=4");
    g_assert_cmphex(pci_config_read(&f->bus, PCI_ADDRESS(4, 0), 0x2c, 4), ==, 0x22221111);
}

static void test_missing_function_reads_as_ones(PciHost *f, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(pci_config_read(&f->bus, PCI_ADDRESS(9, 0), 0, 4), ==, 0xffffffff);
    g_assert_cmphex(pci_config_read(&f->bus, PCI_ADDRESS(9, 0), 2, 2), ==, 0xffff);
    pci_config_write(&f->bus, PCI_ADDRESS(9, 0), 4, 7, 2);
}

static void test_narrow_reads_agree_with_wide(PciHost *f, gconstpointer data)
{
    (void)data;
    function_add(f, "lantern", "addr=4");
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t wide = config(f, i & ~3u, 4);

        g_assert_cmphex(config(f, i, 1), ==, wide >> 8 * (i & 3) & 0xff);
        g_assert_cmphex(config(f, i & ~1u, 2), ==, wide >> 8 * (i & 2) & 0xffff);
    }
}

static void test_header_keeps_its_bits(PciHost *f, gconstpointer data)
{
    uint32_t address;

    (void)data;
    function_add(f, "lantern", "addr=4");
    address = lantern_find(f, LANTERN_DEVICE);
    for (uint32_t i = 0; i < 0x40; i++) {
        pci_config_write(&f->bus, address, i, 0xff, 1);
    }
    g_assert_cmphex(config(f, 0x00, 4), ==, 0xab011234);
    g_assert_cmphex(config(f, 0x04, 2), ==, 0x0507);
    g_assert_cmphex(config(f, 0x06, 2), ==, 0x0010);
    g_assert_cmphex(config(f, 0x08, 4), ==, 0x00ff0007);
    g_assert_cmphex(config(f, 0x0c, 4), ==, 0x000000ff);
    g_assert_cmphex(config(f, 0x3c, 2), ==, 0x01ff);
}

static void test_conventional_space_ends_at_256(PciHost *f, gconstpointer data)
{
    (void)data;
    function_add(f, "lantern", "addr=4");
    g_assert_cmphex(config(f, 0x100, 4), ==, 0xffffffff);
    pci_config_write(&f->bus, PCI_ADDRESS(4, 0), 0x100, 0, 4);
    g_assert_cmphex(config(f, 0x100, 4), ==, 0xffffffff);
}

/* ------------------------------------------------------------- capabilities */

/* Each capability goes to the first free place and to the head of the list, as in QEMU. */
static void test_list_runs_from_the_last(PciHost *f, gconstpointer data)
{
    (void)data;
    function_add(f, "lantern", "addr=4");
    g_assert_cmphex(config(f, 0x34, 1), ==, 0x50);
    g_assert_cmphex(config(f, 0x50, 2), ==, 0x4009);
    g_assert_cmphex(config(f, 0x40, 2), ==, 0x0005);
    g_assert_cmphex(config(f, 0x42, 2), ==, 0x0084);
}

static void test_capability_is_registers(PciHost *f, gconstpointer data)
{
    uint32_t address, at;

    (void)data;
    function_add(f, "lantern", "addr=4");
    address = lantern_find(f, LANTERN_DEVICE);
    at = pci_capability(&f->bus, address, LANTERN_CAPABILITY);
    g_assert_cmphex(config(f, at, 4), ==, 0x000c4009);
    g_assert_cmphex(config(f, at + 4, 4), ==, 0x55);
    pci_config_write(&f->bus, address, at + 5, 0xaa, 1);
    g_assert_cmphex(config(f, at + 4, 4), ==, 0xaa55);
    pci_config_write(&f->bus, address, at + 8, 0xffffffff, 4);
    g_assert_cmphex(config(f, at + 8, 4), ==, 0);
    ob_client_reset(f->client);
    g_assert_cmphex(config(f, at + 4, 4), ==, 0x55);
}

static void test_guest_does_not_write_headers(PciHost *f, gconstpointer data)
{
    uint32_t address, at;

    (void)data;
    function_add(f, "lantern", "addr=4");
    address = lantern_find(f, LANTERN_DEVICE);
    at = pci_capability(&f->bus, address, LANTERN_CAPABILITY);
    pci_config_write(&f->bus, address, at, 0xffffffff, 4);
    pci_config_write(&f->bus, address, at + 1, 0xff, 1);
    g_assert_cmphex(config(f, at, 4), ==, 0x000c4009);
}

static void test_extended_capability(PciHost *f, gconstpointer data)
{
    uint32_t address = PCI_ADDRESS(4, 0);
    uint32_t at;

    (void)data;
    function_add(f, "lantern-express", "addr=4");
    at = pci_extended_capability(&f->bus, address, LANTERN_SERIAL);
    g_assert_cmphex(at, ==, 0x100);
    g_assert_cmphex(pci_config_read(&f->bus, address, at, 4), ==, 0x00010003);
    g_assert_cmphex(pci_config_read(&f->bus, address, at + 4, 4), ==, LANTERN_SERIAL_LOW);
    pci_config_write(&f->bus, address, at, 0, 4);
    g_assert_cmphex(pci_config_read(&f->bus, address, at, 4), ==, 0x00010003);
}

static void test_express_capability(PciHost *f, gconstpointer data)
{
    uint32_t address = PCI_ADDRESS(4, 0);
    uint32_t at;

    (void)data;
    function_add(f, "lantern-express", "addr=4");
    at = pci_capability(&f->bus, address, 0x10);
    g_assert_cmphex(at, !=, 0);
    /* Version 2, an endpoint of the root complex. */
    g_assert_cmphex(pci_config_read(&f->bus, address, at + 2, 2), ==, 0x0092);
    g_assert_cmphex(pci_config_read(&f->bus, address, at + 4, 4), ==, 0x10008000);
}

/* --------------------------------------------------------------- host bridge */

static void test_machine_has_its_own_functions(PciHost *f, gconstpointer machine)
{
    static const struct {
        const char *machine;
        uint32_t address;
        uint32_t ids;
        uint32_t class_code; /* with the revision */
    } rows[] = {
        { "pc", PCI_ADDRESS(0, 0), 0x12378086, 0x06000002 },
        { "pc", PCI_ADDRESS(1, 0), 0x70008086, 0x06010000 },
        { "q35", PCI_ADDRESS(0, 0), 0x29c08086, 0x06000000 },
        { "q35", PCI_ADDRESS(31, 0), 0x29188086, 0x06010002 },
        { "virt", PCI_ADDRESS(0, 0), 0x00081b36, 0x06000000 },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (g_str_equal(machine, rows[i].machine)) {
            g_assert_cmphex(pci_config_read(&f->bus, rows[i].address, 0, 4), ==, rows[i].ids);
            g_assert_cmphex(pci_config_read(&f->bus, rows[i].address, 8, 4), ==,
                            rows[i].class_code);
        }
    }
}

static void test_address_port_takes_whole_words(PciHost *f, gconstpointer data)
{
    (void)data;
    ob_client_outl(f->client, 0xcf8, 0x80000000);
    g_assert_cmphex(ob_client_inl(f->client, 0xcf8), ==, 0x80000000);
    ob_client_outb(f->client, 0xcf8, 0x12);
    ob_client_outw(f->client, 0xcfa, 0x1234);
    g_assert_cmphex(ob_client_inl(f->client, 0xcf8), ==, 0x80000000);
    g_assert_cmphex(ob_client_inw(f->client, 0xcfe), ==, 0x1237);
    ob_client_outl(f->client, 0xcf8, 0);
    g_assert_cmphex(ob_client_inl(f->client, 0xcfc), ==, 0xffffffff);
}

/* MCH: the guest chooses where ECAM lies, and how much of it. */
static void test_q35_moves_its_ecam(PciHost *f, gconstpointer data)
{
    const uint64_t bridge = UINT64_C(31) << 15;

    (void)data;
    g_assert_cmphex(ob_client_readl(f->client, 0xb0000000), ==, 0);
    pci_config_write(&f->bus, 0, 0x60, 0xb0000001, 4);
    g_assert_cmphex(ob_client_readl(f->client, 0xb0000000), ==, 0x29c08086);
    g_assert_cmphex(ob_client_readl(f->client, 0xb0000000 + bridge), ==, 0x29188086);
    pci_config_write(&f->bus, 0, 0x60, 0xd8000003, 4); /* 128 MiB */
    g_assert_cmphex(ob_client_readl(f->client, 0xb0000000), ==, 0);
    g_assert_cmphex(ob_client_readl(f->client, 0xd8000000), ==, 0x29c08086);
    g_assert_cmphex(ob_client_readl(f->client, 0xdffffffc), ==, 0xffffffff);
    g_assert_cmphex(ob_client_readl(f->client, 0xe0000000), ==, 0);
    ob_client_reset(f->client);
    g_assert_cmphex(ob_client_readl(f->client, 0xd8000000), ==, 0);
}

/* MCH: the lock closes SMRAM, and ends at a reset. */
static void test_q35_locks_smram(PciHost *f, gconstpointer data)
{
    (void)data;
    pci_config_write(&f->bus, 0, 0x9d, 0x40, 1);
    g_assert_cmphex(pci_config_read(&f->bus, 0, 0x9d, 1), ==, 0x42);
    pci_config_write(&f->bus, 0, 0x9d, 0xff, 1);
    g_assert_cmphex(pci_config_read(&f->bus, 0, 0x9d, 1), ==, 0x3a);
    pci_config_write(&f->bus, 0, 0x9d, 0x40, 1);
    g_assert_cmphex(pci_config_read(&f->bus, 0, 0x9d, 1), ==, 0x1a);
    pci_config_write(&f->bus, 0, 0x9e, 0xff, 1);
    g_assert_cmphex(pci_config_read(&f->bus, 0, 0x9e, 1), ==, 0x38);
    ob_client_reset(f->client);
    pci_config_write(&f->bus, 0, 0x9d, 0x40, 1);
    g_assert_cmphex(pci_config_read(&f->bus, 0, 0x9d, 1), ==, 0x42);
    pci_config_write(&f->bus, 0, 0x9e, 0xff, 1);
    g_assert_cmphex(pci_config_read(&f->bus, 0, 0x9e, 1), ==, 0xbf);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    PCI_TEST("/pci/config/header-has-the-table", "pc", test_header_has_the_table);
    PCI_TEST("/pci/config/header-has-the-table-by-ecam", "virt", test_header_has_the_table);
    PCI_TEST("/pci/config/own-subsystem", "q35", test_own_subsystem);
    PCI_TEST("/pci/config/missing-function-reads-as-ones", "pc",
             test_missing_function_reads_as_ones);
    PCI_TEST("/pci/config/missing-function-reads-as-ones-by-ecam", "virt",
             test_missing_function_reads_as_ones);
    PCI_TEST("/pci/config/narrow-reads-agree-with-wide", "pc", test_narrow_reads_agree_with_wide);
    PCI_TEST("/pci/config/header-keeps-its-bits", "pc", test_header_keeps_its_bits);
    PCI_TEST("/pci/config/conventional-space-ends-at-256", "virt",
             test_conventional_space_ends_at_256);
    PCI_TEST("/pci/config/list-runs-from-the-last-capability", "pc", test_list_runs_from_the_last);
    PCI_TEST("/pci/config/capability-is-registers", "pc", test_capability_is_registers);
    PCI_TEST("/pci/config/guest-does-not-write-headers", "pc", test_guest_does_not_write_headers);
    PCI_TEST("/pci/config/extended-capability", "virt", test_extended_capability);
    PCI_TEST("/pci/config/express-capability", "q35", test_express_capability);
    PCI_TEST("/pci/machine/pc-has-its-own-functions", "pc", test_machine_has_its_own_functions);
    PCI_TEST("/pci/machine/q35-has-its-own-functions", "q35", test_machine_has_its_own_functions);
    PCI_TEST("/pci/machine/virt-has-its-own-functions", "virt", test_machine_has_its_own_functions);
    PCI_TEST("/pci/machine/address-port-takes-whole-words", "pc",
             test_address_port_takes_whole_words);
    PCI_TEST("/pci/machine/q35-moves-its-ecam", "q35", test_q35_moves_its_ecam);
    PCI_TEST("/pci/machine/q35-locks-smram", "q35", test_q35_locks_smram);
    return g_test_run();
}
