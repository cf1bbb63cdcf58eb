/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bridges: numbers of buses, windows, resets of the secondary bus, pins, and refusals. */
#include <string.h>

#include "hw-api/host/pci/bridge.h"
#include "qtest/tests/pci/pci-host.h"

#define PORT  PCI_ADDRESS(4, 0)
#define BELOW PCI_ON_BUS(1, 0, 0)

static uint32_t config(const PciHost *f, uint32_t address, uint32_t offset, uint32_t size)
{
    return pci_config_read(&f->bus, address, offset, size);
}

/* A port at device 4 with a function below it, on a bus with the number 1. */
static HwInstance *port_with(PciHost *f, const char *name, const char *options)
{
    HwInstance *instance;

    function_add(f, "pcie-root-port", "id=port,addr=4");
    instance = function_add(f, name, options);
    pci_bridge_open(&f->bus, PORT, 1, 1);
    return instance;
}

/* --------------------------------------------------------------------- numbers */

static void test_header_has_type_1(PciHost *f, gconstpointer data)
{
    (void)data;
    function_add(f, "pcie-root-port", "addr=4,chassis=2,slot=3,port=5");
    g_assert_cmphex(config(f, PORT, 0x00, 4), ==, 0x000c1b36);
    g_assert_cmphex(config(f, PORT, 0x08, 4), ==, 0x06040000);
    g_assert_cmphex(config(f, PORT, 0x0e, 1), ==, 0x01);
    g_assert_cmphex(config(f, PORT, 0x18, 4), ==, 0);
    g_assert_cmphex(config(f, PORT, 0x60, 4) >> 24, ==, 5);
    g_assert_cmphex(config(f, PORT, 0x68, 4) >> 19, ==, 3);
}

static void test_port_can_be_one_of_several_functions(PciHost *f, gconstpointer data)
{
    (void)data;
    function_add(f, "pcie-root-port", "addr=4.0,multifunction=on,slot=1");
    function_add(f, "pcie-root-port", "addr=4.1,slot=2,id=second");
    function_add(f, "lantern", "bus=second");
    g_assert_cmphex(config(f, PORT, 0x0e, 1), ==, 0x81);
    pci_bridge_open(&f->bus, PCI_ADDRESS(4, 1), 7, 7);
    g_assert_cmphex(config(f, PCI_ON_BUS(7, 0, 0), 0, 4), ==, 0xab011234);
}

static void test_function_answers_by_number(PciHost *f, gconstpointer data)
{
    (void)data;
    port_with(f, "lantern", "bus=port");
    g_assert_cmphex(config(f, BELOW, 0, 4), ==, 0xab011234);
    g_assert_cmphex(config(f, PCI_ON_BUS(1, 1, 0), 0, 4), ==, 0xffffffff);
    pci_config_write(&f->bus, PORT, 0x18, 0x00090900, 4);
    g_assert_cmphex(config(f, BELOW, 0, 4), ==, 0xffffffff);
    g_assert_cmphex(config(f, PCI_ON_BUS(9, 0, 0), 0, 4), ==, 0xab011234);
}

static void test_bus_without_number_does_not_answer(PciHost *f, gconstpointer data)
{
    (void)data;
    function_add(f, "pcie-root-port", "id=port,addr=4");
    function_add(f, "lantern", "bus=port");
    for (uint32_t bus = 1; bus < 256; bus++) {
        g_assert_cmphex(config(f, PCI_ON_BUS(bus, 0, 0), 0, 4), ==, 0xffffffff);
    }
    g_assert_cmphex(config(f, 0, 0, 4), !=, 0xab011234);
}

static void nest(PciHost *f)
{
    function_add(f, "pcie-root-port", "id=port,addr=4");
    function_add(f, "pci-bridge", "id=bridge,bus=port,chassis_nr=1");
    function_add(f, "lantern", "bus=bridge,addr=3,id=deep");
    pci_bridge_open(&f->bus, PORT, 1, 2);
    pci_bridge_open(&f->bus, BELOW, 2, 2);
}

