/* SPDX-License-Identifier: GPL-2.0-or-later */
/* BARs: sizes, decoding, overlaps, and what their regions answer. */
#include <inttypes.h>

#include "qtest/tests/pci/pci-host.h"

#define BUILTIN_PORTS 0x510 /* fw_cfg's */

static uint32_t add(PciHost *f)
{
    function_add(f, "lantern", "addr=4");
    return PCI_ADDRESS(4, 0);
}

static uint32_t sized(const PciHost *f, uint32_t number)
{
    uint32_t place = 0x10 + 4 * number;

    pci_config_write(&f->bus, PCI_ADDRESS(4, 0), place, 0xffffffff, 4);
    return pci_config_read(&f->bus, PCI_ADDRESS(4, 0), place, 4);
}

static void place(const PciHost *f, uint32_t number, uint64_t address)
{
    pci_config_write(&f->bus, PCI_ADDRESS(4, 0), 0x10 + 4 * number, (uint32_t)address, 4);
}

static void test_registers_show_size_and_kind(PciHost *f, gconstpointer data)
{
    (void)data;
    add(f);
    g_assert_cmphex(sized(f, 0), ==, 0xffffffe0); /* 28 bytes of registers */
    g_assert_cmphex(sized(f, 1), ==, 0xfffffff9);
    g_assert_cmphex(sized(f, 2), ==, 0xffff000c);
    g_assert_cmphex(sized(f, 3), ==, 0xffffffff);
    g_assert_cmphex(sized(f, 4), ==, 0);
    g_assert_cmphex(sized(f, 5), ==, 0);
}

static void test_registers_answer(PciHost *f, gconstpointer data)
{
    uint32_t address = add(f);
    PciBar bar = pci_bar_map(&f->bus, address, 0);

    (void)data;
    g_assert_cmphex(bar.size, ==, 0x20);
    pci_bar_write(&bar, LANTERN_DATA, 0x12345678, 4);
    g_assert_cmphex(pci_bar_read(&bar, LANTERN_DATA, 4), ==, 0x12345678);
    g_assert_cmphex(pci_bar_read(&bar, LANTERN_DATA + 1, 2), ==, 0x3456);
}

static void test_ports_answer(PciHost *f, gconstpointer data)
{
    uint32_t address = add(f);
    PciBar bar = pci_bar_map(&f->bus, address, 1);

    (void)data;
    g_assert_true(bar.is_io);
    pci_bar_write(&bar, LANTERN_PORT, 0xabcd0123, 4);
    g_assert_cmphex(pci_bar_read(&bar, LANTERN_PORT, 4), ==, 0xabcd0123);
}

static void test_ram_answers(PciHost *f, gconstpointer data)
{
    uint32_t address = add(f);
    PciBar bar = pci_bar_map(&f->bus, address, 2);

    (void)data;
    g_assert_cmphex(bar.size, ==, LANTERN_RAM_SIZE);
    pci_bar_write(&bar, LANTERN_RAM_SIZE - 8, UINT64_C(0x1122334455667788), 8);
    g_assert_cmphex(pci_bar_read(&bar, LANTERN_RAM_SIZE - 8, 8), ==, UINT64_C(0x1122334455667788));
}

static void test_64_bit_bar_goes_above_4_gib(PciHost *f, gconstpointer data)
{
    uint32_t address = add(f);
    PciBar bar;

    (void)data;
    f->bus.next_memory = UINT64_C(0x8000000000);
    bar = pci_bar_map(&f->bus, address, 2);
    pci_bar_write(&bar, 0, 0x77, 1);
    g_assert_cmphex(ob_client_readb(f->client, UINT64_C(0x8000000000)), ==, 0x77);
}

static void test_decoding_can_be_switched_off(PciHost *f, gconstpointer data)
{
    uint32_t address = add(f);
    PciBar bar = pci_bar_map(&f->bus, address, 0);

    (void)data;
    register_write(&bar, LANTERN_DATA, 5);
    pci_command(&f->bus, address, 0);
    g_assert_cmphex(pci_bar_read(&bar, LANTERN_DATA, 4), ==, 0);
    register_write(&bar, LANTERN_DATA, 6);
    pci_command(&f->bus, address, HW_PCI_COMMAND_MEMORY);
    g_assert_cmphex(pci_bar_read(&bar, LANTERN_DATA, 4), ==, 5);
}

