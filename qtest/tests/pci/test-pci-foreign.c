/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A stream from QEMU, in which SeaBIOS has set up the chipset of a q35. */
#include <string.h>

#include "qtest/machine/state/load.h"
#include "qtest/tests/lib/stream-files.h"
#include "qtest/tests/pci/pci-host.h"

#define LPC PCI_ADDRESS(31, 0)

static void seabios_load(PciHost *f)
{
    g_autoptr(GByteArray) stream = stream_load("x86-vmgenid-seabios-7.2");
    ObLoad *load = ob_load_new(f->host);

    ob_load_feed(load, stream->data, stream->len);
    if (!ob_load_finish(load)) {
        ob_load_explain(load, f->text, sizeof(f->text));
        g_error("%s", f->text);
    }
    ob_load_free(load);
}

static void test_chipset_is_as_seabios_left_it(PciHost *f, gconstpointer data)
{
    (void)data;
    seabios_load(f);
    g_assert_cmphex(pci_config_read(&f->bus, LPC, 0x60, 4), ==, 0x0b0b0a0a);
    g_assert_cmphex(ob_client_readl(f->client, 0xb0000000), ==, 0x29c08086);
    g_assert_cmphex(pci_config_read(&f->bus, LPC, 0x00, 4), ==, 0x29188086);
}

static void test_pin_takes_seabios_route(PciHost *f, gconstpointer data)
{
    HwInstance *instance = function_add(f, "lantern", "addr=4"); /* PIRQE */

    (void)data;
    hw_irq_set(instance->dev, 0, true);
    g_assert_false(ob_client_irq_get(f->client, 10));
    ob_pci_adopt(ob_host_pci(f->host), "0000:00:1f.0/ICH9LPC", (const uint8_t *)"", 0);
    g_assert_false(ob_client_irq_get(f->client, 10));
    ob_host_remove_device(f->host, instance);
    seabios_load(f);
    instance = function_add(f, "lantern", "addr=4");
    hw_irq_set(instance->dev, 0, true);
    g_assert_true(ob_client_irq_get(f->client, 10));
}

static void test_section_of_another_chip_changes_nothing(PciHost *f, gconstpointer data)
{
    uint8_t payload[4 + HW_PCI_SPACE];

    (void)data;
    memset(payload, 0x5a, sizeof(payload));
    ob_pci_adopt(ob_host_pci(f->host), "0000:00:1f.0/ICH9LPC", payload, sizeof(payload));
    ob_pci_adopt(ob_host_pci(f->host), "0000:00:1f.0", payload, sizeof(payload));
    ob_pci_adopt(ob_host_pci(f->host), "timer", payload, sizeof(payload));
    g_assert_cmphex(pci_config_read(&f->bus, LPC, 0x60, 4), ==, 0x80808080);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    PCI_TEST("/pci/foreign/chipset-is-as-seabios-left-it", "pc-q35-7.2",
             test_chipset_is_as_seabios_left_it);
    PCI_TEST("/pci/foreign/pin-takes-seabios-route", "pc-q35-7.2", test_pin_takes_seabios_route);
    PCI_TEST("/pci/foreign/section-of-another-chip-changes-nothing", "q35",
             test_section_of_another_chip_changes_nothing);
    return g_test_run();
}
