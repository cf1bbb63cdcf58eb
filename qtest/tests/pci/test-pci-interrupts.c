/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interrupts: the pin and the machine's lines, MSI and MSI-X. */
#include "qtest/tests/pci/pci-host.h"

#define MESSAGE_PC 0xfee00000

typedef struct Lamp {
    uint32_t address;
    PciBar bar;
} Lamp;

static Lamp lamp_add(PciHost *f, const char *name, uint32_t slot)
{
    g_autofree char *options = g_strdup_printf("addr=%x", slot);
    Lamp lamp = { .address = PCI_ADDRESS(slot, 0) };

    function_add(f, name, options);
    lamp.bar = pci_bar_map(&f->bus, lamp.address, 0);
    return lamp;
}

static void lines(const Lamp *lamp, uint32_t bits)
{
    register_write(&lamp->bar, LANTERN_LINES, bits);
}

static void bit_set(const PciHost *f, const Lamp *lamp, uint16_t bits)
{
    pci_command(&f->bus, lamp->address,
                (uint16_t)(pci_config_read(&f->bus, lamp->address, 4, 2) | bits));
}

static bool status_bit(const PciHost *f, const Lamp *lamp)
{
    return pci_config_read(&f->bus, lamp->address, 6, 2) & HW_PCI_STATUS_INTERRUPT;
}

/* ---------------------------------------------------------------------- pin */

/* QEMU's tables: the slot turns the pins. */
static void test_pc_routes_by_pirq(PciHost *f, gconstpointer data)
{
    Lamp lamp = lamp_add(f, "lantern", 4); /* INTA of slot 4: PIRQD */

    (void)data;
    lines(&lamp, 1);
    for (uint32_t line = 0; line < 24; line++) {
        g_assert_false(ob_client_irq_get(f->client, line));
    }
    pci_config_write(&f->bus, PCI_ADDRESS(1, 0), 0x63, 11, 1);
    g_assert_true(ob_client_irq_get(f->client, 11));
    pci_config_write(&f->bus, PCI_ADDRESS(1, 0), 0x63, 10, 1);
    g_assert_false(ob_client_irq_get(f->client, 11));
    g_assert_true(ob_client_irq_get(f->client, 10));
    lines(&lamp, 0);
    g_assert_false(ob_client_irq_get(f->client, 10));
}

static void test_q35_routes_to_the_io_apic(PciHost *f, gconstpointer data)
{
    Lamp lamp = lamp_add(f, "lantern", 5); /* INTA of slot 5: PIRQF, GSI 21 */

    (void)data;
    lines(&lamp, 1);
    g_assert_true(ob_client_irq_get(f->client, 21));
    pci_config_write(&f->bus, PCI_ADDRESS(31, 0), 0x69, 11, 1);
    g_assert_true(ob_client_irq_get(f->client, 11));
    lines(&lamp, 0);
    g_assert_false(ob_client_irq_get(f->client, 21));
    g_assert_false(ob_client_irq_get(f->client, 11));
}

static void test_q35_has_own_routes_for_the_chips_slots(PciHost *f, gconstpointer data)
{
    Lamp lamp = lamp_add(f, "lantern", 0x1a); /* PIRQA, GSI 16 */

    (void)data;
    lines(&lamp, 1);
    g_assert_true(ob_client_irq_get(f->client, 16));
}

static void test_virt_routes_to_spis(PciHost *f, gconstpointer data)
{
    Lamp lamp = lamp_add(f, "lantern", 5);

    (void)data;
    lines(&lamp, 1);
    g_assert_true(ob_client_irq_get(f->client, 3 + 1));
    lines(&lamp, 0);
    g_assert_false(ob_client_irq_get(f->client, 3 + 1));
}

static void test_pin_is_the_or_of_lines(PciHost *f, gconstpointer data)
{
    Lamp lamp = lamp_add(f, "lantern", 4);

    (void)data;
    lines(&lamp, 5);
    lines(&lamp, 4);
    g_assert_true(ob_client_irq_get(f->client, 3));
    lines(&lamp, 0);
    g_assert_false(ob_client_irq_get(f->client, 3));
}

