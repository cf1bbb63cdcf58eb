/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * BARs and ECAM in the machine's address spaces, as QEMU's memory regions resolve them.  In
 * memory all else hides a BAR; among the ports a BAR hides all else.  If two BARs
 * overlap, the one that was mapped later wins.
 */
#include "qtest/machine/pci/pci-internal.h"

/* A region of a BAR, and the part of it that bridges let through. */
typedef struct Mapping {
    HwPciUnit *unit;
    HwRegionState *region;
    const HwPciUnitBar *bar;
    uint64_t first;
    uint64_t last;
} Mapping;

/* On one bus: a region of a BAR, or a window to the bus below a bridge. */
typedef struct Item {
    uint64_t turn;
    HwPciUnit *unit;
    HwRegionState *region; /* NULL: a window */
    HwPciWindow window;
} Item;

/* A stretch of a bus. */
typedef struct Seen {
    const ObPciBus *bus;
    uint64_t first;
    uint64_t last;
} Seen;

typedef struct Collection {
    GArray *mappings; /* Mapping */
    GArray *seen;     /* Seen */
} Collection;

static bool is_io(const HwPciUnitBar *bar)
{
    return bar->flags & HW_PCI_BAR_IO;
}

static gint later_first(gconstpointer a, gconstpointer b)
{
    uint64_t first = ((const Item *)a)->turn;
    uint64_t second = ((const Item *)b)->turn;

    return first > second ? -1 : first < second;
}

static void function_items(GArray *items, HwPciUnit *unit, bool io)
{
    HwRegionState *region;

    for (uint32_t i = 0; (region = hw_pci_unit_region(unit, i)); i++) {
        const HwPciUnitBar *bar = hw_pci_unit_bar_of(unit, region);
        const Item item = { .turn = bar->turn, .unit = unit, .region = region };

        if (bar->address != HW_PCI_UNMAPPED && is_io(bar) == io) {
            g_array_append_val(items, item);
        }
    }
}

static void bridge_items(GArray *items, HwPciUnit *unit, bool io)
{
    for (HwPciWindow i = 0; unit->below && i < HW_PCI_WINDOWS; i++) {
        const Item item = { .turn = unit->turns_of[i], .unit = unit, .window = i };

        if ((i == HW_PCI_WINDOW_IO) == io) {
            g_array_append_val(items, item);
        }
    }
}

static GArray *items_collect(const ObPciBus *bus, bool io)
{
    GArray *items = g_array_new(FALSE, FALSE, sizeof(Item));

    OB_PCI_FOREACH(bus, slot)
    {
        function_items(items, bus->places[slot].unit, io);
        bridge_items(items, bus->places[slot].unit, io);
    }
    g_array_sort(items, later_first);
    return items;
}

static void region_collect(GArray *mappings, const Item *item, uint64_t first, uint64_t last)
{
    const HwPciUnitBar *bar = hw_pci_unit_bar_of(item->unit, item->region);
    uint64_t start = bar->address + item->region->address;
    const Mapping mapping = { item->unit, item->region, bar, MAX(first, start),
                              MIN(last, start + item->region->size - 1) };

    if (mapping.first <= mapping.last) {
        g_array_append_val(mappings, mapping);
    }
}

/* All that was seen of a bus hides what would be seen of it again: bridges don't translate.  Without
 * this, a chain of bridges that pass the same addresses by two windows doubles at each bridge. */
static bool see_again(Collection *all, const ObPciBus *bus, uint64_t first, uint64_t last)
{
    const Seen seen = { bus, first, last };

    for (guint i = 0; i < all->seen->len; i++) {
        const Seen *other = &g_array_index(all->seen, Seen, i);

        if (other->bus == bus && other->first <= first && other->last >= last) {
            return true;
        }
    }
    g_array_append_val(all->seen, seen);
    return false;
}

/* Adds all that answers on the bus from `first` to `last`, in the order in which it answers.  A
 * window has its place among the BARs beside its bridge. */
static void mappings_collect(Collection *all, const ObPciBus *bus, bool io, uint64_t first,
                             uint64_t last)
{
    g_autoptr(GArray) items = NULL;

    if (see_again(all, bus, first, last)) {
        return;
    }
    items = items_collect(bus, io);
    for (guint i = 0; i < items->len; i++) {
        const Item *item = &g_array_index(items, Item, i);
        uint64_t from, to;

        if (item->region) {
            region_collect(all->mappings, item, first, last);
        } else if (hw_pci_bridge_window(item->unit, item->window, &from, &to) && from <= last &&
                   to >= first) {
            mappings_collect(all, item->unit->below, io, MAX(first, from), MIN(last, to));
        }
    }
}