static void test_bar_moves(PciHost *f, gconstpointer data)
{
    uint32_t address = add(f);
    PciBar bar = pci_bar_map(&f->bus, address, 0);

    (void)data;
    register_write(&bar, LANTERN_DATA, 5);
    place(f, 0, 0xf0000000);
    g_assert_cmphex(pci_bar_read(&bar, LANTERN_DATA, 4), ==, 0);
    g_assert_cmphex(ob_client_readl(f->client, 0xf0000000 + LANTERN_DATA), ==, 5);
}

/* Values that firmware writes to find the size, and addresses that wrap. */
static void test_some_addresses_do_not_answer(PciHost *f, gconstpointer data)
{
    static const uint32_t addresses[] = { 0, 0xffffffff, 0xffffffe0 };

    (void)data;
    add(f);
    pci_command(&f->bus, PCI_ADDRESS(4, 0), HW_PCI_COMMAND_MEMORY);
    for (size_t i = 0; i < G_N_ELEMENTS(addresses); i++) {
        place(f, 0, addresses[i]);
        g_assert_cmphex(ob_pci_unit(ob_host_pci(f->host), PCI_ADDRESS(4, 0))->bars[0].address, ==,
                        HW_PCI_UNMAPPED);
    }
    place(f, 0, 0xffffffc0);
    ob_client_writel(f->client, 0xffffffc0 + LANTERN_DATA, 9);
    g_assert_cmphex(ob_client_readl(f->client, 0xffffffc0 + LANTERN_DATA), ==, 9);
}

/* The place of a region for a crash's report: "memory 0xf0000000", or "none". */
static char *place_of_region(const PciHost *f, uint32_t index)
{
    const HwInstance *instance = ob_pci_unit(ob_host_pci(f->host), PCI_ADDRESS(4, 0))->instance;
    uint64_t address = 0;
    bool is_io = index == 0;

    if (!instance->bar_place(&instance->regions[index], &address, &is_io)) {
        return g_strdup("none");
    }
    return g_strdup_printf("%s 0x%" PRIx64, is_io ? "port" : "memory", address);
}

static void test_regions_know_their_places(PciHost *f, gconstpointer data)
{
    uint32_t address = add(f);
    g_autofree char *before = place_of_region(f, 0);
    g_autofree char *memory = NULL, *port = NULL, *after = NULL;

    (void)data;
    g_assert_cmpstr(before, ==, "none");
    pci_command(&f->bus, address, HW_PCI_COMMAND_MEMORY | HW_PCI_COMMAND_IO);
    place(f, 0, 0xf0000000);
    place(f, 1, 0xc000);
    memory = place_of_region(f, 0);
    port = place_of_region(f, 1);
    g_assert_cmpstr(memory, ==, "memory 0xf0000000");
    g_assert_cmpstr(port, ==, "port 0xc000");
    pci_command(&f->bus, address, HW_PCI_COMMAND_IO);
    after = place_of_region(f, 0);
    g_assert_cmpstr(after, ==, "none");
}

static void test_ram_hides_a_bar(PciHost *f, gconstpointer data)
{
    (void)data;
    add(f);
    ob_client_writel(f->client, 0x100000 + LANTERN_DATA, 0x1111);
    place(f, 0, 0x100000);
    pci_command(&f->bus, PCI_ADDRESS(4, 0), HW_PCI_COMMAND_MEMORY);
    g_assert_cmphex(ob_client_readl(f->client, 0x100000 + LANTERN_DATA), ==, 0x1111);
    ob_client_writel(f->client, 0x100000 + LANTERN_DATA, 0x2222);
    place(f, 0, 0xe0000000);
    g_assert_cmphex(ob_client_readl(f->client, 0xe0000000 + LANTERN_DATA), ==, 0);
}