static void test_functions_share_a_line(PciHost *f, gconstpointer data)
{
    Lamp one = lamp_add(f, "lantern", 4);
    Lamp other = lamp_add(f, "lantern", 8);

    (void)data;
    lines(&one, 1);
    lines(&other, 1);
    lines(&one, 0);
    g_assert_true(ob_client_irq_get(f->client, 3));
    lines(&other, 0);
    g_assert_false(ob_client_irq_get(f->client, 3));
}

static void test_guest_can_switch_the_pin_off(PciHost *f, gconstpointer data)
{
    Lamp lamp = lamp_add(f, "lantern", 4);

    (void)data;
    g_assert_false(status_bit(f, &lamp));
    lines(&lamp, 1);
    g_assert_true(status_bit(f, &lamp));
    bit_set(f, &lamp, HW_PCI_COMMAND_NO_INTX);
    g_assert_false(ob_client_irq_get(f->client, 3));
    g_assert_true(status_bit(f, &lamp));
    pci_command(&f->bus, lamp.address, HW_PCI_COMMAND_MEMORY);
    g_assert_true(ob_client_irq_get(f->client, 3));
}

static void test_removed_function_lowers_its_pin(PciHost *f, gconstpointer data)
{
    Lamp lamp = lamp_add(f, "lantern", 4);

    (void)data;
    lines(&lamp, 1);
    ob_host_remove_device(f->host, ob_host_device_at(f->host, 0));
    g_assert_false(ob_client_irq_get(f->client, 3));
}

static void test_reset_lowers_the_pin(PciHost *f, gconstpointer data)
{
    Lamp lamp = lamp_add(f, "lantern", 4);

    (void)data;
    lines(&lamp, 1);
    ob_client_reset(f->client);
    g_assert_false(ob_client_irq_get(f->client, 3));
    g_assert_false(status_bit(f, &lamp));
}

/* ---------------------------------------------------------------------- MSI */

static void test_message_is_a_write_to_memory(PciHost *f, gconstpointer data)
{
    Lamp lamp = lamp_add(f, "lantern", 4);

    (void)data;
    g_assert_true(pci_msi_on(&f->bus, lamp.address, 1, 0x4141));
    g_assert_cmphex(pci_message_wait(&f->bus, 0), ==, 0);
    lines(&lamp, 1);
    g_assert_cmphex(pci_message_wait(&f->bus, 1000), ==, 0x4141);
    lines(&lamp, 1);
    g_assert_cmphex(pci_message_wait(&f->bus, 0), ==, 0);
    lines(&lamp, 3);
    g_assert_cmphex(pci_message_wait(&f->bus, 1000), ==, 0x4141);
    g_assert_false(status_bit(f, &lamp));
}

static void test_message_has_the_vector(PciHost *f, gconstpointer data)
{
    Lamp lamp = lamp_add(f, "lantern", 4);

    (void)data;
    pci_msi_on(&f->bus, lamp.address, 2, 0x40);
    for (uint32_t i = 0; i < LANTERN_MSI_VECTORS; i++) {
        lines(&lamp, 1u << i);
        g_assert_cmphex(pci_message_wait(&f->bus, 1000), ==, 0x40 + i % 2);
    }
}

/* The guest allows 32, the function has 4. */
static void test_too_many_messages_are_cut(PciHost *f, gconstpointer data)
{
    Lamp lamp = lamp_add(f, "lantern", 4);
    uint32_t msi = pci_capability(&f->bus, lamp.address, 5);

    (void)data;
    pci_msi_on(&f->bus, lamp.address, 32, 0x40);
    g_assert_cmphex(pci_config_read(&f->bus, lamp.address, msi + 2, 2), ==, 0x00a5);
}

