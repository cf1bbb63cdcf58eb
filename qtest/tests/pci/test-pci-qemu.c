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
    g_autofree char *arguments = g_strdup_printf("-M %s -nodefaults -m %uM", (const char *)machine,
                                                 (unsigned)(ob_host_ram_size(f->host) >> 20));
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

/* ------------------------------------------------------------------ bridges */

/* QEMU's ports plug by PCI Express alone, as ours do. */
#define MACHINE "pc-q35-7.2"
#define NATIVE \
    "-M " MACHINE " -nodefaults -S -global ICH9-LPC.acpi-pci-hotplug-with-bridge-support=off "
#define PORT  PCI_ADDRESS(4, 0)
#define BELOW PCI_ON_BUS(1, 0, 0)
#define SLOT  (0x54 + 0x18)

static PciBus ecam_open(ObClient *client)
{
    PciBus bus = pci_of_pc(client);

    pci_config_write(&bus, 0, 0x60, 0xb0000001, 4);
    bus.ecam = 0xb0000000;
    return bus;
}

/* QEMU's ioh3420 aborts if a guest allows more messages than it has, with MSI off. */
static bool ends_qemu(uint32_t address, uint32_t offset)
{
    return address == PCI_ADDRESS(6, 0) && offset == 0x60;
}

/* Both spaces, to which the same is written. */
static void spaces_compare(const PciBus *ours, const PciBus *qemu, uint32_t address)
{
    static const uint32_t values[] = { UINT32_MAX, 0, 0x5a5a5a5a };

    for (uint32_t i = 0; i < 4096; i += 4) {
        g_test_message("%02x.%x: 0x%02x", address >> 3, address & 7, i);
        g_assert_cmphex(pci_config_read(ours, address, i, 4), ==,
                        pci_config_read(qemu, address, i, 4));
        for (size_t v = 0; v < G_N_ELEMENTS(values); v++) {
            if (ends_qemu(address, i) && v == 2) {
                continue;
            }
            pci_config_write(ours, address, i, values[v], 4);
            pci_config_write(qemu, address, i, values[v], 4);
            g_assert_cmphex(pci_config_read(ours, address, i, 4), ==,
                            pci_config_read(qemu, address, i, 4));
        }
    }
}

/* Bridges at devices 4 to 7. */
static const uint32_t bridges[] = { PCI_ADDRESS(4, 0), PCI_ADDRESS(5, 0), PCI_ADDRESS(6, 0),
                                    PCI_ADDRESS(7, 0) };

static void test_bridges_have_qemus_registers(PciHost *f, gconstpointer machine)
{
    ObClient *qemu = qemu_start(NATIVE "-device pcie-root-port,addr=4,chassis=1,slot=3,port=2 "
                                       "-device pci-bridge,addr=5,chassis_nr=7,shpc=off "
                                       "-device ioh3420,addr=6,chassis=1,slot=4,port=1 "
                                       "-device i82801b11-bridge,addr=7");
    PciBus ours, theirs;

    (void)machine;
    function_add(f, "ioh3420", "addr=6,chassis=1,slot=4,port=1");
    function_add(f, "i82801b11-bridge", "addr=7");
    function_add(f, "pcie-root-port", "addr=4,chassis=1,slot=3,port=2");
    function_add(f, "pci-bridge", "addr=5,chassis_nr=7,shpc=off");
    ours = ecam_open(f->client);
    theirs = ecam_open(qemu);
    for (size_t i = 0; i < G_N_ELEMENTS(bridges); i++) {
        spaces_compare(&ours, &theirs, bridges[i]);
    }
    ob_client_reset(f->client);
    ob_client_reset(qemu);
    ours = ecam_open(f->client);
    theirs = ecam_open(qemu);
    for (uint32_t i = 0; i < G_N_ELEMENTS(bridges) * 4096; i += 4) {
        uint32_t bridge = bridges[i / 4096];

        g_test_message("after reset: %02x.%x: 0x%02x", bridge >> 3, bridge & 7, i % 4096);
        g_assert_cmphex(pci_config_read(&ours, bridge, i % 4096, 4), ==,
                        pci_config_read(&theirs, bridge, i % 4096, 4));
    }
    ob_client_quit(qemu);
}

