/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/pci/pci-host.h"

#include <string.h>

#include "qtest/tests/lib/device-options.h"

static void message_note(void *opaque, uint64_t address, uint32_t data)
{
    const PciHost *f = opaque;

    g_string_append_printf(f->messages, "%" G_GINT64_MODIFIER "x=%x ", address, data);
}

void pci_host_set_up(PciHost *f, gconstpointer machine)
{
    static const HwClass *const classes[] = { &lantern_class, &lantern_express_class,
                                              &gleam_class };
    bool is_virt = !strcmp(machine, "virt");
    const ObHostConfig config = { .architecture = is_virt ? "aarch64" : "x86_64",
                                  .machine = machine,
                                  .acpi_bridges = { .is_given = true },
                                  .ram_size = 16 << 20 };

    f->messages = g_string_new(NULL);
    f->error = (HwError) { f->text, sizeof(f->text), 0 };
    f->host = ob_host_new(&config, &f->error);
    g_assert_nonnull(f->host);
    ob_host_observe_messages(f->host, message_note, f);
    for (size_t i = 0; i < G_N_ELEMENTS(classes); i++) {
        g_assert_true(ob_host_add_class(f->host, classes[i], &f->error));
    }
    f->client = ob_client_in_process(f->host);
    f->bus = is_virt ? pci_of_virt(f->client) : pci_of_pc(f->client);
}

void pci_host_tear_down(PciHost *f, gconstpointer machine)
{
    (void)machine;
    ob_client_free(f->client);
    ob_host_free(f->host);
    g_string_free(f->messages, TRUE);
}

HwInstance *function_try(PciHost *f, const char *name, const char *options)
{
    return device_with_options(f->host, name, options, &f->error);
}

HwInstance *function_add(PciHost *f, const char *name, const char *options)
{
    HwInstance *instance = function_try(f, name, options);

    if (!instance) {
        g_error("%s", f->text);
    }
    return instance;
}

void function_refused(PciHost *f, const char *name, const char *options, const char *sentence)
{
    g_assert_null(function_try(f, name, options));
    g_assert_cmpstr(f->text, ==, sentence);
}

uint32_t lantern_find(const PciHost *f, uint16_t device)
{
    uint32_t address = pci_find(&f->bus, LANTERN_VENDOR, device, 0);

    g_assert_cmphex(address, !=, PCI_NOT_FOUND);
    return address;
}

void register_write(const PciBar *bar, uint64_t offset, uint32_t value)
{
    pci_bar_write(bar, offset, value, 4);
}