static void test_message_to_the_controller_is_told(PciHost *f, gconstpointer data)
{
    Lamp lamp = lamp_add(f, "lantern", 4);

    (void)data;
    f->bus.message = f->bus.ecam ? 0x08020040 : MESSAGE_PC;
    pci_msi_on(&f->bus, lamp.address, 1, 0x31);
    lines(&lamp, 1);
    g_assert_cmpstr(f->messages->str, ==, f->bus.ecam ? "8020040=31 " : "fee00000=31 ");
}

static void test_message_needs_the_bus_master_bit(PciHost *f, gconstpointer data)
{
    Lamp lamp = lamp_add(f, "lantern", 4);

    (void)data;
    pci_msi_on(&f->bus, lamp.address, 1, 0x31);
    pci_command(&f->bus, lamp.address, HW_PCI_COMMAND_MEMORY);
    lines(&lamp, 1);
    g_assert_cmphex(pci_message_wait(&f->bus, 0), ==, 0);
}

static void test_msi_lowers_the_pin(PciHost *f, gconstpointer data)
{
    Lamp lamp = lamp_add(f, "lantern", 4);
    uint32_t msi = pci_capability(&f->bus, lamp.address, 5);

    (void)data;
    lines(&lamp, 1);
    g_assert_true(ob_client_irq_get(f->client, 3));
    pci_msi_on(&f->bus, lamp.address, 1, 0x31);
    g_assert_false(ob_client_irq_get(f->client, 3));
    g_assert_cmphex(pci_message_wait(&f->bus, 0), ==, 0);
    pci_config_write(&f->bus, lamp.address, msi + 2, 0, 2);
    g_assert_true(ob_client_irq_get(f->client, 3));
}

static void test_device_sends_by_event(PciHost *f, gconstpointer data)
{
    Lamp lamp = lamp_add(f, "gleam", 4);

    (void)data;
    register_write(&lamp.bar, LANTERN_EVENT, 0);
    pci_msi_on(&f->bus, lamp.address, 1, 0x31);
    lines(&lamp, 1);
    g_assert_cmphex(pci_message_wait(&f->bus, 0), ==, 0);
    register_write(&lamp.bar, LANTERN_EVENT, 0);
    g_assert_cmphex(pci_message_wait(&f->bus, 1000), ==, 0x31);
    register_write(&lamp.bar, LANTERN_EVENT, 0);
    g_assert_cmphex(pci_message_wait(&f->bus, 1000), ==, 0x31);
}

/* The guest aims messages at the register that sends them: a chain would use up the stack. */
static void test_message_to_itself_ends(PciHost *f, gconstpointer data)
{
    Lamp lamp = lamp_add(f, "gleam", 4);
    uint32_t msi = pci_capability(&f->bus, lamp.address, 0x05);

    (void)data;
    pci_msi_on(&f->bus, lamp.address, 1, 0);
    pci_config_write(&f->bus, lamp.address, msi + 4, (uint32_t)lamp.bar.address + LANTERN_EVENT, 4);
    register_write(&lamp.bar, LANTERN_EVENT, 0);
    g_assert_cmpint(pci_bar_read(&lamp.bar, LANTERN_EVENT, 4), ==, 0);
}

/* Two functions that aim at each other. */
static void test_messages_in_a_circle_end(PciHost *f, gconstpointer data)
{
    Lamp one = lamp_add(f, "gleam", 4);
    Lamp other = lamp_add(f, "gleam", 5);
    uint32_t msi = pci_capability(&f->bus, one.address, 0x05);

    (void)data;
    pci_msi_on(&f->bus, one.address, 1, 0);
    pci_msi_on(&f->bus, other.address, 1, 0);
    pci_config_write(&f->bus, one.address, msi + 4, (uint32_t)other.bar.address + LANTERN_EVENT, 4);
    pci_config_write(&f->bus, other.address, msi + 4, (uint32_t)one.bar.address + LANTERN_EVENT, 4);
    register_write(&one.bar, LANTERN_EVENT, 0);
    g_assert_cmpint(pci_bar_read(&other.bar, LANTERN_EVENT, 4), ==, 0);
}

