/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -device X,addr=,bus=,multifunction=,rombar=: which place a function gets, and refusals. */
#include <string.h>

#include "qtest/tests/pci/pci-host.h"

static void assert_at(const PciHost *f, uint32_t index, uint32_t address)
{
    g_assert_cmphex(pci_find(&f->bus, LANTERN_VENDOR, LANTERN_DEVICE, index), ==, address);
}

static void test_first_free_slot_is_taken(PciHost *f, gconstpointer data)
{
    (void)data;
    function_add(f, "lantern", "id=a");
    function_add(f, "lantern", "addr=3");
    function_add(f, "lantern", "id=c");
    assert_at(f, 0, PCI_ADDRESS(2, 0));
    assert_at(f, 1, PCI_ADDRESS(3, 0));
    assert_at(f, 2, PCI_ADDRESS(4, 0));
}

static void test_address_is_hexadecimal(PciHost *f, gconstpointer data)
{
    (void)data;
    function_add(f, "lantern", "addr=1e");
    function_add(f, "lantern", "addr=0x10.0,rombar=0,bus=pci.0");
    assert_at(f, 0, PCI_ADDRESS(16, 0));
    assert_at(f, 1, PCI_ADDRESS(30, 0));
}

static void test_slot_has_functions(PciHost *f, gconstpointer data)
{
    (void)data;
    function_add(f, "lantern", "addr=4.0,multifunction=on");
    function_add(f, "lantern", "addr=4.1");
    function_add(f, "lantern", "addr=4.7");
    g_assert_cmphex(pci_config_read(&f->bus, PCI_ADDRESS(4, 0), 0x0e, 1), ==, 0x80);
    assert_at(f, 1, PCI_ADDRESS(4, 1));
    assert_at(f, 2, PCI_ADDRESS(4, 7));
}

static void test_occupied_slot_is_refused(PciHost *f, gconstpointer data)
{
    (void)data;
    function_add(f, "lantern", "addr=4,id=first");
    function_refused(f, "gleam", "addr=4",
                     "PCI: slot 4 function 0 not available for gleam, in use by lantern,id=first");
    function_refused(f, "gleam", "addr=0",
                     "PCI: slot 0 function 0 not available for gleam, in use by i440FX,id=(null)");
}

static void test_full_bus_is_refused(PciHost *f, gconstpointer data)
{
    (void)data;
    for (uint32_t i = 2; i < 32; i++) {
        function_add(f, "lantern", "rombar=1");
    }
    function_refused(f, "lantern", "rombar=1",
                     "PCI: no slot/function available for lantern, all in use or reserved");
}

static void test_second_function_needs_multifunction(PciHost *f, gconstpointer data)
{
    (void)data;
    function_add(f, "lantern", "addr=4");
    function_refused(f, "lantern", "addr=4.1",
                     "PCI: single function device can't be populated in function 4.1");
}

static void test_single_function_needs_an_empty_slot(PciHost *f, gconstpointer data)
{
    (void)data;
    function_add(f, "lantern", "addr=4.1");
    function_refused(f, "lantern", "addr=4.0",
                     "PCI: 4.0 indicates single function, but 4.1 is already populated.");
}

static void test_malformed_address_is_refused(PciHost *f, gconstpointer data)
{
    static const char *const addresses[] = { "addr=20", "addr=4.8",  "addr=x", "addr=",
                                             "addr=4.", "addr=4.1x", "addr=-2" };

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(addresses); i++) {
        g_assert_null(function_try(f, "lantern", addresses[i]));
        g_assert_nonnull(strstr(f->text, "lantern: addr: invalid value '"));
    }
    function_refused(f, "lantern", "addr=20",
                     "lantern: addr: invalid value '20': expected DEVICE or DEVICE.FUNCTION in "
                     "hexadecimal, up to 1f.7");
}

