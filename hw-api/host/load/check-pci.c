/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks a class's PCI function, and the regions in its BARs. */
#include "hw-api/host/load/check-parts.h"

#include <inttypes.h>

#include "hw-api/host/load/pci-bar.h"

#define ALL_FLAGS     ((uint32_t)HW_PCI_EXPRESS | HW_PCI_MESSAGE_BY_EVENT)
#define ALL_BAR_FLAGS ((uint32_t)HW_PCI_BAR_IO | HW_PCI_BAR_64 | HW_PCI_BAR_PREFETCH)
#define IO_MAX        UINT64_C(0x100) /* PCI 6.2.5.1 */
#define MEMORY_MAX    (UINT64_C(1) << 30)
#define MEMORY_64_MAX (UINT64_C(1) << 36)

static bool is_power_of_two(uint64_t value)
{
    return value && !(value & (value - 1));
}

/* ------------------------------------------------------------------- the function */

static bool numbers_check(const HwCheck *c, const HwPlace *place, const HwPciFunction *function)
{
    if (function->vendor == 0xffff) {
        return hw_refuse(place, c->error, "vendor is 0xffff, expected 0 to 0xfffe");
    }
    if (!function->subsystem_vendor && function->subsystem) {
        return hw_refuse(place, c->error, "subsystem is 0x%x of vendor 0, expected a vendor",
                         function->subsystem);
    }
    if (function->class_code > 0xffffff) {
        return hw_refuse(place, c->error, "class_code is 0x%x, expected 24 bits",
                         function->class_code);
    }
    if (function->interrupt_pin > HW_PCI_INTA) {
        return hw_refuse(place, c->error, "interrupt_pin is %u, expected %u or %u",
                         function->interrupt_pin, HW_PCI_NO_PIN, HW_PCI_INTA);
    }
    return !(function->flags & ~ALL_FLAGS) ||
           hw_refuse(place, c->error, "flags are 0x%x, expected 0x%x at most", function->flags,
                     ALL_FLAGS);
}

static bool messages_check(const HwCheck *c, const HwPlace *place, const HwPciFunction *function)
{
    uint32_t msi = function->msi_vectors;
    uint32_t msix = function->msix_vectors;

    if (msi && (!is_power_of_two(msi) || msi > HW_PCI_MSI_MAX)) {
        return hw_refuse(place, c->error,
                         "msi_vectors is %u, expected 0 or a power of two up to %u", msi,
                         HW_PCI_MSI_MAX);
    }
    if (msix > HW_PCI_MSIX_MAX) {
        return hw_refuse(place, c->error, "msix_vectors is %u, expected at most %u", msix,
                         HW_PCI_MSIX_MAX);
    }
    if (function->msix_bar >= HW_PCI_BARS || (function->msix_bar && !msix)) {
        return hw_refuse(place, c->error, "msix_bar is %u, expected %s", function->msix_bar,
                         msix ? "0 to 5" : "0 without msix_vectors");
    }
    return !(function->flags & HW_PCI_MESSAGE_BY_EVENT) || msi || msix ||
           hw_refuse(place, c->error,
                     "sends messages by event, expected msi_vectors or "
                     "msix_vectors");
}

/* ---------------------------------------------------------------------------- BARs */

static bool flags_check(const HwCheck *c, const HwPlace *place, const HwPciBar *bar)
{
    bool io = bar->flags & HW_PCI_BAR_IO;

    if ((bar->flags & ~ALL_BAR_FLAGS) || (io && bar->flags != HW_PCI_BAR_IO)) {
        return hw_refuse(place, c->error, "flags are 0x%x, expected 0x%x at most or 0x%x alone",
                         bar->flags, (unsigned)(HW_PCI_BAR_64 | HW_PCI_BAR_PREFETCH),
                         HW_PCI_BAR_IO);
    }
    return !(bar->flags & HW_PCI_BAR_64) || bar->number + 1 < HW_PCI_BARS ||
           hw_refuse(place, c->error, "has 64 bits, expected a number up to %u", HW_PCI_BARS - 2);
}

static bool size_check(const HwCheck *c, const HwPlace *place, const HwPciBar *bar, uint64_t extent)
{
    bool io = bar->flags & HW_PCI_BAR_IO;
    uint64_t least = io ? 4 : 16;
    uint64_t most = io ? IO_MAX : bar->flags & HW_PCI_BAR_64 ? MEMORY_64_MAX : MEMORY_MAX;

    if (!is_power_of_two(bar->size) || bar->size < least || bar->size > most) {
        return hw_refuse(place, c->error,
                         "size is 0x%" PRIx64 ", expected a power of two from 0x%" PRIx64
                         " to 0x%" PRIx64,
                         bar->size, least, most);
    }
    return extent <= bar->size ||
           hw_refuse(place, c->error,
                     "size is 0x%" PRIx64 ", expected the 0x%" PRIx64 " bytes of its regions",
                     bar->size, extent);
}

