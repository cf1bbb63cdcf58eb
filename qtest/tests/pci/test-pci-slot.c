/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hot plug in the slot of a PCI Express port: what the guest sees and does, and what a user is
 * refused. */
#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/tests/lib/host-stream.h"
#include "qtest/tests/pci/pci-host.h"

#define PORT  PCI_ADDRESS(4, 0)
#define BELOW PCI_ON_BUS(1, 0, 0)

enum {
    EXPRESS = 0x54,
    LINK_STATUS = EXPRESS + 0x12,
    CONTROL = EXPRESS + 0x18,
    STATUS = EXPRESS + 0x1a,
    BUTTON = 0x1,
    PRESENCE = 0x8,
    COMPLETED = 0x10,
    PRESENT = 0x40,
    LINK_ACTIVE = 0x2000,
    ALL_EVENTS = 0x39, /* enabled, with the interrupt */
};

static uint32_t get(const PciHost *f, uint32_t offset)
{
    return pci_config_read(&f->bus, PORT, offset, 2);
}

static uint32_t ids(const PciHost *f)
{
    return pci_config_read(&f->bus, BELOW, 0, 4);
}

static void gone_note(void *opaque, HwInstance *instance)
{
    g_string_append_printf(opaque, "gone:%s ", instance->id);
}

/* A running machine with a port; f->messages tells of devices that go. */
static void port_start(PciHost *f, const char *cold)
{
    function_add(f, "pcie-root-port", "id=port,addr=4");
    if (cold) {
        function_add(f, cold, "bus=port,id=card");
    }
    ob_host_set_hot(f->host);
    ob_host_observe_removals(f->host, gone_note, f->messages);
    pci_bridge_open(&f->bus, PORT, 1, 1);
}

static void ask(PciHost *f, const char *id, const char *refusal)
{
    bool ok = ob_host_unplug(f->host, ob_host_find_device(f->host, id), &f->error);

    g_assert_cmpstr(ok ? NULL : f->text, ==, refusal);
}

/* -------------------------------------------------------------------- presence */

static void test_cold_function_is_present(PciHost *f, gconstpointer data)
{
    (void)data;
    port_start(f, "lantern");
    g_assert_cmphex(get(f, STATUS), ==, PRESENT);
    g_assert_cmphex(get(f, LINK_STATUS), ==, LINK_ACTIVE | 0x204);
    g_assert_cmphex(get(f, CONTROL), ==, 0x1c0);
    g_assert_cmphex(ids(f), ==, 0xab011234);
}

static void test_link_runs_as_the_function_can(PciHost *f, gconstpointer data)
{
    (void)data;
    port_start(f, "lantern-express");
    g_assert_cmphex(get(f, LINK_STATUS), ==, LINK_ACTIVE | 0x11);
}

static void test_empty_slot_has_no_power(PciHost *f, gconstpointer data)
{
    (void)data;
    port_start(f, NULL);
    g_assert_cmphex(get(f, STATUS), ==, 0);
    g_assert_cmphex(get(f, LINK_STATUS), ==, 0x204);
    g_assert_cmphex(get(f, CONTROL), ==, 0x7c0);
    g_assert_cmphex(ids(f), ==, 0xffffffff);
}

static void test_hot_function_waits_for_power(PciHost *f, gconstpointer data)
{
    PciBar bar;

    (void)data;
    port_start(f, NULL);
    function_add(f, "lantern", "bus=port");
    g_assert_cmphex(get(f, STATUS), ==, PRESENT | PRESENCE | BUTTON);
    g_assert_cmphex(get(f, LINK_STATUS), ==, LINK_ACTIVE | 0x204);
    g_assert_cmphex(ids(f), ==, 0xffffffff);
    g_assert_true(pci_slot_power(&f->bus, PORT, true));
    g_assert_cmphex(get(f, STATUS) & COMPLETED, ==, COMPLETED);
    g_assert_cmphex(ids(f), ==, 0xab011234);
    bar = pci_bar_map(&f->bus, BELOW, 0);
    register_write(&bar, LANTERN_DATA, 3);
    g_assert_cmphex(pci_bar_read(&bar, LANTERN_DATA, 4), ==, 3);
}

