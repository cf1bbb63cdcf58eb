/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hot plug of pc's own bus, by ACPI's registers. */
#include "hw-api/device/error.h"
#include "qtest/tests/lib/host-stream.h"
#include "qtest/tests/pci/pci-host.h"

enum { GPE_STATUS = 0xafe0, GPE_ENABLE = 0xafe2, SCI = 9, SELECT = 0xae10, Q35_PORTS = 0xcc0 };

static void gone_note(void *opaque, HwInstance *instance)
{
    g_string_append_printf(opaque, "gone:%s ", instance->id);
}

static void start(PciHost *f)
{
    function_add(f, "lantern", "id=cold,addr=5");
    ob_host_set_hot(f->host);
    ob_host_observe_removals(f->host, gone_note, f->messages);
}

static void ask(PciHost *f, const char *id, const char *refusal)
{
    bool ok = ob_host_unplug(f->host, ob_host_find_device(f->host, id), &f->error);

    g_assert_cmpstr(ok ? NULL : f->text, ==, refusal);
}

static uint32_t ids(const PciHost *f, uint32_t device)
{
    return pci_config_read(&f->bus, PCI_ADDRESS(device, 0), 0, 4);
}

static void test_function_comes_with_an_event(PciHost *f, gconstpointer data)
{
    (void)data;
    start(f);
    ob_client_outw(f->client, GPE_ENABLE, 2);
    g_assert_false(ob_client_irq_get(f->client, SCI));
    function_add(f, "lantern", "addr=9");
    g_assert_true(ob_client_irq_get(f->client, SCI));
    g_assert_cmphex(ob_client_inw(f->client, GPE_STATUS), ==, 2);
    g_assert_cmphex(pci_acpi_slots(&f->bus, PCI_ACPI_UP), ==, 1 << 9);
    g_assert_cmphex(pci_acpi_slots(&f->bus, PCI_ACPI_UP), ==, 0);
    g_assert_cmphex(ids(f, 9), ==, 0xab011234);
}

static void test_guest_is_asked_and_ejects(PciHost *f, gconstpointer data)
{
    (void)data;
    start(f);
    ask(f, "cold", NULL);
    g_assert_cmphex(pci_acpi_slots(&f->bus, PCI_ACPI_DOWN), ==, 1 << 5);
    g_assert_cmphex(ids(f, 5), ==, 0xab011234);
    ask(f, "cold", "Device cold is already in the process of unplug");
    ob_host_clock_set(f->host, ob_host_clock_now(f->host) + 1000000);
    ask(f, "cold", NULL);
    pci_acpi_eject(&f->bus, 5);
    g_assert_cmphex(ids(f, 5), ==, 0xffffffff);
    g_assert_cmphex(pci_acpi_slots(&f->bus, PCI_ACPI_DOWN), ==, 0);
    ob_client_poll(f->client);
    g_assert_cmpstr(f->messages->str, ==, "gone:cold ");
}

static void test_reset_finishes_the_ejection(PciHost *f, gconstpointer data)
{
    (void)data;
    start(f);
    ask(f, "cold", NULL);
    ob_client_reset(f->client);
    g_assert_cmphex(ids(f, 5), ==, 0xffffffff);
    g_assert_cmphex(pci_acpi_slots(&f->bus, PCI_ACPI_DOWN), ==, 0);
    ob_client_poll(f->client);
    g_assert_cmpstr(f->messages->str, ==, "gone:cold ");
}

static void test_whole_slot_goes(PciHost *f, gconstpointer data)
{
    (void)data;
    start(f);
    function_add(f, "lantern", "id=one,addr=9.1");
    function_add(f, "lantern", "id=zero,addr=9.0,multifunction=on");
    function_refused(f, "lantern", "addr=9.2",
                     "PCI: slot 9 function 0 already occupied by lantern, new func lantern cannot "
                     "be exposed to guest.");
    pci_acpi_eject(&f->bus, 9);
    ob_client_poll(f->client);
    g_assert_cmpstr(f->messages->str, ==, "gone:zero gone:one ");
}