static void test_bridges_nest(PciHost *f, gconstpointer data)
{
    PciBar bar;

    (void)data;
    nest(f);
    g_assert_cmphex(config(f, PCI_ON_BUS(2, 3, 0), 0, 4), ==, 0xab011234);
    bar = pci_bar_map(&f->bus, PCI_ON_BUS(2, 3, 0), 0);
    register_write(&bar, LANTERN_DATA, 0x1234);
    g_assert_cmphex(pci_bar_read(&bar, LANTERN_DATA, 4), ==, 0x1234);
    g_assert_cmphex(hw_pci(ob_host_find_device(f->host, "deep")->dev)
                        ->address(ob_host_find_device(f->host, "deep")->dev),
                    ==, PCI_ON_BUS(2, 3, 0));
}

static void test_range_of_numbers_ends(PciHost *f, gconstpointer data)
{
    (void)data;
    nest(f);
    pci_config_write(&f->bus, PORT, 0x1a, 1, 1); /* the last bus below the port */
    g_assert_cmphex(config(f, BELOW, 0, 4), ==, 0x00011b36);
    g_assert_cmphex(config(f, PCI_ON_BUS(2, 3, 0), 0, 4), ==, 0xffffffff);
}

/* ----------------------------------------------------------------------- reset */

static void test_bus_reset_resets_functions(PciHost *f, gconstpointer data)
{
    PciBar bar;

    (void)data;
    nest(f);
    bar = pci_bar_map(&f->bus, PCI_ON_BUS(2, 3, 0), 0);
    register_write(&bar, LANTERN_DATA, 7);
    g_assert_cmpuint(pci_bar_read(&bar, LANTERN_RESETS, 4), ==, 1);
    pci_config_write(&f->bus, PORT, 0x3e, 0x40, 2);
    g_assert_cmphex(config(f, PCI_ON_BUS(2, 3, 0), 0, 4), ==, 0xffffffff);
    pci_config_write(&f->bus, PORT, 0x3e, 0, 2);
    g_assert_cmphex(config(f, BELOW, 0x18, 4), ==, 0); /* the bridge below lost its numbers */
    pci_bridge_open(&f->bus, BELOW, 2, 2);
    g_assert_cmphex(config(f, PCI_ON_BUS(2, 3, 0), 4, 2), ==, 0);
    bar = pci_bar_map(&f->bus, PCI_ON_BUS(2, 3, 0), 0);
    g_assert_cmphex(pci_bar_read(&bar, LANTERN_DATA, 4), ==, 0);
    g_assert_cmpuint(pci_bar_read(&bar, LANTERN_RESETS, 4), ==, 2);
}

static void test_bus_reset_is_an_edge(PciHost *f, gconstpointer data)
{
    PciBar bar;

    (void)data;
    port_with(f, "lantern", "bus=port");
    bar = pci_bar_map(&f->bus, BELOW, 0);
    pci_config_write(&f->bus, PORT, 0x3e, 0x40, 2);
    pci_config_write(&f->bus, PORT, 0x3e, 0x43, 2);
    pci_config_write(&f->bus, PORT, 0x3e, 0x03, 2);
    bar = pci_bar_map(&f->bus, BELOW, 0);
    g_assert_cmpuint(pci_bar_read(&bar, LANTERN_RESETS, 4), ==, 2);
}

static void test_machine_reset_closes_bridges(PciHost *f, gconstpointer data)
{
    (void)data;
    port_with(f, "lantern", "bus=port");
    ob_client_reset(f->client);
    g_assert_cmphex(config(f, PORT, 0x18, 4), ==, 0);
    g_assert_cmphex(config(f, PORT, 0x1c, 2), ==, 0x00f0);
    g_assert_cmphex(config(f, PORT, 0x20, 4), ==, 0x0000fff0);
    g_assert_cmphex(config(f, PORT, 0x24, 4), ==, 0x0001fff1);
    g_assert_cmphex(config(f, BELOW, 0, 4), ==, 0xffffffff);
}

/* --------------------------------------------------------------------- windows */

