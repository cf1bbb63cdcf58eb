/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A class's PCI function, as text and as JSON. */
#include <inttypes.h>

#include "hw-api/host/load/pci-bar.h"
#include "qtest/host/help/dump-plugin-internal.h"
#include "qtest/text/json.h"
#include "qtest/text/show.h"

/* ---------------------------------------------------------------------------- text */

static void interrupts_print(const HwPciFunction *function, FILE *out)
{
    if (function->interrupt_pin) {
        ob_text_fprintf(out, ", pin INTA");
    }
    if (function->msi_vectors) {
        ob_text_fprintf(out, ", MSI with %u", function->msi_vectors);
    }
    if (function->msix_vectors) {
        ob_text_fprintf(out, ", MSI-X with %u in BAR %u", function->msix_vectors,
                        function->msix_bar);
    }
    ob_text_fprintf(out, "\n");
}

static const char *bar_space(const HwPciBar *bar)
{
    return ob_plugin_words.spaces[bar->flags & HW_PCI_BAR_IO ? HW_SPACE_IO : HW_SPACE_MEMORY];
}

static void bar_print(const HwPciBar *bar, FILE *out)
{
    ob_text_fprintf(out, "    BAR %u: 0x%" PRIx64 " bytes of %s%s%s\n", bar->number, bar->size,
                    bar_space(bar), bar->flags & HW_PCI_BAR_64 ? ", 64 bits" : "",
                    bar->flags & HW_PCI_BAR_PREFETCH ? ", prefetchable" : "");
}

static void capability_print(const HwPciCapability *capability, FILE *out)
{
    ob_text_fprintf(out, "    %scapability %s: id 0x%02x, %u bytes",
                    capability->extended_version ? "extended " : "", capability->name,
                    capability->id, capability->word_count * 4);
    if (capability->offset) {
        ob_text_fprintf(out, " at 0x%x", capability->offset);
    }
    ob_text_fprintf(out, "\n");
    ob_dump_registers(&capability->registers, "      ", out);
}

void ob_dump_pci(const HwDeviceClass *cls, FILE *out)
{
    const HwPciFunction *function = cls->pci;

    ob_text_fprintf(out, "  PCI%s function %04x:%04x, class %06x, revision %02x",
                    function->flags & HW_PCI_EXPRESS ? " Express" : "", function->vendor,
                    function->device, function->class_code, function->revision);
    interrupts_print(function, out);
    for (uint32_t i = 0; i < HW_PCI_BARS; i++) {
        HwPciBar bar;

        if (hw_pci_bar(cls, i, &bar)) {
            bar_print(&bar, out);
        }
    }
    for (uint32_t i = 0; i < function->capabilities.count; i++) {
        capability_print(&function->capabilities.entries[i], out);
    }
}

/* ---------------------------------------------------------------------------- JSON */

static json_t *bars_json(const HwDeviceClass *cls)
{
    json_t *array = json_array();

    for (uint32_t i = 0; i < HW_PCI_BARS; i++) {
        HwPciBar bar;

        if (hw_pci_bar(cls, i, &bar)) {
            json_array_append_new(array, json_pack("{s:i, s:I, s:o, s:b, s:b}", "number", (int)i,
                                                   "size", (json_int_t)bar.size, "space",
                                                   ob_json_text(bar_space(&bar)), "64-bit",
                                                   !!(bar.flags & HW_PCI_BAR_64), "prefetchable",
                                                   !!(bar.flags & HW_PCI_BAR_PREFETCH)));
        }
    }
    return array;
}

/* `offset` is null if the host chooses the place. */
static json_t *capabilities_json(const HwPciCapabilities *capabilities)
{
    json_t *array = json_array();

    for (uint32_t i = 0; i < capabilities->count; i++) {
        const HwPciCapability *capability = &capabilities->entries[i];

        json_array_append_new(array,
                              json_pack("{s:o, s:i, s:i, s:o, s:I, s:o}", "name",
                                        ob_json_text(capability->name), "id", capability->id,
                                        "extended-version", capability->extended_version, "offset",
                                        capability->offset ? json_integer(capability->offset)
                                                           : json_null(),
                                        "size", (json_int_t)capability->word_count * 4, "registers",
                                        ob_dump_registers_json(&capability->registers)));
    }
    return array;
}

json_t *ob_dump_pci_json(const HwDeviceClass *cls)
{
    const HwPciFunction *function = cls->pci;

    return json_pack("{s:i, s:i, s:i, s:i, s:I, s:i, s:b, s:b, s:b, s:i, s:i, s:o, s:o, s:o}",
                     "vendor", function->vendor, "device", function->device, "subsystem-vendor",
                     function->subsystem_vendor, "subsystem", function->subsystem, "class",
                     (json_int_t)function->class_code, "revision", function->revision, "express",
                     !!(function->flags & HW_PCI_EXPRESS), "message-by-event",
                     !!(function->flags & HW_PCI_MESSAGE_BY_EVENT), "pin",
                     function->interrupt_pin != HW_PCI_NO_PIN, "msi-vectors", function->msi_vectors,
                     "msix-vectors", function->msix_vectors, "msix-bar",
                     function->msix_vectors ? json_integer(function->msix_bar) : json_null(),
                     "bars", bars_json(cls), "capabilities",
                     capabilities_json(&function->capabilities));
}