/* Adds the part of the region that the window shows. */
static void window_add(GArray *ranges, const ObPciWindow *window, const Mapping *mapping)
{
    HwRegionState *region = mapping->region;
    uint64_t first = MAX(mapping->first, window->start);
    uint64_t last = MIN(mapping->last, window->start + (window->size - 1));
    ObRange range = {
        .region = region,
        .block = ob_ram_block_of(region),
        .owner = region->instance->id,
        .name = region->table->name,
    };

    if (first > last) {
        return;
    }
    range.start = first - window->start + window->cpu;
    range.size = last - first + 1;
    range.offset = first - (mapping->bar->address + region->address);
    range.block_offset = range.offset;
    range.load = region->ram ? region->ram + range.offset : NULL;
    range.store = region->table->kind == HW_REGION_RAM ? region->ram + range.offset : NULL;
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

/* True if accesses to I/O ports of the bus, or to its memory, come from this space. */
static bool space_shows(const ObPci *pci, HwSpace space, bool io)
{
    const ObPciWindow *window;

    for (uint32_t i = 0; (window = ob_pci_window(pci, i)); i++) {
        if (window->space == space && window->is_io == io) {
            return true;
        }
    }
    return false;
}

static void mapping_add(const ObPci *pci, HwSpace space, GArray *ranges, const Mapping *mapping)
{
    const ObPciWindow *window;

    for (uint32_t i = 0; (window = ob_pci_window(pci, i)); i++) {
        if (window->space == space && window->is_io == is_io(mapping->bar)) {
            window_add(ranges, window, mapping);
        }
    }
}

/* Adds the bus's ports, or its memory. */
static void ranges_collect(ObPci *pci, HwSpace space, GArray *ranges, bool io)
{
    g_autoptr(GArray) mappings = g_array_new(FALSE, FALSE, sizeof(Mapping));
    g_autoptr(GArray) seen = g_array_new(FALSE, FALSE, sizeof(Seen));
    Collection all = { mappings, seen };

    mappings_collect(&all, ob_pci_root(pci), io, 0, UINT64_MAX);
    for (guint i = 0; i < mappings->len; i++) {
        mapping_add(pci, space, ranges, &g_array_index(mappings, Mapping, i));
    }
}

/* QEMU's priorities: a BAR hides the firmware's image. */
static void background_add(const ObPci *pci, GArray *ranges)
{
    const GArray *background = pci->host->background;

    if (background) {
        g_array_append_vals(ranges, background->data, background->len);
    }
}

static void space_map(ObPci *pci, HwSpace space)
{
    g_autoptr(GArray) ranges = g_array_new(FALSE, FALSE, sizeof(ObRange));

    if (space == HW_SPACE_MEMORY) {
        ecam_add(pci, ranges);
    }
    for (int io = 0; io < 2; io++) {
        if (space_shows(pci, space, io)) {
            ranges_collect(pci, space, ranges, io);
        }
    }
    if (space == HW_SPACE_MEMORY) {
        background_add(pci, ranges);
    }
    ob_map_set_overlay(&pci->host->maps[space], (const ObRange *)(void *)ranges->data, ranges->len,
                       space == HW_SPACE_IO);
}

static void memory_map(void *opaque)
{
    g_autoptr(GArray) cover = g_array_new(FALSE, FALSE, sizeof(ObRange));
    ObPci *pci = opaque;

    space_map(pci, HW_SPACE_MEMORY);
    ob_pci_pc_cover(pci, cover);
    ob_map_set_cover(&pci->host->maps[HW_SPACE_MEMORY], (const ObRange *)(void *)cover->data,
                     cover->len);
}

static void ports_map(void *opaque)
{
    space_map(opaque, HW_SPACE_IO);
}

/* Firmware and guests write many registers between two accesses to BARs. */
void ob_pci_map(ObPci *pci)
{
    ob_map_outdate(&pci->host->maps[HW_SPACE_MEMORY], memory_map, pci);
    ob_map_outdate(&pci->host->maps[HW_SPACE_IO], ports_map, pci);
}
