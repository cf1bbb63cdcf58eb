/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * BARs and ECAM in the machine's address spaces, as QEMU's memory regions resolve them.  In
 * memory all else hides a BAR; among the ports a BAR hides all else.  If two BARs
 * overlap, the one that was mapped later wins.
 */
#include "qtest/machine/pci/pci-internal.h"

typedef struct Mapping {
    HwPciUnit *unit;
    HwRegionState *region;
    const HwPciUnitBar *bar;
} Mapping;

static bool is_io(const Mapping *mapping)
{
    return mapping->bar->flags & HW_PCI_BAR_IO;
}

static gint later_first(gconstpointer a, gconstpointer b)
{
    uint64_t first = ((const Mapping *)a)->bar->turn;
    uint64_t second = ((const Mapping *)b)->bar->turn;

    return first > second ? -1 : first < second;
}

static GArray *mappings_collect(ObPci *pci)
{
    GArray *mappings = g_array_new(FALSE, FALSE, sizeof(Mapping));
    HwRegionState *region;

    for (uint32_t slot = OB_PCI_FUNCTIONS; slot-- > 0;) {
        HwPciUnit *unit = pci->units[slot];

        for (uint32_t i = 0; unit && (region = hw_pci_unit_region(unit, i)); i++) {
            const Mapping mapping = { unit, region, hw_pci_unit_bar_of(unit, region) };

            if (mapping.bar->address != HW_PCI_UNMAPPED) {
                g_array_append_val(mappings, mapping);
            }
        }
    }
    g_array_sort(mappings, later_first);
    return mappings;
}

/* Adds the part of the region that the window shows. */
static void window_add(GArray *ranges, const ObPciWindow *window, const Mapping *mapping)
{
    HwRegionState *region = mapping->region;
    uint64_t first = mapping->bar->address + region->address;
    uint64_t last = first + region->size - 1;
    uint64_t skipped = first < window->start ? window->start - first : 0;
    ObRange range = {
        .load = region->ram ? region->ram + skipped : NULL,
        .store = region->table->kind == HW_REGION_RAM ? region->ram + skipped : NULL,
        .region = region,
        .offset = skipped,
        .block = ob_ram_block_of(region),
        .block_offset = skipped,
        .owner = region->instance->id,
        .name = region->table->name,
    };

    if (last < window->start || first > window->start + (window->size - 1)) {
        return;
    }
    first = MAX(first, window->start);
    range.start = first - window->start + window->cpu;
    range.size = MIN(last, window->start + (window->size - 1)) - first + 1;
    g_array_append_val(ranges, range);
}

static void ecam_add(ObPci *pci, GArray *ranges)
{
    const ObRange range = {
        .start = pci->ecam,
        .size = pci->ecam_size,
        .region = ob_pci_ecam(pci),
        .name = "ECAM",
    };

    if (pci->ecam_size) {
        g_array_append_val(ranges, range);
    }
}

static void space_map(ObPci *pci, HwSpace space, const GArray *mappings)
{
    g_autoptr(GArray) ranges = g_array_new(FALSE, FALSE, sizeof(ObRange));

    if (space == HW_SPACE_MEMORY) {
        ecam_add(pci, ranges);
    }
    for (guint i = 0; i < mappings->len; i++) {
        const Mapping *mapping = &g_array_index(mappings, Mapping, i);

        for (uint32_t w = 0; w < pci->board->window_count; w++) {
            const ObPciWindow *window = &pci->board->windows[w];

            if (window->space == space && window->is_io == is_io(mapping)) {
                window_add(ranges, window, mapping);
            }
        }
    }
    ob_map_set_overlay(&pci->host->maps[space], (const ObRange *)(void *)ranges->data, ranges->len,
                       space == HW_SPACE_IO);
}

void ob_pci_map(ObPci *pci)
{
    g_autoptr(GArray) mappings = mappings_collect(pci);

    space_map(pci, HW_SPACE_MEMORY, mappings);
    space_map(pci, HW_SPACE_IO, mappings);
}

/* -------------------------------------------------------------- assignment */

static void bar_assign(HwPciUnit *unit, uint32_t number, uint64_t *memory, uint64_t *io)
{
    const HwPciUnitBar *bar = &unit->bars[number];
    uint64_t *next = bar->flags & HW_PCI_BAR_IO ? io : memory;
    uint64_t address = (*next + bar->size - 1) & ~(bar->size - 1);

    hw_pci_unit_write(unit, HW_PCI_BAR_0 + 4 * number, (uint32_t)address, 4);
    if (bar->flags & HW_PCI_BAR_64) {
        hw_pci_unit_write(unit, HW_PCI_BAR_0 + 4 * number + 4, (uint32_t)(address >> 32), 4);
    }
    *next = address + bar->size;
}

/* Without functions there is nothing to set up, and a stream stays as small as it was. */
static bool has_devices(const ObPci *pci)
{
    bool found = false;

    for (uint32_t slot = 0; slot < OB_PCI_FUNCTIONS && !found; slot++) {
        found = pci->devices[slot] != NULL;
    }
    return found;
}

void ob_pci_assign(ObPci *pci)
{
    uint64_t memory = pci->board->bar_memory;
    uint64_t io = pci->board->bar_io;

    if (!has_devices(pci)) {
        return;
    }
    ob_pci_firmware_routes(pci);
    for (uint32_t slot = 0; slot < OB_PCI_FUNCTIONS; slot++) {
        HwPciUnit *unit = pci->units[slot];

        if (!unit || !pci->devices[slot]) {
            continue;
        }
        for (uint32_t i = 0; i < HW_PCI_BARS; i++) {
            if (unit->bars[i].size) {
                bar_assign(unit, i, &memory, &io);
            }
        }
        hw_pci_unit_write(unit, HW_PCI_COMMAND,
                          hw_pci_unit_read(unit, HW_PCI_COMMAND, 2) | HW_PCI_COMMAND_IO |
                              HW_PCI_COMMAND_MEMORY | HW_PCI_COMMAND_MASTER,
                          2);
    }
}