/* -------------------------------------------------------------------- MSI-X */

static PciBar msix_bar(PciHost *f, const Lamp *lamp)
{
    return pci_bar_map(&f->bus, lamp->address, LANTERN_MSIX_BAR);
}

static void test_msix_is_masked_at_first(PciHost *f, gconstpointer data)
{
    Lamp lamp = lamp_add(f, "lantern-express", 4);
    PciBar bar = msix_bar(f, &lamp);

    (void)data;
    g_assert_cmphex(bar.size, ==, 4096);
    for (uint32_t i = 0; i < LANTERN_MSIX_VECTORS; i++) {
        g_assert_cmphex(pci_bar_read(&bar, 16 * i + 12, 4), ==, 1);
    }
}

static void test_msix_sends_each_vectors_message(PciHost *f, gconstpointer data)
{
    Lamp lamp = lamp_add(f, "lantern-express", 4);

    (void)data;
    msix_bar(f, &lamp);
    for (uint32_t i = 0; i < LANTERN_MSIX_VECTORS; i++) {
        g_assert_true(pci_msix_on(&f->bus, lamp.address, i, 0x100 + i));
    }
    for (uint32_t i = 0; i < LANTERN_MSIX_VECTORS; i++) {
        lines(&lamp, 1u << i);
        g_assert_cmphex(pci_message_wait(&f->bus, 1000), ==, 0x100 + i);
    }
    lines(&lamp, 8); /* line 3: there is no vector 3 */
    register_write(&lamp.bar, LANTERN_EVENT, UINT32_MAX);
    g_assert_cmphex(pci_message_wait(&f->bus, 0), ==, 0);
}

static void test_masked_vector_waits(PciHost *f, gconstpointer data)
{
    Lamp lamp = lamp_add(f, "lantern-express", 4);
    PciBar bar = msix_bar(f, &lamp);

    (void)data;
    pci_msix_on(&f->bus, lamp.address, 1, 0x77);
    pci_bar_write(&bar, 16 + 12, 1, 4);
    lines(&lamp, 2);
    g_assert_cmphex(pci_message_wait(&f->bus, 0), ==, 0);
    g_assert_cmphex(pci_bar_read(&bar, 0x800, 4), ==, 2);
    pci_bar_write(&bar, 16 + 12, 0, 4);
    g_assert_cmphex(pci_message_wait(&f->bus, 1000), ==, 0x77);
    g_assert_cmphex(pci_bar_read(&bar, 0x800, 4), ==, 0);
}

static void test_masked_function_waits(PciHost *f, gconstpointer data)
{
    Lamp lamp = lamp_add(f, "lantern-express", 4);
    uint32_t msix = pci_capability(&f->bus, lamp.address, 0x11);

    (void)data;
    msix_bar(f, &lamp);
    pci_msix_on(&f->bus, lamp.address, 1, 0x77);
    pci_config_write(&f->bus, lamp.address, msix + 2, 0xc000, 2);
    lines(&lamp, 2);
    g_assert_cmphex(pci_message_wait(&f->bus, 0), ==, 0);
    pci_config_write(&f->bus, lamp.address, msix + 2, 0x8000, 2);
    g_assert_cmphex(pci_message_wait(&f->bus, 1000), ==, 0x77);
}

static void test_narrow_accesses_to_the_table_have_no_effect(PciHost *f, gconstpointer data)
{
    Lamp lamp = lamp_add(f, "lantern-express", 4);
    PciBar bar = msix_bar(f, &lamp);

    (void)data;
    pci_bar_write(&bar, 12, 0, 1);
    g_assert_cmphex(pci_bar_read(&bar, 12, 4), ==, 1);
    g_assert_cmphex(pci_bar_read(&bar, 12, 1), ==, 0);
    pci_bar_write(&bar, 0x800, 0xff, 4);
    g_assert_cmphex(pci_bar_read(&bar, 0x800, 4), ==, 0);
    pci_bar_write(&bar, 0, UINT64_C(0x1122334455667788), 8);
    g_assert_cmphex(pci_bar_read(&bar, 0, 8), ==, UINT64_C(0x1122334455667788));
}