static void assert_open(const PciBar *bar, bool open)
{
    register_write(bar, LANTERN_DATA, 0x5a5a);
    if (open) {
        g_assert_cmphex(pci_bar_read(bar, LANTERN_DATA, 4), ==, 0x5a5a);
    } else {
        g_assert_cmphex(pci_bar_read(bar, LANTERN_DATA, 4), ==, 0);
    }
}

static void test_memory_needs_a_window(PciHost *f, gconstpointer data)
{
    uint32_t range;
    PciBar bar;

    (void)data;
    port_with(f, "lantern", "bus=port");
    bar = pci_bar_map(&f->bus, BELOW, 0);
    range = config(f, PORT, 0x20, 4);
    assert_open(&bar, true);
    pci_config_write(&f->bus, PORT, 0x20, 0x0000fff0, 4); /* the limit is below the base */
    assert_open(&bar, false);
    pci_config_write(&f->bus, PORT, 0x20, range, 4);
    assert_open(&bar, true);
    pci_config_write(&f->bus, PORT, 0x20, range + 0x00100010, 4); /* 1 MiB further on */
    assert_open(&bar, false);
    pci_config_write(&f->bus, PORT, 0x20, range, 4);
    pci_command(&f->bus, PORT, 5); /* without memory */
    assert_open(&bar, false);
}

static void test_prefetchable_window_has_64_bits(PciHost *f, gconstpointer data)
{
    PciBar bar = { .bus = &f->bus, .address = UINT64_C(0x9000000000), .size = 0x1000 };

    (void)data;
    port_with(f, "lantern", "bus=port");
    pci_config_write(&f->bus, BELOW, 0x18, 0, 4); /* BAR 2: RAM */
    pci_config_write(&f->bus, BELOW, 0x1c, 0x90, 4);
    pci_command(&f->bus, BELOW, 2);
    pci_bar_write(&bar, 0, 0x77, 4);
    g_assert_cmphex(pci_bar_read(&bar, 0, 4), ==, 0);
    pci_config_write(&f->bus, PORT, 0x24, 0, 4);
    pci_config_write(&f->bus, PORT, 0x28, 0x90, 4);
    g_assert_cmphex(pci_bar_read(&bar, 0, 4), ==, 0);
    pci_config_write(&f->bus, PORT, 0x2c, 0x90, 4);
    pci_bar_write(&bar, 0, 0x77, 4);
    g_assert_cmphex(pci_bar_read(&bar, 0, 4), ==, 0x77);
}

static void test_window_cuts_a_bar(PciHost *f, gconstpointer data)
{
    PciBar bar = { .bus = &f->bus, .address = 0xe00f8000, .size = LANTERN_RAM_SIZE };

    (void)data;
    port_with(f, "lantern", "bus=port");
    pci_config_write(&f->bus, PORT, 0x20, 0xe000e000, 4); /* 1 MiB */
    pci_config_write(&f->bus, BELOW, 0x18, 0xe00f0000, 4);
    pci_config_write(&f->bus, BELOW, 0x1c, 0, 4);
    pci_command(&f->bus, BELOW, 2);
    pci_bar_write(&bar, 0x4, 0x11, 4);
    g_assert_cmphex(pci_bar_read(&bar, 0x4, 4), ==, 0x11);
    pci_config_write(&f->bus, PORT, 0x20, 0xe010e010, 4); /* the next MiB */
    g_assert_cmphex(pci_bar_read(&bar, 0x4, 4), ==, 0);
}

static void test_ports_need_a_window(PciHost *f, gconstpointer data)
{
    PciBar bar;

    (void)data;
    port_with(f, "lantern", "bus=port");
    bar = pci_bar_map(&f->bus, BELOW, 1);
    g_assert_true(bar.is_io);
    pci_bar_write(&bar, LANTERN_PORT, 0x99, 4);
    g_assert_cmphex(pci_bar_read(&bar, LANTERN_PORT, 4), ==, 0x99);
    pci_config_write(&f->bus, PORT, 0x1c, 0x00f0, 2);
    g_assert_cmphex(pci_bar_read(&bar, LANTERN_PORT, 4), ==, f->bus.io ? 0 : 0xffffffff);
}