/* Firmware reads there what it shall keep for later functions.  A port without I/O has no window for it. */
static void test_ports_reserve_as_qemus(PciHost *f, gconstpointer machine)
{
    ObClient *qemu = qemu_start(NATIVE
                                "-device pcie-root-port,addr=4,chassis=1,bus-reserve=3,"
                                "io-reserve=0,mem-reserve=4194304,pref64-reserve=8589934592 "
                                "-device pcie-root-port,addr=5,chassis=2,pref32-reserve=65536");
    PciBus ours, theirs;

    (void)machine;
    function_add(f, "pcie-root-port",
                 "addr=4,chassis=1,bus-reserve=3,io-reserve=0,"
                 "mem-reserve=4194304,pref64-reserve=8589934592");
    function_add(f, "pcie-root-port", "addr=5,chassis=2,pref32-reserve=65536");
    ours = ecam_open(f->client);
    theirs = ecam_open(qemu);
    spaces_compare(&ours, &theirs, bridges[0]);
    spaces_compare(&ours, &theirs, bridges[1]);
    ob_client_quit(qemu);
}

/* The client opens QEMU's bridges, one behind the other. */
static void test_driver_opens_qemus_bridges(void)
{
    ObClient *qemu = qemu_start(NATIVE "-device pcie-root-port,id=rp,addr=4 "
                                       "-device pci-bridge,id=b,bus=rp,chassis_nr=1,shpc=off "
                                       "-device edu,bus=b,addr=3");
    PciBus bus = pci_of_pc(qemu);
    PciBar bar;

    pci_bridge_open(&bus, PORT, 1, 2);
    pci_bridge_open(&bus, BELOW, 2, 2);
    bar = pci_bar_map(&bus, PCI_ON_BUS(2, 3, 0), 0);
    g_assert_cmphex(pci_bar_read(&bar, 0, 4), ==, EDU_ID);
    g_assert_true(pci_msi_on(&bus, PCI_ON_BUS(2, 3, 0), 1, EDU_FIRST_MSI));
    pci_bar_write(&bar, EDU_RAISE, 1, 4);
    g_assert_cmphex(pci_message_wait(&bus, 5000), ==, EDU_FIRST_MSI);
    ob_client_quit(qemu);
}

static void slots_compare(const PciHost *f, const PciBus *qemu, const char *step)
{
    g_test_message("%s", step);
    g_assert_cmphex(pci_config_read(&f->bus, PORT, SLOT, 4), ==,
                    pci_config_read(qemu, PORT, SLOT, 4));
    g_assert_cmphex(pci_config_read(&f->bus, PORT, SLOT - 6, 2), ==,
                    pci_config_read(qemu, PORT, SLOT - 6, 2));
    g_assert_cmpint(pci_config_read(&f->bus, BELOW, 0, 4) == UINT32_MAX, ==,
                    pci_config_read(qemu, BELOW, 0, 4) == UINT32_MAX);
}

static void both_write(const PciHost *f, const PciBus *qemu, uint32_t offset, uint32_t value)
{
    pci_config_write(&f->bus, PORT, offset, value, 2);
    pci_config_write(qemu, PORT, offset, value, 2);
}

static void both_add(PciHost *f, ObClient *qemu)
{
    function_add(f, "lantern", "bus=rp,id=card");
    json_decref(
        ob_client_qmp(qemu, "device_add",
                      json_pack("{s:s, s:s, s:s}", "driver", "edu", "bus", "rp", "id", "card"),
                      NULL));
}

static void both_ask(PciHost *f, ObClient *qemu)
{
    g_assert_true(ob_host_unplug(f->host, ob_host_find_device(f->host, "card"), &f->error));
    json_decref(ob_client_qmp(qemu, "device_del", json_pack("{s:s}", "id", "card"), NULL));
}