static void test_reset_empties_the_table(PciHost *f, gconstpointer data)
{
    Lamp lamp = lamp_add(f, "lantern-express", 4);
    PciBar bar = msix_bar(f, &lamp);

    (void)data;
    pci_msix_on(&f->bus, lamp.address, 0, 0x77);
    ob_client_reset(f->client);
    bar = msix_bar(f, &lamp);
    g_assert_cmphex(pci_bar_read(&bar, 8, 4), ==, 0);
    g_assert_cmphex(pci_bar_read(&bar, 12, 4), ==, 1);
    g_assert_cmphex(hw_pci_unit_interrupts(ob_pci_unit(ob_host_pci(f->host), lamp.address)), ==,
                    HW_PCI_PIN);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    PCI_TEST("/pci/pin/pc-routes-by-pirq", "pc", test_pc_routes_by_pirq);
    PCI_TEST("/pci/pin/q35-routes-to-the-io-apic", "q35", test_q35_routes_to_the_io_apic);
    PCI_TEST("/pci/pin/q35-has-own-routes-for-the-chips-slots", "q35",
             test_q35_has_own_routes_for_the_chips_slots);
    PCI_TEST("/pci/pin/virt-routes-to-spis", "virt", test_virt_routes_to_spis);
    PCI_TEST("/pci/pin/is-the-or-of-lines", "virt", test_pin_is_the_or_of_lines);
    PCI_TEST("/pci/pin/functions-share-a-line", "virt", test_functions_share_a_line);
    PCI_TEST("/pci/pin/guest-can-switch-it-off", "virt", test_guest_can_switch_the_pin_off);
    PCI_TEST("/pci/pin/removed-function-lowers-it", "virt", test_removed_function_lowers_its_pin);
    PCI_TEST("/pci/pin/reset-lowers-it", "virt", test_reset_lowers_the_pin);
    PCI_TEST("/pci/msi/is-a-write-to-memory", "pc", test_message_is_a_write_to_memory);
    PCI_TEST("/pci/msi/has-the-vector", "pc", test_message_has_the_vector);
    PCI_TEST("/pci/msi/too-many-are-cut", "pc", test_too_many_messages_are_cut);
    PCI_TEST("/pci/msi/to-the-controller-is-told", "pc", test_message_to_the_controller_is_told);
    PCI_TEST("/pci/msi/to-the-controller-of-virt-is-told", "virt",
             test_message_to_the_controller_is_told);
    PCI_TEST("/pci/msi/needs-the-bus-master-bit", "pc", test_message_needs_the_bus_master_bit);
    PCI_TEST("/pci/msi/lowers-the-pin", "virt", test_msi_lowers_the_pin);
    PCI_TEST("/pci/msi/device-sends-by-event", "pc", test_device_sends_by_event);
    PCI_TEST("/pci/msi/to-itself-ends", "pc", test_message_to_itself_ends);
    PCI_TEST("/pci/msi/in-a-circle-ends", "q35", test_messages_in_a_circle_end);
    PCI_TEST("/pci/msix/is-masked-at-first", "q35", test_msix_is_masked_at_first);
    PCI_TEST("/pci/msix/sends-each-vectors-message", "q35", test_msix_sends_each_vectors_message);
    PCI_TEST("/pci/msix/masked-vector-waits", "q35", test_masked_vector_waits);
    PCI_TEST("/pci/msix/masked-function-waits", "virt", test_masked_function_waits);
    PCI_TEST("/pci/msix/narrow-accesses-to-the-table-have-no-effect", "q35",
             test_narrow_accesses_to_the_table_have_no_effect);
    PCI_TEST("/pci/msix/reset-empties-the-table", "q35", test_reset_empties_the_table);
    return g_test_run();
}