static void test_bridges_and_the_machines_own_stay(PciHost *f, gconstpointer data)
{
    (void)data;
    function_add(f, "pci-bridge", "addr=7,chassis_nr=1");
    start(f);
    g_assert_cmphex(pci_acpi_slots(&f->bus, PCI_ACPI_REMOVABLE), ==, 0xffffff7c);
    for (uint32_t i = 0; i < 32; i++) {
        pci_acpi_eject(&f->bus, i);
    }
    ob_client_outl(f->client, 0xae08, 0);
    ob_client_poll(f->client);
    g_assert_cmpstr(f->messages->str, ==, "gone:cold ");
    g_assert_cmphex(ids(f, 0), ==, 0x12378086);
    g_assert_cmphex(ids(f, 7), ==, 0x00011b36);
}

static void test_other_buses_have_no_slots(PciHost *f, gconstpointer data)
{
    (void)data;
    start(f);
    ask(f, "cold", NULL);
    ob_client_outl(f->client, SELECT, 3);
    g_assert_cmphex(pci_acpi_slots(&f->bus, PCI_ACPI_DOWN), ==, 0);
    g_assert_cmphex(pci_acpi_slots(&f->bus, PCI_ACPI_REMOVABLE), ==, 0xffffffff);
    pci_acpi_eject(&f->bus, 5);
    g_assert_cmphex(ids(f, 5), ==, 0xab011234);
}

/* The bus of a bridge, b1, has number 2, for b2 is newer. */
static void start_below_bridges(PciHost *f)
{
    function_add(f, "pci-bridge", "id=b1,addr=7,chassis_nr=1");
    function_add(f, "pci-bridge", "id=b2,addr=8,chassis_nr=2");
    start(f);
}

static void test_guest_is_asked_below_a_bridge(PciHost *f, gconstpointer data)
{
    (void)data;
    start_below_bridges(f);
    ob_client_outw(f->client, GPE_ENABLE, 2);
    function_add(f, "lantern", "id=low,bus=b1,addr=3");
    g_assert_true(ob_client_irq_get(f->client, SCI));
    g_assert_cmphex(pci_acpi_slots(&f->bus, PCI_ACPI_UP), ==, 0);
    pci_acpi_select(&f->bus, 2);
    g_assert_cmphex(pci_acpi_slots(&f->bus, PCI_ACPI_UP), ==, 1 << 3);
    ask(f, "low", NULL);
    pci_acpi_select(&f->bus, 1);
    g_assert_cmphex(pci_acpi_slots(&f->bus, PCI_ACPI_DOWN), ==, 0);
    pci_acpi_eject(&f->bus, 3);
    pci_acpi_select(&f->bus, 2);
    g_assert_cmphex(pci_acpi_slots(&f->bus, PCI_ACPI_DOWN), ==, 1 << 3);
    ob_client_poll(f->client);
    g_assert_cmpstr(f->messages->str, ==, "");
    pci_acpi_eject(&f->bus, 3);
    ob_client_poll(f->client);
    g_assert_cmpstr(f->messages->str, ==, "gone:low ");
}

static void test_reset_ejects_below_a_bridge(PciHost *f, gconstpointer data)
{
    (void)data;
    start_below_bridges(f);
    function_add(f, "lantern", "id=low,bus=b2,addr=3");
    ask(f, "low", NULL);
    ob_client_reset(f->client);
    ob_client_poll(f->client);
    g_assert_cmpstr(f->messages->str, ==, "gone:low ");
}

/* The tables don't have it, so that the guest can eject it, and nothing is plugged below it. */
static void test_bridge_that_came_late_goes(PciHost *f, gconstpointer data)
{
    (void)data;
    start(f);
    function_add(f, "pci-bridge", "id=late,addr=7,chassis_nr=1");
    function_refused(f, "lantern", "bus=late,addr=3", "Bus 'late' does not support hotplugging");
    g_assert_cmphex(pci_acpi_slots(&f->bus, PCI_ACPI_REMOVABLE), ==, 0xfffffffc);
    ask(f, "late", NULL);
    pci_acpi_eject(&f->bus, 7);
    ob_client_poll(f->client);
    g_assert_cmpstr(f->messages->str, ==, "gone:late ");
}

static void test_question_travels(PciHost *f, gconstpointer data)
{
    g_autoptr(GByteArray) stream = NULL;

    (void)data;
    start(f);
    ask(f, "cold", NULL);
    stream = host_stream_save(f->host);
    ob_client_outl(f->client, SELECT, 1);
    host_stream_load(f->host, stream);
    g_assert_cmphex(pci_acpi_slots(&f->bus, PCI_ACPI_DOWN), ==, 1 << 5);
}