static void test_slot_behaves_as_qemus(PciHost *f, gconstpointer machine)
{
    ObClient *qemu = qemu_start(NATIVE "-device pcie-root-port,id=rp,addr=4");
    PciBus bus = pci_of_pc(qemu);

    (void)machine;
    function_add(f, "pcie-root-port", "id=rp,addr=4");
    ob_host_set_hot(f->host);
    pci_bridge_open(&f->bus, PORT, 1, 1);
    pci_bridge_open(&bus, PORT, 1, 1);
    slots_compare(f, &bus, "empty");
    both_add(f, qemu);
    slots_compare(f, &bus, "plugged in");
    both_ask(f, qemu);
    json_decref(ob_client_qmp_event(qemu, "DEVICE_DELETED", 5000));
    slots_compare(f, &bus, "gone, since it had no power");
    both_add(f, qemu);
    both_write(f, &bus, SLOT + 2, 0x9);
    slots_compare(f, &bus, "events read");
    both_write(f, &bus, SLOT, 0x01f9);
    slots_compare(f, &bus, "power on");
    both_write(f, &bus, SLOT + 2, 0x1f);
    slots_compare(f, &bus, "unread events cleared");
    both_ask(f, qemu);
    slots_compare(f, &bus, "button pressed");
    both_write(f, &bus, SLOT, 0x02f9);
    slots_compare(f, &bus, "indicator blinks");
    both_write(f, &bus, SLOT, 0x0ff9);
    json_decref(ob_client_qmp_event(qemu, "DEVICE_DELETED", 5000));
    slots_compare(f, &bus, "ejected, and the lock toggled");
    ob_client_reset(f->client);
    ob_client_reset(qemu);
    slots_compare(f, &bus, "reset");
    ob_client_quit(qemu);
}

/* ------------------------------------------------------------- ACPI hot plug */

static void acpi_compare(const PciHost *f, const PciBus *qemu, const char *step)
{
    g_test_message("%s", step);
    for (uint16_t port = 0xae00; port < 0xae18; port += 4) {
        g_assert_cmphex(ob_client_inl(f->client, port), ==, ob_client_inl(qemu->client, port));
    }
    g_assert_cmphex(ob_client_inw(f->client, 0xafe0), ==, ob_client_inw(qemu->client, 0xafe0));
}

/* `place`: "9", or "9,bus=b1". */
static void both_plug(PciHost *f, ObClient *qemu, const char *id, const char *place)
{
    g_autofree char *options = g_strdup_printf("id=%s,addr=%s", id, place);
    g_auto(GStrv) words = g_strsplit(place, ",bus=", 2);

    function_add(f, "lantern", options);
    json_decref(ob_client_qmp(qemu, "device_add",
                              json_pack("{s:s, s:s, s:s, s:s*}", "driver", "edu", "id", id, "addr",
                                        words[0], "bus", words[1]),
                              NULL));
}

static void both_unplug(PciHost *f, ObClient *qemu, const char *id)
{
    g_assert_true(ob_host_unplug(f->host, ob_host_find_device(f->host, id), &f->error));
    json_decref(ob_client_qmp(qemu, "device_del", json_pack("{s:s}", "id", id), NULL));
}