static void test_functions_appear_with_function_0(PciHost *f, gconstpointer data)
{
    (void)data;
    port_start(f, NULL);
    pci_slot_power(&f->bus, PORT, true);
    pci_config_write(&f->bus, PORT, STATUS, COMPLETED, 2);
    function_add(f, "lantern", "bus=port,addr=0.1,id=one");
    g_assert_cmphex(get(f, STATUS), ==, 0);
    g_assert_cmphex(pci_config_read(&f->bus, BELOW + 1, 0, 4), ==, 0xffffffff);
    function_add(f, "lantern", "bus=port,addr=0.0,multifunction=on");
    g_assert_cmphex(get(f, STATUS), ==, PRESENT | PRESENCE | BUTTON);
    g_assert_cmphex(pci_config_read(&f->bus, BELOW + 1, 0, 4), ==, 0xab011234);
    function_refused(f, "lantern", "bus=port,addr=0.2",
                     "PCI: slot 0 function 0 already occupied by lantern, new func lantern cannot "
                     "be exposed to guest.");
}

static void test_unseen_function_goes_without_asking(PciHost *f, gconstpointer data)
{
    (void)data;
    port_start(f, NULL);
    function_add(f, "lantern", "bus=port,addr=0.1,id=one");
    ask(f, "one", NULL);
    g_assert_cmpstr(f->messages->str, ==, "gone:one ");
}

/* ------------------------------------------------------------------ interrupts */

static void test_event_drives_the_pin(PciHost *f, gconstpointer data)
{
    (void)data;
    port_start(f, NULL);
    pci_config_write(&f->bus, PORT, CONTROL, 0x7c0 | ALL_EVENTS, 2);
    g_assert_true(ob_client_irq_get(f->client, 20)); /* command completed */
    pci_config_write(&f->bus, PORT, STATUS, COMPLETED, 2);
    g_assert_false(ob_client_irq_get(f->client, 20));
    function_add(f, "lantern", "bus=port");
    g_assert_true(ob_client_irq_get(f->client, 20));
    pci_config_write(&f->bus, PORT, STATUS, PRESENCE, 2);
    g_assert_true(ob_client_irq_get(f->client, 20));
    pci_config_write(&f->bus, PORT, STATUS, BUTTON, 2);
    g_assert_false(ob_client_irq_get(f->client, 20));
    g_assert_cmphex(get(f, STATUS), ==, PRESENT);
}

static void test_event_sends_a_message(PciHost *f, gconstpointer data)
{
    (void)data;
    port_start(f, NULL);
    f->bus.message = 0xfee00000;
    g_assert_true(pci_msix_on(&f->bus, PORT, 0, 0x41));
    function_add(f, "lantern", "bus=port");
    g_assert_cmpstr(f->messages->str, ==, "");
    pci_config_write(&f->bus, PORT, CONTROL, 0x7c0 | ALL_EVENTS, 2);
    g_assert_cmpstr(f->messages->str, ==, "fee00000=41 ");
    g_assert_false(ob_client_irq_get(f->client, 20));
}

/* ioh3420 has MSI with addresses of 32 bits, and a mask for each vector. */
static void test_masked_message_waits(PciHost *f, gconstpointer data)
{
    enum { IOH_MSI = 0x60, IOH_MASK = IOH_MSI + 12, IOH_CONTROL = 0x90 + 0x18 };

    (void)data;
    function_add(f, "ioh3420", "id=port,addr=4");
    ob_host_set_hot(f->host);
    f->bus.message = 0xfee00000;
    g_assert_true(pci_msi_on(&f->bus, PORT, 1, 0x42));
    pci_config_write(&f->bus, PORT, IOH_MASK, 1, 4);
    pci_config_write(&f->bus, PORT, IOH_CONTROL, 0x7c0 | ALL_EVENTS, 2);
    g_assert_cmpstr(f->messages->str, ==, "");
    g_assert_cmphex(pci_config_read(&f->bus, PORT, IOH_MASK + 4, 4), ==, 1);
    pci_config_write(&f->bus, PORT, IOH_MASK, 0, 4);
    g_assert_cmpstr(f->messages->str, ==, "fee00000=42 ");
    g_assert_cmphex(pci_config_read(&f->bus, PORT, IOH_MASK + 4, 4), ==, 0);
}

/* A guest that clears all events at start must not lose what it has not read. */
static void test_unread_events_stay(PciHost *f, gconstpointer data)
{
    (void)data;
    port_start(f, NULL);
    function_add(f, "lantern", "bus=port");
    pci_config_write(&f->bus, PORT, STATUS, 0x1f, 2);
    g_assert_cmphex(get(f, STATUS), ==, PRESENT | PRESENCE | BUTTON);
}

/* -------------------------------------------------------------------- ejection */

