/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A guest has read the configuration space of a function: it must stay. */
#include <stdio.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/ext/draft/pci.h"
#include "hw-api/host/load/pci-bar.h"
#include "hw-api/host/reload/reload-internal.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static bool header_check(const char *cls, const HwPciFunction *was, const HwPciFunction *now,
                         HwError *error)
{
    const HwSameNumber rows[] = {
        { "vendor", was->vendor, now->vendor },
        { "device", was->device, now->device },
        { "subsystem vendor", was->subsystem_vendor, now->subsystem_vendor },
        { "subsystem", was->subsystem, now->subsystem },
        { "class code", was->class_code, now->class_code },
        { "revision", was->revision, now->revision },
        { "interrupt pin", was->interrupt_pin, now->interrupt_pin },
        { "BAR of MSI-X", was->msix_bar, now->msix_bar },
        { "number of MSI vectors", was->msi_vectors, now->msi_vectors },
        { "number of MSI-X vectors", was->msix_vectors, now->msix_vectors },
        { "flags", was->flags, now->flags },
        { "number of capabilities", was->capabilities.count, now->capabilities.count },
    };

    return hw_reload_same(cls, "PCI function", NULL, rows, COUNT(rows), error);
}

static bool capability_check(const char *cls, const HwPciCapability *was,
                             const HwPciCapability *now, HwError *error)
{
    const HwSameNumber rows[] = {
        { "id", was->id, now->id },
        { "offset", was->offset, now->offset },
        { "version", was->extended_version, now->extended_version },
        { "number of words", was->word_count, now->word_count },
    };

    return hw_reload_same(cls, "PCI capability", was->name, rows, COUNT(rows), error);
}

static bool bar_check(const HwDeviceClass *was, const HwDeviceClass *now, uint32_t number,
                      HwError *error)
{
    HwPciBar bars[2] = { 0 };
    bool exists[2] = { hw_pci_bar(was, number, &bars[0]), hw_pci_bar(now, number, &bars[1]) };
    const HwSameNumber rows[] = {
        { "presence", exists[0], exists[1] },
        { "size", exists[0] ? bars[0].size : 0, exists[0] ? bars[1].size : 0 },
        { "flags", exists[0] ? bars[0].flags : 0, exists[0] ? bars[1].flags : 0 },
    };
    char name[8];

    snprintf(name, sizeof(name), "%u", number);
    return hw_reload_same(was->name, "BAR", name, rows, COUNT(rows), error);
}

bool hw_reload_check_pci(const HwDeviceClass *was, const HwDeviceClass *now, HwError *error)
{
    const HwSameNumber is_function = { "presence", was->pci != NULL, now->pci != NULL };

    if (!hw_reload_same(was->name, "PCI function", NULL, &is_function, 1, error) ||
        (was->pci && !header_check(was->name, was->pci, now->pci, error))) {
        return false;
    }
    for (uint32_t i = 0; was->pci && i < was->pci->capabilities.count; i++) {
        if (!capability_check(was->name, &was->pci->capabilities.entries[i],
                              &now->pci->capabilities.entries[i], error)) {
            return false;
        }
    }
    for (uint32_t i = 0; was->pci && i < HW_PCI_BARS; i++) {
        if (!bar_check(was, now, i, error)) {
            return false;
        }
    }
    return true;
}