/* QEMU numbers buses in an order of its own: each bus is known by the slot that is asked for. */
static void test_pc_plugs_below_bridges(PciHost *f, gconstpointer machine)
{
    static const char *const nested[] = { "id=b1,addr=5", "id=b2,bus=b1,addr=3", "id=b3,addr=4",
                                          "id=b4,bus=b1,addr=2" };
    g_autoptr(GString) arguments = g_string_new("-M pc-i440fx-7.2 -nodefaults -S");
    ObClient *qemu;
    json_t *event;
    PciBus bus;

    (void)machine;
    for (size_t i = 0; i < G_N_ELEMENTS(nested); i++) {
        g_autofree char *options = g_strdup_printf("chassis_nr=%zu,shpc=off,%s", i + 1, nested[i]);

        function_add(f, "pci-bridge", options);
        g_string_append_printf(arguments, " -device pci-bridge,%s", options);
    }
    function_add(f, "i82801b11-bridge", "id=b5,addr=7");
    qemu = qemu_start(g_string_append(arguments, " -device i82801b11-bridge,id=b5,addr=7")->str);
    bus = pci_of_pc(qemu);
    ob_host_set_hot(f->host);
    for (int i = 1; i <= 5; i++) {
        g_autofree char *id = g_strdup_printf("h%d", i);
        g_autofree char *place = g_strdup_printf("%x,bus=b%d", 10 + i, i);

        both_plug(f, qemu, id, place);
        both_unplug(f, qemu, id);
    }
    for (uint32_t number = 0; number < 7; number++) {
        pci_acpi_select(&f->bus, number);
        pci_acpi_select(&bus, number);
        acpi_compare(f, &bus, "below bridges");
    }
    pci_acpi_select(&f->bus, 5); /* b2 */
    pci_acpi_select(&bus, 5);
    pci_acpi_eject(&f->bus, 12);
    pci_acpi_eject(&bus, 12);
    event = ob_client_qmp_event(qemu, "DEVICE_DELETED", 5000);
    g_assert_nonnull(event);
    json_decref(event);
    acpi_compare(f, &bus, "ejected");
    ob_client_poll(f->client);
    g_assert_null(ob_host_find_device(f->host, "h2"));
    ob_client_quit(qemu);
}

#define ACPI_PORTS_Q35 0xcc0

static void q35_compare(ObClient *ours, const PciBus *mine, const PciBus *qemu, const char *step)
{
    g_test_message("%s", step);
    for (uint32_t device = 4; device <= 5; device++) {
        for (uint32_t i = 0x54; i < 0x90; i += 4) {
            g_assert_cmphex(pci_config_read(mine, PCI_ADDRESS(device, 0), i, 4), ==,
                            pci_config_read(qemu, PCI_ADDRESS(device, 0), i, 4));
        }
    }
    for (uint32_t number = 0; number < 4; number++) {
        pci_acpi_select(mine, number);
        pci_acpi_select(qemu, number);
        for (uint16_t port = 0; port < 0x18; port += 4) {
            g_assert_cmphex(ob_client_inl(ours, ACPI_PORTS_Q35 + port), ==,
                            ob_client_inl(qemu->client, ACPI_PORTS_Q35 + port));
        }
    }
}

#define Q35_ACPI                                                    \
    "-nodefaults -S -device pcie-root-port,id=rp,chassis=1,addr=4 " \
    "-device pcie-root-port,id=rq,chassis=2,addr=5 -device pvpanic-pci,bus=rq,id=cold"

static void device_both(ObClient *ours, ObClient *qemu, const char *command, const char *arguments)
{
    json_decref(ob_client_qmp(ours, command, json_loads(arguments, 0, NULL), NULL));
    json_decref(ob_client_qmp(qemu, command, json_loads(arguments, 0, NULL), NULL));
}

static void deleted(ObClient *client)
{
    json_t *event = ob_client_qmp_event(client, "DEVICE_DELETED", 5000);

    g_assert_nonnull(event);
    json_decref(event);
}

/* Our program beside QEMU, for the option is the program's. */
static void test_q35_plugs_by_acpi(void)
{
    const ObStart start = { .program = g_getenv("OB_HOST"), .arguments = "-M q35 " Q35_ACPI };
    HW_ERROR(error, 4096);
    ObClient *ours = ob_client_start(&start, &error);
    ObClient *qemu = qemu_start("-M " MACHINE " " Q35_ACPI);
    PciBus mine, theirs;

    g_assert_cmpstr(error.text, ==, "");
    mine = pci_of_pc(ours);
    theirs = pci_of_pc(qemu);
    q35_compare(ours, &mine, &theirs, "at start");
    device_both(ours, qemu, "device_add",
                "{\"driver\": \"pvpanic-pci\", \"bus\": \"rp\", \"id\": \"hot\"}");
    q35_compare(ours, &mine, &theirs, "plugged in");
    device_both(ours, qemu, "device_del", "{\"id\": \"hot\"}");
    device_both(ours, qemu, "device_del", "{\"id\": \"cold\"}");
    q35_compare(ours, &mine, &theirs, "asked");
    for (uint32_t number = 0; number < 2; number++) {
        pci_acpi_select(&mine, number);
        pci_acpi_select(&theirs, number);
        pci_acpi_eject(&mine, 0);
        pci_acpi_eject(&theirs, 0);
        deleted(ours);
        deleted(qemu);
    }
    q35_compare(ours, &mine, &theirs, "ejected");
    ob_client_quit(ours);
    ob_client_quit(qemu);
}