/* The last to be mapped wins: a BAR beside the bridge, or the window. */
static void test_window_overlaps_a_bar(PciHost *f, gconstpointer data)
{
    uint32_t range;
    PciBar below, beside;

    (void)data;
    port_with(f, "lantern", "bus=port");
    function_add(f, "lantern", "addr=5");
    below = pci_bar_map(&f->bus, BELOW, 0);
    register_write(&below, LANTERN_DATA, 1);
    beside = pci_bar_map(&f->bus, PCI_ADDRESS(5, 0), 0);
    register_write(&beside, LANTERN_DATA, 2);
    pci_config_write(&f->bus, PCI_ADDRESS(5, 0), 0x10, (uint32_t)below.address, 4);
    g_assert_cmphex(pci_bar_read(&below, LANTERN_DATA, 4), ==, 2);
    range = config(f, PORT, 0x20, 4);
    pci_config_write(&f->bus, PORT, 0x20, range, 4);
    g_assert_cmphex(pci_bar_read(&below, LANTERN_DATA, 4), ==, 1);
}

/* Both windows of each bridge pass the same addresses, as after a reset of pci-bridge. */
static void test_chain_passes_addresses_twice(PciHost *f, gconstpointer data)
{
    enum { LENGTH = 40 };
    uint8_t last = 0;
    PciBar bar;

    (void)data;
    for (int i = 1; i <= LENGTH; i++) {
        g_autofree char *options = g_strdup_printf("id=b%d,chassis_nr=%d,addr=2,bus=%s%d", i, i,
                                                   i > 1 ? "b" : "pcie.", i - 1);
        function_add(f, "pci-bridge", options);
    }
    function_add(f, "lantern", "bus=b40,addr=3");
    for (; last < LENGTH; last++) {
        uint32_t bridge = PCI_ON_BUS(last, 2, 0);

        pci_bridge_open(&f->bus, bridge, last + 1, LENGTH);
        pci_config_write(&f->bus, bridge, 0x24, config(f, bridge, 0x20, 4), 4);
        pci_config_write(&f->bus, bridge, 0x28, 0, 4);
        pci_config_write(&f->bus, bridge, 0x2c, 0, 4);
    }
    bar = pci_bar_map(&f->bus, PCI_ON_BUS(LENGTH, 3, 0), 0);
    assert_open(&bar, true);
    pci_command(&f->bus, PCI_ON_BUS(20, 2, 0), 5);
    assert_open(&bar, false);
}

/* ------------------------------------------------------------------ interrupts */

static void assert_line(PciHost *f, const char *options, uint32_t address, uint32_t gsi)
{
    HwInstance *instance = function_add(f, "lantern", options);

    g_assert_cmphex(config(f, address, 0, 4), ==, 0xab011234);
    hw_irq_set(instance->dev, 0, true);
    g_assert_true(ob_client_irq_get(f->client, gsi));
    ob_host_remove_device(f->host, instance);
    g_assert_false(ob_client_irq_get(f->client, gsi));
}

/* INTA of device 4 is PIRQE, GSI 20; each device below turns it by one. */
static void test_bridge_turns_pins(PciHost *f, gconstpointer data)
{
    (void)data;
    function_add(f, "pcie-root-port", "id=port,addr=4");
    function_add(f, "pci-bridge", "id=bridge,bus=port,chassis_nr=1");
    pci_bridge_open(&f->bus, PORT, 1, 2);
    pci_bridge_open(&f->bus, BELOW, 2, 2);
    assert_line(f, "bus=bridge,addr=0", PCI_ON_BUS(2, 0, 0), 20);
    assert_line(f, "bus=bridge,addr=1", PCI_ON_BUS(2, 1, 0), 21);
    assert_line(f, "bus=bridge,addr=6", PCI_ON_BUS(2, 6, 0), 22);
    assert_line(f, "bus=bridge,addr=1f", PCI_ON_BUS(2, 31, 0), 23);
}

static void fault_note(void *opaque, uint32_t function, uint64_t address, bool is_write)
{
    (void)address;
    (void)is_write;
    *(uint32_t *)opaque = function;
}