static void test_guest_is_asked_and_ejects(PciHost *f, gconstpointer data)
{
    (void)data;
    port_start(f, "lantern");
    ask(f, "card", NULL);
    g_assert_cmphex(get(f, STATUS), ==, PRESENT | BUTTON);
    g_assert_cmphex(ids(f), ==, 0xab011234);
    g_assert_cmpstr(f->messages->str, ==, "");
    g_assert_true(pci_slot_power(&f->bus, PORT, false));
    g_assert_cmphex(ids(f), ==, 0xffffffff);
    g_assert_cmphex(get(f, STATUS), ==, BUTTON | PRESENCE | COMPLETED);
    g_assert_cmphex(get(f, LINK_STATUS), ==, 0x204);
    ob_client_poll(f->client);
    g_assert_cmpstr(f->messages->str, ==, "gone:card ");
    g_assert_null(ob_host_find_device(f->host, "card"));
    function_add(f, "lantern", "bus=port,id=card");
}

static void test_guest_ejects_unasked(PciHost *f, gconstpointer data)
{
    (void)data;
    port_start(f, "lantern");
    g_assert_true(pci_slot_power(&f->bus, PORT, false));
    ob_client_poll(f->client);
    g_assert_cmpstr(f->messages->str, ==, "gone:card ");
}

static void test_asking_twice_is_refused(PciHost *f, gconstpointer data)
{
    (void)data;
    port_start(f, "lantern");
    ask(f, "card", NULL);
    ask(f, "card", "Device card is already in the process of unplug");
    ob_client_reset(f->client); /* the request outlives a reset, as in QEMU */
    ask(f, "card", "Device card is already in the process of unplug");
    ob_host_clock_set(f->host, ob_host_clock_now(f->host) + INT64_C(5000000000));
    ask(f, "card", NULL);
    pci_slot_power(&f->bus, PORT, false);
    ask(f, "card", "Device card is already in the process of unplug");
}

static void test_function_without_power_goes_at_once(PciHost *f, gconstpointer data)
{
    (void)data;
    port_start(f, NULL);
    for (int i = 0; i < 100; i++) {
        g_string_truncate(f->messages, 0);
        function_add(f, "lantern", "bus=port,id=card");
        ask(f, "card", NULL);
        g_assert_cmpstr(f->messages->str, ==, "gone:card ");
    }
}

static void test_busy_slot_refuses(PciHost *f, gconstpointer data)
{
    (void)data;
    port_start(f, "lantern");
    pci_config_write(&f->bus, PORT, CONTROL, 0x2c0, 2); /* the indicator blinks */
    ask(f, "card", "Hot-unplug failed: guest is busy (power indicator blinking)");
}

static void test_slot_without_hot_plug_refuses(PciHost *f, gconstpointer data)
{
    (void)data;
    function_add(f, "pcie-root-port", "id=port,addr=4,hotplug=off");
    function_add(f, "pcie-root-port", "id=other,addr=5,hotplug=off,slot=1");
    function_add(f, "lantern", "bus=port,id=card");
    ob_host_set_hot(f->host);
    g_assert_cmphex(pci_config_read(&f->bus, PORT, EXPRESS + 0x14, 4) & 0x60, ==, 0);
    ask(f, "card", "Hot-unplug failed: unsupported by the port device 'port'");
    function_refused(f, "lantern", "bus=other",
                     "Hot-plug failed: unsupported by the port device 'other'");
}

static void test_bus_without_hot_plug_refuses(PciHost *f, gconstpointer data)
{
    (void)data;
    function_add(f, "pci-bridge", "id=bridge,addr=4,chassis_nr=1");
    function_add(f, "lantern", "bus=bridge,id=below");
    function_add(f, "lantern", "id=beside");
    ob_host_set_hot(f->host);
    ask(f, "below", "Bus 'bridge' does not support hotplugging");
    ask(f, "beside", "Bus 'pcie.0' does not support hotplugging");
    function_refused(f, "lantern", "bus=bridge", "Bus 'bridge' does not support hotplugging");
    function_refused(f, "lantern", "addr=7", "Bus 'pcie.0' does not support hotplugging");
}

/* The write that ejects may be the function's own message. */
static void test_function_ejects_itself(PciHost *f, gconstpointer data)
{
    PciBar bar;

    (void)data;
    port_start(f, "lantern");
    pci_config_write(&f->bus, 0, 0x60, 0xb0000001, 4);
    bar = pci_bar_map(&f->bus, BELOW, 0);
    f->bus.message = 0xb0000000 + (PORT << 12) + CONTROL;
    g_assert_true(pci_msi_on(&f->bus, BELOW, 1, 0x7c0));
    g_assert_cmphex(ids(f), ==, 0xab011234);
    register_write(&bar, LANTERN_LINES, 1);
    g_assert_cmphex(ids(f), ==, 0xffffffff);
    ob_client_poll(f->client);
    g_assert_cmpstr(f->messages->str, ==, "gone:card ");
}