static void test_malformed_switch_is_refused(PciHost *f, gconstpointer data)
{
    (void)data;
    function_refused(f, "lantern", "multifunction=maybe",
                     "lantern: multifunction: invalid value 'maybe': expected on or off");
    function_refused(f, "lantern", "rombar=x",
                     "lantern: rombar: invalid value 'x': expected a number");
}

static void test_unknown_bus_is_refused(PciHost *f, gconstpointer data)
{
    (void)data;
    function_refused(f, "lantern", "bus=pcie.9", "Bus 'pcie.9' not found");
}

static void test_express_needs_an_express_bus(PciHost *f, gconstpointer data)
{
    (void)data;
    function_refused(f, "lantern-express", "addr=4",
                     "lantern-express is a PCI Express function; bus 'pci.0' of machine 'pc' is "
                     "conventional");
}

static void test_machine_without_a_bus_refuses(PciHost *f, gconstpointer data)
{
    (void)data;
    function_refused(f, "lantern", "id=a", "a is a PCI function; machine 'none' has no PCI bus");
}

static void test_refused_function_leaves_its_slot(PciHost *f, gconstpointer data)
{
    (void)data;
    g_assert_null(function_try(f, "lantern", "addr=4,nonsense=1"));
    g_assert_cmphex(pci_config_read(&f->bus, PCI_ADDRESS(4, 0), 0, 4), ==, 0xffffffff);
    function_add(f, "lantern", "addr=4");
}

static void test_slot_is_free_again(PciHost *f, gconstpointer data)
{
    (void)data;
    for (int i = 0; i < 100; i++) {
        HwInstance *instance = function_add(f, "lantern", "addr=4");

        assert_at(f, 0, PCI_ADDRESS(4, 0));
        ob_pci_assign(ob_host_pci(f->host));
        ob_host_remove_device(f->host, instance);
        assert_at(f, 0, PCI_NOT_FOUND);
    }
}

static void test_unknown_line_is_reported(PciHost *f, gconstpointer data)
{
    HwInstance *instance = function_add(f, "lantern", "addr=4");

    (void)data;
    hw_irq_set(instance->dev, HW_PCI_LINES, true);
    g_assert_false(instance->pci->pin);
    hw_irq_set(instance->dev, HW_PCI_LINES - 1, true);
    g_assert_true(instance->pci->pin);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    PCI_TEST("/pci/plug/first-free-slot-is-taken", "pc", test_first_free_slot_is_taken);
    PCI_TEST("/pci/plug/address-is-hexadecimal", "pc", test_address_is_hexadecimal);
    PCI_TEST("/pci/plug/slot-has-functions", "pc", test_slot_has_functions);
    PCI_TEST("/pci/plug/occupied-slot-is-refused", "pc", test_occupied_slot_is_refused);
    PCI_TEST("/pci/plug/full-bus-is-refused", "pc", test_full_bus_is_refused);
    PCI_TEST("/pci/plug/second-function-needs-multifunction", "pc",
             test_second_function_needs_multifunction);
    PCI_TEST("/pci/plug/single-function-needs-an-empty-slot", "pc",
             test_single_function_needs_an_empty_slot);
    PCI_TEST("/pci/plug/malformed-address-is-refused", "pc", test_malformed_address_is_refused);
    PCI_TEST("/pci/plug/malformed-switch-is-refused", "pc", test_malformed_switch_is_refused);
    PCI_TEST("/pci/plug/unknown-bus-is-refused", "pc", test_unknown_bus_is_refused);
    PCI_TEST("/pci/plug/express-needs-an-express-bus", "pc", test_express_needs_an_express_bus);
    PCI_TEST("/pci/plug/machine-without-a-bus-refuses", "none", test_machine_without_a_bus_refuses);
    PCI_TEST("/pci/plug/refused-function-leaves-its-slot", "pc",
             test_refused_function_leaves_its_slot);
    PCI_TEST("/pci/plug/slot-is-free-again", "q35", test_slot_is_free_again);
    PCI_TEST("/pci/plug/unknown-line-is-reported", "virt", test_unknown_line_is_reported);
    return g_test_run();
}