static void test_faults_name_the_bus(PciHost *f, gconstpointer data)
{
    static const ObPciMapping nothing = { .size = 0 };
    uint32_t function = 0;
    PciBar bar;

    (void)data;
    port_with(f, "lantern", "bus=port");
    bar = pci_bar_map(&f->bus, BELOW, 0);
    pci_command(&f->bus, BELOW, 6);
    ob_pci_set_iommu(ob_host_pci(f->host), &nothing, 1, fault_note, &function);
    register_write(&bar, LANTERN_GO, 2);
    g_assert_cmphex(function, ==, BELOW);
}

/* -------------------------------------------------------------------- firmware */

static void test_firmware_opens_bridges(PciHost *f, gconstpointer data)
{
    (void)data;
    function_add(f, "pcie-root-port", "id=first,addr=4,slot=1");
    function_add(f, "pcie-root-port", "id=second,addr=5,slot=2");
    function_add(f, "pci-bridge", "id=bridge,bus=first,chassis_nr=1");
    function_add(f, "lantern", "bus=bridge,addr=2");
    ob_pci_assign(ob_host_pci(f->host));
    g_assert_cmphex(config(f, PORT, 0x18, 4), ==, 0x00020100);
    g_assert_cmphex(config(f, BELOW, 0x18, 4), ==, 0x00020201);
    g_assert_cmphex(config(f, PCI_ADDRESS(5, 0), 0x18, 4), ==, 0x00030300);
    g_assert_cmphex(config(f, PCI_ON_BUS(2, 2, 0), 4, 2), ==, 7);
    g_assert_cmphex(config(f, PCI_ON_BUS(2, 2, 0), 0x3c, 1), ==, 11);
    g_assert_cmphex(config(f, PORT, 0x1c, 2), ==, 0xc0c0);
    g_assert_cmphex(config(f, BELOW, 0x1c, 2), ==, 0xc0c0);
    g_assert_cmphex(config(f, PCI_ADDRESS(5, 0), 0x1c, 2), ==, 0xd0d0); /* for hot plug */
    for (uint32_t bar = 0; bar < 3; bar += 2) {
        PciBar where = { .bus = &f->bus,
                         .address = config(f, PCI_ON_BUS(2, 2, 0), 0x10 + 4 * bar, 4) & ~15u,
                         .size = 0x10 };

        pci_bar_write(&where, LANTERN_DATA, 0x42, 4);
        g_assert_cmphex(pci_bar_read(&where, LANTERN_DATA, 4), ==, 0x42);
    }
}

/* ------------------------------------------------------------------------ life */

static void test_bridge_takes_functions_away(PciHost *f, gconstpointer data)
{
    (void)data;
    nest(f);
    ob_host_remove_device(f->host, ob_host_find_device(f->host, "port"));
    g_assert_null(ob_host_find_device(f->host, "bridge"));
    g_assert_null(ob_host_find_device(f->host, "deep"));
    g_assert_cmphex(config(f, PORT, 0, 4), ==, 0xffffffff);
    nest(f);
}

static void test_refusals(PciHost *f, gconstpointer data)
{
    (void)data;
    function_add(f, "pcie-root-port", "id=port,addr=4,chassis=1,slot=2");
    function_refused(f, "lantern", "bus=pport", "Bus 'pport' not found");
    function_refused(f, "pcie-root-port", "chassis=1,slot=2", "Can't add chassis slot, error -16");
    function_add(f, "pcie-root-port", "chassis=2,slot=2");
    function_refused(f, "pci-bridge", "id=b",
                     "Bridge chassis not specified. Each bridge is required to be assigned a "
                     "unique chassis id > 0.");
    function_refused(f, "pci-bridge", "id=b,chassis_nr=1,shpc=on",
                     "b: shpc: invalid value 'on': expected off");
    function_refused(f, "pcie-root-port", "slot=3,pref32-reserve=1,pref64-reserve=1",
                     "PCI resource reserve cap: PREF32 and PREF64 conflict");
    function_refused(f, "pcie-root-port", "slot=3,mem-reserve=4294967296",
                     "PCI resource reserve cap: mem-reserve must be less than 4G");
    function_refused(f, "pcie-root-port", "slot=3,pref32-reserve=4294967296",
                     "PCI resource reserve cap: pref32-reserve must be less than 4G");
    g_assert_null(function_try(f, "pcie-root-port", "slot=8192"));
    g_assert_nonnull(strstr(f->text, "8191"));
    g_assert_null(function_try(f, "pci-bridge", "chassis_nr=256"));
    g_assert_nonnull(strstr(f->text, "255"));
    function_add(f, "pci-bridge", "id=b,chassis_nr=1,bus=port");
    function_refused(f, "lantern-express", "bus=b,id=e",
                     "e is a PCI Express function; bus 'b' of machine 'q35' is conventional");
    function_refused(f, "lantern", "bus=port,addr=0",
                     "PCI: slot 0 function 0 not available for lantern, in use by pci-bridge,id=b");
}