/* The end of the RAM cuts the BAR in two. */
static void test_ram_hides_part_of_a_bar(PciHost *f, gconstpointer data)
{
    const uint64_t end = ob_host_ram_size(f->host);
    uint32_t address = add(f);

    (void)data;
    f->bus.next_memory = end - LANTERN_RAM_SIZE / 2;
    pci_config_write(&f->bus, address, 0x18, (uint32_t)(end & ~(LANTERN_RAM_SIZE - 1)), 4);
    pci_config_write(&f->bus, address, 0x1c, 0, 4);
    pci_command(&f->bus, address, HW_PCI_COMMAND_MEMORY);
    ob_client_writel(f->client, end - 4, 0x1111);
    ob_client_writel(f->client, end, 0x2222);
    g_assert_cmphex(ob_client_readl(f->client, end - 4), ==, 0x1111);
    g_assert_cmphex(ob_client_readl(f->client, end), ==, 0x2222);
    g_assert_cmphex(ob_client_readq(f->client, end - 4), ==, UINT64_C(0x222200001111));
}

static void test_later_bar_hides_an_earlier_one(PciHost *f, gconstpointer data)
{
    (void)data;
    function_add(f, "lantern", "addr=4");
    function_add(f, "lantern", "addr=5");
    for (uint32_t slot = 5; slot >= 4; slot--) {
        pci_config_write(&f->bus, PCI_ADDRESS(slot, 0), 0x10, 0xe0000000, 4);
        pci_command(&f->bus, PCI_ADDRESS(slot, 0), HW_PCI_COMMAND_MEMORY);
        ob_client_writel(f->client, 0xe0000000 + LANTERN_DATA, slot);
    }
    g_assert_cmphex(ob_client_readl(f->client, 0xe0000000 + LANTERN_DATA), ==, 4);
    pci_command(&f->bus, PCI_ADDRESS(4, 0), 0);
    g_assert_cmphex(ob_client_readl(f->client, 0xe0000000 + LANTERN_DATA), ==, 5);
    pci_command(&f->bus, PCI_ADDRESS(4, 0), HW_PCI_COMMAND_MEMORY);
    g_assert_cmphex(ob_client_readl(f->client, 0xe0000000 + LANTERN_DATA), ==, 4);
}

/* Among ports a BAR wins, as in QEMU. */
static void test_ports_bar_hides_the_machines_ports(PciHost *f, gconstpointer data)
{
    (void)data;
    add(f);
    place(f, 1, BUILTIN_PORTS);
    pci_command(&f->bus, PCI_ADDRESS(4, 0), HW_PCI_COMMAND_IO);
    ob_client_outl(f->client, BUILTIN_PORTS + LANTERN_PORT, 0x99);
    g_assert_cmphex(ob_client_inl(f->client, BUILTIN_PORTS + LANTERN_PORT), ==, 0x99);
    pci_command(&f->bus, PCI_ADDRESS(4, 0), 0);
    g_assert_cmphex(ob_client_inl(f->client, BUILTIN_PORTS + LANTERN_PORT), !=, 0x99);
}

/* virt's CPUs see the bus by windows alone. */
static void test_virt_has_windows(PciHost *f, gconstpointer data)
{
    (void)data;
    add(f);
    pci_command(&f->bus, PCI_ADDRESS(4, 0), HW_PCI_COMMAND_MEMORY);
    place(f, 0, 0x0c000000);
    ob_client_writel(f->client, 0x0c000000 + LANTERN_DATA, 3);
    g_assert_cmphex(ob_client_readl(f->client, 0x0c000000 + LANTERN_DATA), ==, 0);
    place(f, 0, 0x10000000);
    ob_client_writel(f->client, 0x10000000 + LANTERN_DATA, 3);
    g_assert_cmphex(ob_client_readl(f->client, 0x10000000 + LANTERN_DATA), ==, 3);
}