static void test_ejection_takes_all_that_is_below(PciHost *f, gconstpointer data)
{
    (void)data;
    function_add(f, "pcie-root-port", "id=port,addr=4");
    function_add(f, "pci-bridge", "id=bridge,bus=port,chassis_nr=1");
    function_add(f, "lantern", "id=card,bus=bridge");
    ob_host_set_hot(f->host);
    ob_host_observe_removals(f->host, gone_note, f->messages);
    pci_slot_power(&f->bus, PORT, false);
    ob_client_poll(f->client);
    g_assert_cmpstr(f->messages->str, ==, "gone:card gone:bridge ");
}

/* ----------------------------------------------------------------------- state */

static void test_device_stays_while_a_stream_is_written(PciHost *f, gconstpointer data)
{
    g_autoptr(GByteArray) stream = g_byte_array_new();
    ObSave *save;

    (void)data;
    port_start(f, "lantern");
    save = ob_save_new(f->host, host_stream_append, stream, &f->error);
    pci_slot_power(&f->bus, PORT, false);
    ob_client_poll(f->client);
    g_assert_nonnull(ob_host_find_device(f->host, "card"));
    g_assert_true(ob_save_finish(save, "running", &f->error));
    ob_save_free(save);
    ob_client_poll(f->client);
    g_assert_null(ob_host_find_device(f->host, "card"));
}

static void test_slot_and_windows_travel(PciHost *f, gconstpointer data)
{
    g_autoptr(GByteArray) stream = NULL;
    PciBar bar;

    (void)data;
    port_start(f, "lantern");
    bar = pci_bar_map(&f->bus, BELOW, 0);
    register_write(&bar, LANTERN_DATA, 0x1234);
    pci_config_write(&f->bus, PORT, CONTROL, 0x1c0 | ALL_EVENTS, 2);
    g_assert_true(ob_client_irq_get(f->client, 20));
    stream = host_stream_save(f->host);
    ob_client_reset(f->client);
    g_assert_cmphex(ids(f), ==, 0xffffffff);
    host_stream_load(f->host, stream);
    g_assert_cmphex(pci_bar_read(&bar, LANTERN_DATA, 4), ==, 0x1234);
    g_assert_cmphex(get(f, STATUS), ==, PRESENT | COMPLETED);
    g_assert_true(ob_client_irq_get(f->client, 20));
}

#define SLOT_TEST(name, function) PCI_TEST("/pci/slot/" name, "q35", function)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    SLOT_TEST("cold-function-is-present", test_cold_function_is_present);
    SLOT_TEST("link-runs-as-the-function-can", test_link_runs_as_the_function_can);
    SLOT_TEST("empty-slot-has-no-power", test_empty_slot_has_no_power);
    SLOT_TEST("hot-function-waits-for-power", test_hot_function_waits_for_power);
    PCI_TEST("/pci/slot/hot-function-waits-for-power-on-virt", "virt",
             test_hot_function_waits_for_power);
    SLOT_TEST("functions-appear-with-function-0", test_functions_appear_with_function_0);
    SLOT_TEST("unseen-function-goes-without-asking", test_unseen_function_goes_without_asking);
    SLOT_TEST("event-drives-the-pin", test_event_drives_the_pin);
    SLOT_TEST("event-sends-a-message", test_event_sends_a_message);
    SLOT_TEST("masked-message-waits", test_masked_message_waits);
    SLOT_TEST("unread-events-stay", test_unread_events_stay);
    SLOT_TEST("guest-is-asked-and-ejects", test_guest_is_asked_and_ejects);
    SLOT_TEST("guest-ejects-unasked", test_guest_ejects_unasked);
    SLOT_TEST("asking-twice-is-refused", test_asking_twice_is_refused);
    SLOT_TEST("function-without-power-goes-at-once", test_function_without_power_goes_at_once);
    SLOT_TEST("busy-slot-refuses", test_busy_slot_refuses);
    SLOT_TEST("slot-without-hot-plug-refuses", test_slot_without_hot_plug_refuses);
    SLOT_TEST("bus-without-hot-plug-refuses", test_bus_without_hot_plug_refuses);
    SLOT_TEST("function-ejects-itself", test_function_ejects_itself);
    SLOT_TEST("ejection-takes-all-that-is-below", test_ejection_takes_all_that_is_below);
    SLOT_TEST("device-stays-while-a-stream-is-written",
              test_device_stays_while_a_stream_is_written);
    SLOT_TEST("slot-and-windows-travel", test_slot_and_windows_travel);
    return g_test_run();
}