static void test_port_needs_an_express_bus(PciHost *f, gconstpointer data)
{
    (void)data;
    function_refused(f, "pcie-root-port", "id=port",
                     "port is a PCI Express function; bus 'pci.0' of machine 'pc' is "
                     "conventional");
    function_add(f, "pci-bridge", "id=bridge,chassis_nr=1,addr=4");
    function_add(f, "lantern", "bus=bridge,addr=1");
    pci_bridge_open(&f->bus, PORT, 1, 1);
    g_assert_cmphex(config(f, PCI_ON_BUS(1, 1, 0), 0, 4), ==, 0xab011234);
}

#define BRIDGE_TEST(name, function) PCI_TEST("/pci/bridge/" name, "q35", function)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    BRIDGE_TEST("header-has-type-1", test_header_has_type_1);
    BRIDGE_TEST("port-can-be-one-of-several-functions", test_port_can_be_one_of_several_functions);
    BRIDGE_TEST("function-answers-by-number", test_function_answers_by_number);
    PCI_TEST("/pci/bridge/function-answers-by-number-by-ecam", "virt",
             test_function_answers_by_number);
    BRIDGE_TEST("bus-without-number-does-not-answer", test_bus_without_number_does_not_answer);
    BRIDGE_TEST("bridges-nest", test_bridges_nest);
    PCI_TEST("/pci/bridge/bridges-nest-on-virt", "virt", test_bridges_nest);
    BRIDGE_TEST("range-of-numbers-ends", test_range_of_numbers_ends);
    BRIDGE_TEST("bus-reset-resets-functions", test_bus_reset_resets_functions);
    BRIDGE_TEST("bus-reset-is-an-edge", test_bus_reset_is_an_edge);
    BRIDGE_TEST("machine-reset-closes-bridges", test_machine_reset_closes_bridges);
    BRIDGE_TEST("memory-needs-a-window", test_memory_needs_a_window);
    BRIDGE_TEST("prefetchable-window-has-64-bits", test_prefetchable_window_has_64_bits);
    BRIDGE_TEST("window-cuts-a-bar", test_window_cuts_a_bar);
    BRIDGE_TEST("ports-need-a-window", test_ports_need_a_window);
    PCI_TEST("/pci/bridge/ports-need-a-window-on-virt", "virt", test_ports_need_a_window);
    BRIDGE_TEST("window-overlaps-a-bar", test_window_overlaps_a_bar);
    BRIDGE_TEST("chain-passes-addresses-twice", test_chain_passes_addresses_twice);
    BRIDGE_TEST("bridge-turns-pins", test_bridge_turns_pins);
    BRIDGE_TEST("faults-name-the-bus", test_faults_name_the_bus);
    BRIDGE_TEST("firmware-opens-bridges", test_firmware_opens_bridges);
    BRIDGE_TEST("bridge-takes-functions-away", test_bridge_takes_functions_away);
    BRIDGE_TEST("refusals", test_refusals);
    PCI_TEST("/pci/bridge/port-needs-an-express-bus", "pc", test_port_needs_an_express_bus);
    return g_test_run();
}