static void test_removed_function_leaves_nothing(PciHost *f, gconstpointer data)
{
    HwInstance *instance = function_add(f, "lantern", "addr=4");
    PciBar bar = pci_bar_map(&f->bus, PCI_ADDRESS(4, 0), 0);

    (void)data;
    register_write(&bar, LANTERN_DATA, 5);
    ob_host_remove_device(f->host, instance);
    g_assert_cmphex(pci_bar_read(&bar, LANTERN_DATA, 4), ==, 0);
    g_assert_cmphex(pci_config_read(&f->bus, PCI_ADDRESS(4, 0), 0, 4), ==, 0xffffffff);
}

static void test_reset_switches_decoding_off(PciHost *f, gconstpointer data)
{
    uint32_t address = add(f);
    PciBar bar = pci_bar_map(&f->bus, address, 0);

    (void)data;
    register_write(&bar, LANTERN_DATA, 5);
    ob_client_reset(f->client);
    g_assert_cmphex(pci_bar_read(&bar, LANTERN_DATA, 4), ==, 0);
    g_assert_cmphex(pci_config_read(&f->bus, address, 0x10, 4), ==, 0);
    g_assert_cmphex(pci_config_read(&f->bus, address, 0x18, 4), ==, 0xc);
    g_assert_cmphex(pci_config_read(&f->bus, address, 4, 2), ==, 0);
    bar = pci_bar_map(&f->bus, address, 0);
    g_assert_cmphex(pci_bar_read(&bar, LANTERN_DATA, 4), ==, 0);
    g_assert_cmphex(pci_bar_read(&bar, LANTERN_RESETS, 4), ==, 2);
}

static void test_function_level_reset(PciHost *f, gconstpointer data)
{
    uint32_t address = PCI_ADDRESS(4, 0);
    uint32_t express;
    PciBar bar;

    (void)data;
    function_add(f, "lantern-express", "addr=4");
    bar = pci_bar_map(&f->bus, address, 0);
    register_write(&bar, LANTERN_DATA, 5);
    express = pci_capability(&f->bus, address, 0x10);
    pci_config_write(&f->bus, address, express + 8, 0x8000, 2);
    g_assert_cmphex(pci_config_read(&f->bus, address, express + 8, 2), ==, 0);
    g_assert_cmphex(pci_config_read(&f->bus, address, 0x10, 4), ==, 0);
    bar = pci_bar_map(&f->bus, address, 0);
    g_assert_cmphex(pci_bar_read(&bar, LANTERN_DATA, 4), ==, 0);
    g_assert_cmphex(pci_bar_read(&bar, LANTERN_RESETS, 4), ==, 2);
}

static void test_firmware_places_bars(PciHost *f, gconstpointer data)
{
    (void)data;
    add(f);
    ob_pci_assign(ob_host_pci(f->host));
    g_assert_cmphex(pci_config_read(&f->bus, PCI_ADDRESS(4, 0), 4, 2), ==, 7);
    for (uint32_t i = 0; i < 3; i++) {
        g_assert_cmphex(ob_pci_unit(ob_host_pci(f->host), PCI_ADDRESS(4, 0))->bars[i].address, !=,
                        HW_PCI_UNMAPPED);
    }
}

/* SeaBIOS: PIRQA and PIRQB have line 10, the others line 11. */
static void test_firmware_routes_pins(PciHost *f, gconstpointer data)
{
    (void)data;
    add(f); /* INTA of slot 4: PIRQD */
    ob_pci_assign(ob_host_pci(f->host));
    g_assert_cmphex(pci_config_read(&f->bus, PCI_ADDRESS(1, 0), 0x60, 4), ==, 0x0b0b0a0a);
    g_assert_cmphex(pci_config_read(&f->bus, PCI_ADDRESS(4, 0), 0x3c, 1), ==, 11);
    hw_irq_set(ob_host_device_at(f->host, 0)->dev, 0, true);
    g_assert_true(ob_client_irq_get(f->client, 11));
}

