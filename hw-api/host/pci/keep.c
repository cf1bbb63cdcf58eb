/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A copy of a function's state, to be put back in the same process. */
#include <stdlib.h>
#include <string.h>

#include "hw-api/host/pci/unit-internal.h"
#include "hw-api/host/run/no-memory.h"

/* A guest's accesses and a device's interrupts change these members, and no others. */
typedef struct Members {
    HwPciUnitBar bars[HW_PCI_BARS];
    uint64_t own_turns;
    uint64_t turns_of[HW_PCI_WINDOWS];
    uint64_t lines[HW_PCI_LINES / 64];
    uint32_t raised;
    bool pin;
    bool driven;
    bool is_off;
    bool msix_masked;
} Members;

struct HwPciKept {
    Members members;
    uint8_t bytes[]; /* configuration space, MSI-X's table and pending bits */
};

static void members_take(const HwPciUnit *unit, Members *members)
{
    memcpy(members->bars, unit->bars, sizeof(members->bars));
    memcpy(members->turns_of, unit->turns_of, sizeof(members->turns_of));
    memcpy(members->lines, unit->lines, sizeof(members->lines));
    members->own_turns = unit->own_turns;
    members->raised = unit->raised;
    members->pin = unit->pin;
    members->driven = unit->driven;
    members->is_off = unit->is_off;
    members->msix_masked = unit->msix.masked;
}

static void members_store(HwPciUnit *unit, const Members *members)
{
    memcpy(unit->bars, members->bars, sizeof(members->bars));
    memcpy(unit->turns_of, members->turns_of, sizeof(members->turns_of));
    memcpy(unit->lines, members->lines, sizeof(members->lines));
    unit->own_turns = members->own_turns;
    unit->raised = members->raised;
    unit->pin = members->pin;
    unit->driven = members->driven;
    unit->is_off = members->is_off;
    unit->msix.masked = members->msix_masked;
}

HwPciKept *hw_pci_unit_keep(const HwPciUnit *unit)
{
    const HwPciMsix *msix = &unit->msix;
    uint32_t table = msix->count ? hw_pci_msix_table_size(unit) : 0;
    uint32_t pending = msix->count ? hw_pci_msix_pending_size(unit) : 0;
    HwPciKept *kept = calloc(1, sizeof(*kept) + unit->config.size + table + pending);

    if (!kept) {
        hw_no_memory();
    }
    members_take(unit, &kept->members);
    memcpy(kept->bytes, unit->config.bytes, unit->config.size);
    if (msix->count) {
        memcpy(kept->bytes + unit->config.size, msix->table, table);
        memcpy(kept->bytes + unit->config.size + table, msix->pending, pending);
    }
    return kept;
}

bool hw_pci_unit_put_back(HwPciUnit *unit, const HwPciKept *kept)
{
    HwPciMsix *msix = &unit->msix;
    bool moved = memcmp(unit->config.bytes, kept->bytes, unit->config.size) != 0 ||
                 unit->is_off != kept->members.is_off;

    members_store(unit, &kept->members);
    memcpy(unit->config.bytes, kept->bytes, unit->config.size);
    if (msix->count) {
        const uint8_t *table = kept->bytes + unit->config.size;

        memcpy(msix->table, table, hw_pci_msix_table_size(unit));
        memcpy(msix->pending, table + hw_pci_msix_table_size(unit), hw_pci_msix_pending_size(unit));
    }
    return moved;
}

void hw_pci_kept_free(HwPciKept *kept)
{
    free(kept);
}