static void test_pc_plugs_by_acpi(PciHost *f, gconstpointer machine)
{
    ObClient *qemu = qemu_start("-M pc-i440fx-7.2 -nodefaults -S -device edu,id=cold,addr=5 "
                                "-device pci-bridge,chassis_nr=1,id=br,addr=7");
    PciBus bus = pci_of_pc(qemu);

    (void)machine;
    function_add(f, "lantern", "id=cold,addr=5");
    function_add(f, "pci-bridge", "chassis_nr=1,id=br,addr=7");
    ob_host_set_hot(f->host);
    acpi_compare(f, &bus, "at start");
    both_plug(f, qemu, "h", "9");
    both_plug(f, qemu, "late", "a.1");
    acpi_compare(f, &bus, "plugged in");
    acpi_compare(f, &bus, "read");
    both_unplug(f, qemu, "h");
    both_unplug(f, qemu, "late");
    both_unplug(f, qemu, "br");
    acpi_compare(f, &bus, "asked");
    pci_acpi_eject(&f->bus, 9);
    pci_acpi_eject(&bus, 9);
    json_decref(ob_client_qmp_event(qemu, "DEVICE_DELETED", 5000));
    acpi_compare(f, &bus, "ejected");
    ob_client_poll(f->client);
    g_assert_null(ob_host_find_device(f->host, "h"));
    ob_client_outl(f->client, 0xae10, 5);
    ob_client_outl(qemu, 0xae10, 5);
    acpi_compare(f, &bus, "a bus that does not exist");
    ob_client_outl(f->client, 0xae10, 0);
    ob_client_outl(qemu, 0xae10, 0);
    both_unplug(f, qemu, "cold");
    ob_client_reset(f->client);
    ob_client_reset(qemu);
    acpi_compare(f, &bus, "reset");
    ob_client_poll(f->client);
    g_assert_null(ob_host_find_device(f->host, "cold"));
    g_assert_null(ob_host_find_device(f->host, "late"));
    g_assert_nonnull(ob_host_find_device(f->host, "br"));
    json_decref(ob_client_qmp_event(qemu, "DEVICE_DELETED", 5000));
    ob_client_quit(qemu);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    PCI_TEST("/pci/qemu/own-functions-of-pc-have-its-bytes", "pc",
             test_own_functions_have_qemus_bytes);
    PCI_TEST("/pci/qemu/own-functions-of-q35-have-its-bytes", "q35",
             test_own_functions_have_qemus_bytes);
    PCI_TEST("/pci/qemu/bridges-have-its-registers", MACHINE, test_bridges_have_qemus_registers);
    PCI_TEST("/pci/qemu/ports-reserve-as-its-own", MACHINE, test_ports_reserve_as_qemus);
    g_test_add_func("/pci/qemu/driver-opens-its-bridges", test_driver_opens_qemus_bridges);
    PCI_TEST("/pci/qemu/slot-behaves-as-its", MACHINE, test_slot_behaves_as_qemus);
    PCI_TEST("/pci/qemu/pc-plugs-by-acpi", "pc", test_pc_plugs_by_acpi);
    PCI_TEST("/pci/qemu/pc-plugs-below-bridges", "pc", test_pc_plugs_below_bridges);
    g_test_add_func("/pci/qemu/q35-plugs-by-acpi", test_q35_plugs_by_acpi);
    g_test_add_func("/pci/qemu/driver-drives-its-edu", test_driver_drives_qemus_edu);
    return g_test_run();
}