static void test_firmware_leaves_an_empty_bus(PciHost *f, gconstpointer data)
{
    (void)data;
    ob_pci_assign(ob_host_pci(f->host));
    g_assert_cmphex(pci_config_read(&f->bus, PCI_ADDRESS(1, 0), 0x60, 4), ==, 0x80808080);
}

/* ---------------------------------------------------------------------- DMA */

static uint32_t transfer(const PciBar *bar, uint32_t address, uint32_t go)
{
    register_write(bar, LANTERN_ADDRESS, address);
    register_write(bar, LANTERN_GO, go);
    return (uint32_t)pci_bar_read(bar, LANTERN_RESULT, 4);
}

static void test_dma_needs_the_bus_master_bit(PciHost *f, gconstpointer data)
{
    uint32_t address = add(f);
    PciBar bar = pci_bar_map(&f->bus, address, 0);

    (void)data;
    ob_client_writel(f->client, 0x3000, 0x12345678);
    g_assert_cmpuint(transfer(&bar, 0x3000, 1), ==, 2);
    pci_command(&f->bus, address, HW_PCI_COMMAND_MEMORY | HW_PCI_COMMAND_MASTER);
    g_assert_cmpuint(transfer(&bar, 0x3000, 1), ==, 1);
    g_assert_cmphex(pci_bar_read(&bar, LANTERN_DATA, 4), ==, 0x12345678);
    g_assert_cmpuint(transfer(&bar, 0x4000, 2), ==, 1);
    g_assert_cmphex(ob_client_readl(f->client, 0x4000), ==, 0x12345678);
}

static void test_dma_to_registers_is_refused(PciHost *f, gconstpointer data)
{
    uint32_t address = add(f);
    PciBar bar = pci_bar_map(&f->bus, address, 0);

    (void)data;
    pci_command(&f->bus, address, HW_PCI_COMMAND_MEMORY | HW_PCI_COMMAND_MASTER);
    g_assert_cmpuint(transfer(&bar, (uint32_t)bar.address, 2), ==, 2);
    g_assert_cmpuint(transfer(&bar, 0xfffffffe, 1), ==, 2);
}

static void fault_note(void *opaque, uint32_t function, uint64_t address, bool is_write)
{
    g_string_append_printf(opaque, "%02x.%x %s %" G_GINT64_MODIFIER "x ", function >> 3,
                           function & 7, is_write ? "write" : "read", address);
}

static void test_iommu_translates_or_faults(PciHost *f, gconstpointer data)
{
    static const ObPciMapping rows[] = { { 0x80000000, 0x1000, 0x3000, false },
                                         { 0x80001000, 0x1000, 0x8000, true } };
    g_autoptr(GString) faults = g_string_new(NULL);
    uint32_t address = add(f);
    PciBar bar = pci_bar_map(&f->bus, address, 0);

    (void)data;
    pci_command(&f->bus, address, HW_PCI_COMMAND_MEMORY | HW_PCI_COMMAND_MASTER);
    ob_pci_set_iommu(ob_host_pci(f->host), rows, G_N_ELEMENTS(rows), fault_note, faults);
    ob_client_writel(f->client, 0x3010, 0x12345678);
    g_assert_cmpuint(transfer(&bar, 0x80000010, 1), ==, 1);
    g_assert_cmphex(pci_bar_read(&bar, LANTERN_DATA, 4), ==, 0x12345678);
    g_assert_cmpuint(transfer(&bar, 0x3010, 1), ==, 2);
    g_assert_cmpuint(transfer(&bar, 0x80001000, 2), ==, 2);
    g_assert_cmpuint(transfer(&bar, 0x80001000, 1), ==, 1);
    g_assert_cmpstr(faults->str, ==, "04.0 read 3010 04.0 write 80001000 ");
    ob_pci_set_iommu(ob_host_pci(f->host), NULL, 0, NULL, NULL);
    g_assert_cmpuint(transfer(&bar, 0x3010, 1), ==, 1);
}