static bool user_refuse(const HwCheck *c, const HwPlace *function, uint32_t number, const char *a,
                        const char *b)
{
    HwPlace place = { function, "BAR", NULL, number };

    return hw_refuse(&place, c->error, "is used by %s and by %s, expected one use", a, b);
}

/* Each number has one use: a BAR, the upper half of a BAR with 64 bits, or MSI-X. */
static bool uses_check(const HwCheck *c, const HwPlace *place, const HwDeviceClass *table)
{
    const char *users[HW_PCI_BARS] = { NULL };

    if (table->pci->msix_vectors) {
        users[table->pci->msix_bar] = "MSI-X";
    }
    for (uint32_t i = 0; i < HW_PCI_BARS; i++) {
        HwPciBar bar;

        if (!hw_pci_bar(table, i, &bar)) {
            continue;
        }
        if (users[i]) {
            return user_refuse(c, place, i, users[i], "the class");
        }
        users[i] = "the class";
        if ((bar.flags & HW_PCI_BAR_64) && users[i + 1]) {
            return user_refuse(c, place, i + 1, users[i + 1], "the 64 bits of the BAR before it");
        }
        if (bar.flags & HW_PCI_BAR_64) {
            users[i + 1] = "the 64 bits of the BAR before it";
        }
    }
    return true;
}

static bool entries_check(const HwCheck *c, const HwPlace *place, const HwPciBars *bars)
{
    uint32_t seen = 0;

    for (uint32_t i = 0; i < bars->count; i++) {
        const HwPciBar *bar = &bars->entries[i];
        HwPlace inner = { place, "BAR", NULL, bar->number };

        if (bar->number >= HW_PCI_BARS) {
            return hw_refuse(&inner, c->error, "does not exist, expected 0 to %u", HW_PCI_BARS - 1);
        }
        if (seen & HW_BIT(bar->number)) {
            return hw_refuse(&inner, c->error, "has two entries, expected one");
        }
        seen |= HW_BIT(bar->number);
        if (!flags_check(c, &inner, bar)) {
            return false;
        }
    }
    return true;
}

static bool bars_check(const HwCheck *c, const HwPlace *place, const HwDeviceClass *table)
{
    if (!entries_check(c, place, &table->pci->bars) || !uses_check(c, place, table)) {
        return false;
    }
    for (uint32_t i = 0; i < HW_PCI_BARS; i++) {
        HwPlace inner = { place, "BAR", NULL, i };
        HwPciBar bar;

        if (hw_pci_bar(table, i, &bar) &&
            !size_check(c, &inner, &bar, hw_pci_bar_extent(&table->regions, i))) {
            return false;
        }
    }
    return true;
}

/* ------------------------------------------------------------------------- regions */

static bool region_check(const HwCheck *c, const HwPlace *place, const HwDeviceClass *table,
                         const HwRegion *region)
{
    HwPciBar bar;

    if (region->space == HW_SPACE_BAR && !table->pci) {
        return hw_refuse(place, c->error, "is in a BAR, expected a class with a PCI function");
    }
    if (region->space < HW_SPACE_NONE && table->pci) {
        return hw_refuse(place, c->error,
                         "is outside of the PCI function's BARs, expected space %u", HW_SPACE_BAR);
    }
    if (region->space == HW_SPACE_BAR && region->bar >= HW_PCI_BARS) {
        return hw_refuse(place, c->error, "is in BAR %u, expected 0 to %u", region->bar,
                         HW_PCI_BARS - 1);
    }
    if (region->space != HW_SPACE_BAR || region->kind <= HW_REGION_MMIO) {
        return true;
    }
    hw_pci_bar(table, region->bar, &bar);
    return !(bar.flags & HW_PCI_BAR_IO) ||
           hw_refuse(place, c->error, "has kind %u in an I/O BAR, expected %u or %u", region->kind,
                     HW_REGION_REGISTERS, HW_REGION_MMIO);
}

static bool regions_check(const HwCheck *c, const HwPlace *cls, const HwDeviceClass *table)
{
    for (uint32_t i = 0; i < table->regions.count; i++) {
        const HwRegion *region = &table->regions.entries[i];
        HwPlace place = { cls, "region", region->name, i };

        if (!region_check(c, &place, table, region)) {
            return false;
        }
    }
    return true;
}

bool hw_check_pci(const HwCheck *c, const HwPlace *cls, const HwDeviceClass *table)
{
    HwPlace place = { cls, NULL, "PCI function", 0 };

    return regions_check(c, cls, table) &&
           (!table->pci ||
            (numbers_check(c, &place, table->pci) && messages_check(c, &place, table->pci) &&
             bars_check(c, &place, table) && hw_check_pci_capabilities(c, &place, table->pci)));
}