/* QEMU 6.1 began with ACPI below the ports of q35, and hid there that slots plug. */
static void test_q35_plugs_by_its_version(void)
{
    static const struct {
        const char *machine;
        ObSwitch given;
        uint32_t slot; /* bits of the slot's capabilities */
        bool by_acpi;
    } rows[] = {
        { "pc-q35-6.0", { false, false }, 0x60, false },
        { "pc-q35-6.0", { true, true }, 0x60, true },
        { "pc-q35-6.1", { false, false }, 0x00, true },
        { "pc-q35-6.1", { true, false }, 0x60, false },
        { "pc-q35-6.2", { false, false }, 0x60, true },
        { "q35", { false, false }, 0x60, true },
        { "q35", { true, false }, 0x60, false },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const ObHostConfig config = { .architecture = "x86_64",
                                      .machine = rows[i].machine,
                                      .acpi_bridges = rows[i].given };
        PciHost f = { .text = "" };

        f.error = (HwError) { f.text, sizeof(f.text), 0 };
        f.host = ob_host_new(&config, &f.error);
        f.client = ob_client_in_process(f.host);
        f.bus = pci_of_pc(f.client);
        g_assert_true(ob_host_add_class(f.host, &lantern_class, &f.error));
        function_add(&f, "pcie-root-port", "id=rp,chassis=1,addr=4");
        ob_host_set_hot(f.host);
        function_add(&f, "lantern", "id=hot,bus=rp");
        g_assert_cmphex(pci_config_read(&f.bus, PCI_ADDRESS(4, 0), 0x68, 4) & 0x60, ==,
                        rows[i].slot);
        g_assert_cmphex(ob_client_inl(f.client, Q35_PORTS), ==, rows[i].by_acpi ? 1u : UINT32_MAX);
        ob_client_free(f.client);
        ob_host_free(f.host);
    }
}

static void test_machine_without_acpi_refuses(void)
{
    const ObHostConfig config = { .architecture = "x86_64", .machine = "pc", .no_acpi = true };
    const ObOption options[] = { { "id", "a" } };
    HW_ERROR(error, 256);
    ObHost *host = ob_host_new(&config, &error);
    HwInstance *instance;

    g_assert_true(ob_host_add_class(host, &lantern_class, &error));
    instance = ob_host_add_device(host, "lantern", options, 1, &error);
    ob_host_set_hot(host);
    g_assert_false(ob_host_unplug(host, instance, &error));
    g_assert_cmpstr(error.text, ==, "Bus 'pci.0' does not support hotplugging");
    g_assert_null(ob_host_add_device(host, "lantern", NULL, 0, &error));
    g_assert_cmpstr(error.text, ==, "Bus 'pci.0' does not support hotplugging");
    ob_host_free(host);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    PCI_TEST("/pci/acpi-plug/function-comes-with-an-event", "pc",
             test_function_comes_with_an_event);
    PCI_TEST("/pci/acpi-plug/guest-is-asked-and-ejects", "pc", test_guest_is_asked_and_ejects);
    PCI_TEST("/pci/acpi-plug/reset-finishes-the-ejection", "pc", test_reset_finishes_the_ejection);
    PCI_TEST("/pci/acpi-plug/whole-slot-goes", "pc", test_whole_slot_goes);
    PCI_TEST("/pci/acpi-plug/bridges-and-the-machines-own-stay", "pc",
             test_bridges_and_the_machines_own_stay);
    PCI_TEST("/pci/acpi-plug/other-buses-have-no-slots", "pc", test_other_buses_have_no_slots);
    PCI_TEST("/pci/acpi-plug/guest-is-asked-below-a-bridge", "pc",
             test_guest_is_asked_below_a_bridge);
    PCI_TEST("/pci/acpi-plug/reset-ejects-below-a-bridge", "pc", test_reset_ejects_below_a_bridge);
    PCI_TEST("/pci/acpi-plug/bridge-that-came-late-goes", "pc", test_bridge_that_came_late_goes);
    PCI_TEST("/pci/acpi-plug/question-travels", "pc", test_question_travels);
    g_test_add_func("/pci/acpi-plug/q35-plugs-by-its-version", test_q35_plugs_by_its_version);
    g_test_add_func("/pci/acpi-plug/machine-without-acpi-refuses",
                    test_machine_without_acpi_refuses);
    return g_test_run();
}