/* The range has two pieces, which are apart in memory. */
static void test_iommu_cuts_a_transfer(PciHost *f, gconstpointer data)
{
    static const ObPciMapping rows[] = { { 0x80000000, 0x1000, 0x3000, false },
                                         { 0x80001000, 0x1000, 0x8000, false } };
    uint32_t address = add(f);
    PciBar bar = pci_bar_map(&f->bus, address, 0);

    (void)data;
    pci_command(&f->bus, address, HW_PCI_COMMAND_MEMORY | HW_PCI_COMMAND_MASTER);
    ob_pci_set_iommu(ob_host_pci(f->host), rows, G_N_ELEMENTS(rows), NULL, NULL);
    ob_client_writew(f->client, 0x3ffe, 0x1122);
    ob_client_writew(f->client, 0x8000, 0x3344);
    g_assert_cmpuint(transfer(&bar, 0x80000ffe, 1), ==, 1);
    g_assert_cmphex(pci_bar_read(&bar, LANTERN_DATA, 4), ==, 0x33441122);
    g_assert_cmpuint(transfer(&bar, 0x80001ffe, 1), ==, 2);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    PCI_TEST("/pci/bar/registers-show-size-and-kind", "pc", test_registers_show_size_and_kind);
    PCI_TEST("/pci/bar/registers-answer", "pc", test_registers_answer);
    PCI_TEST("/pci/bar/registers-answer-on-virt", "virt", test_registers_answer);
    PCI_TEST("/pci/bar/ports-answer", "pc", test_ports_answer);
    PCI_TEST("/pci/bar/ports-answer-on-virt", "virt", test_ports_answer);
    PCI_TEST("/pci/bar/ram-answers", "q35", test_ram_answers);
    PCI_TEST("/pci/bar/64-bit-bar-goes-above-4-gib", "pc", test_64_bit_bar_goes_above_4_gib);
    PCI_TEST("/pci/bar/64-bit-bar-goes-above-4-gib-on-virt", "virt",
             test_64_bit_bar_goes_above_4_gib);
    PCI_TEST("/pci/bar/decoding-can-be-switched-off", "pc", test_decoding_can_be_switched_off);
    PCI_TEST("/pci/bar/moves", "pc", test_bar_moves);
    PCI_TEST("/pci/bar/some-addresses-do-not-answer", "pc", test_some_addresses_do_not_answer);
    PCI_TEST("/pci/bar/regions-know-their-places", "pc", test_regions_know_their_places);
    PCI_TEST("/pci/bar/ram-hides-it", "pc", test_ram_hides_a_bar);
    PCI_TEST("/pci/bar/ram-hides-a-part", "pc", test_ram_hides_part_of_a_bar);
    PCI_TEST("/pci/bar/later-one-hides-an-earlier-one", "pc", test_later_bar_hides_an_earlier_one);
    PCI_TEST("/pci/bar/hides-the-machines-ports", "pc", test_ports_bar_hides_the_machines_ports);
    PCI_TEST("/pci/bar/virt-has-windows", "virt", test_virt_has_windows);
    PCI_TEST("/pci/bar/removed-function-leaves-nothing", "pc",
             test_removed_function_leaves_nothing);
    PCI_TEST("/pci/reset/switches-decoding-off", "pc", test_reset_switches_decoding_off);
    PCI_TEST("/pci/reset/function-level-reset", "q35", test_function_level_reset);
    PCI_TEST("/pci/bar/firmware-places-them", "pc", test_firmware_places_bars);
    PCI_TEST("/pci/pin/firmware-routes-it", "pc", test_firmware_routes_pins);
    PCI_TEST("/pci/pin/firmware-leaves-an-empty-bus", "pc", test_firmware_leaves_an_empty_bus);
    PCI_TEST("/pci/dma/needs-the-bus-master-bit", "pc", test_dma_needs_the_bus_master_bit);
    PCI_TEST("/pci/dma/iommu-translates-or-faults", "pc", test_iommu_translates_or_faults);
    PCI_TEST("/pci/dma/iommu-cuts-a-transfer", "pc", test_iommu_cuts_a_transfer);
    PCI_TEST("/pci/dma/to-registers-is-refused", "pc", test_dma_to_registers_is_refused);
    return g_test_run();
}
