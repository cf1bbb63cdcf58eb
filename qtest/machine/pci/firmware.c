/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PCI as firmware sets it up: numbers of buses, windows of bridges, BARs, and switches. */
#include "qtest/machine/pci/pci-internal.h"

enum {
    LAST_BUS = 255,
    IO_STEP = 0x1000, /* windows begin and end at multiples */
    MEMORY_STEP = 0x100000,
    IO_RESERVE = 0x1000, /* the room that a port without functions gets, for hot plug */
    MEMORY_RESERVE = 0x200000,
};

static uint64_t align(uint64_t address, uint64_t size)
{
    return (address + size - 1) & ~(size - 1);
}

/* ------------------------------------------------------------------- numbers */

/* Depth first.  Returns the last number in use. */
static uint32_t buses_number(const ObPciBus *bus, uint32_t number)
{
    uint32_t last = number;

    OB_PCI_FOREACH(bus, slot)
    {
        HwPciUnit *unit = bus->places[slot].unit;

        if (unit->below && !unit->is_off && last < LAST_BUS) {
            hw_pci_unit_write(unit, HW_PCI_PRIMARY_BUS, number, 1);
            hw_pci_unit_write(unit, HW_PCI_SECONDARY_BUS, last + 1, 1);
            last = buses_number(unit->below, last + 1);
            hw_pci_unit_write(unit, HW_PCI_SUBORDINATE_BUS, last, 1);
        }
    }
    return last;
}

/* ------------------------------------------------------------------- windows */

static HwPciWindow window_of(const HwPciUnitBar *bar)
{
    return bar->flags & HW_PCI_BAR_IO         ? HW_PCI_WINDOW_IO
           : bar->flags & HW_PCI_BAR_PREFETCH ? HW_PCI_WINDOW_PREFETCH
                                              : HW_PCI_WINDOW_MEMORY;
}

static void bar_assign(HwPciUnit *unit, uint32_t number, uint64_t *next)
{
    const HwPciUnitBar *bar = &unit->bars[number];
    uint64_t address = align(*next, bar->size);

    hw_pci_unit_write(unit, HW_PCI_BAR_0 + 4 * number, (uint32_t)address, 4);
    if (bar->flags & HW_PCI_BAR_64) {
        hw_pci_unit_write(unit, HW_PCI_BAR_0 + 4 * number + 4, (uint32_t)(address >> 32), 4);
    }
    *next = address + bar->size;
}

static void range_store(HwPciUnit *unit, HwPciWindow window, uint64_t first, uint64_t last)
{
    if (window == HW_PCI_WINDOW_IO) {
        hw_pci_unit_write(unit, HW_PCI_IO_BASE, (uint32_t)(last & 0xf000) | (uint32_t)first >> 8,
                          2);
        return;
    }
    hw_pci_unit_write(unit,
                      window == HW_PCI_WINDOW_MEMORY ? HW_PCI_MEMORY_BASE : HW_PCI_PREFETCH_BASE,
                      (uint32_t)(last & 0xfff00000) | (uint32_t)first >> 16, 4);
    if (window == HW_PCI_WINDOW_PREFETCH) {
        hw_pci_unit_write(unit, HW_PCI_PREFETCH_BASE_HIGH, (uint32_t)(first >> 32), 4);
        hw_pci_unit_write(unit, HW_PCI_PREFETCH_LIMIT_HIGH, (uint32_t)(last >> 32), 4);
    }
}

static bool is_empty_slot(const HwPciUnit *bridge)
{
    return bridge->has_slot && hw_pci_slot_is_hot_plug(bridge) &&
           ob_pci_bus_is_empty(bridge->below);
}

static void bus_assign(const ObPciBus *bus, HwPciWindow window, uint64_t *next);

static void bridge_assign(HwPciUnit *bridge, HwPciWindow window, uint64_t *next)
{
    bool io = window == HW_PCI_WINDOW_IO;
    uint64_t step = io ? IO_STEP : MEMORY_STEP;
    uint64_t start = align(*next, step);
    uint64_t end = start;

    bus_assign(bridge->below, window, &end);
    if (is_empty_slot(bridge)) {
        end += io ? IO_RESERVE : MEMORY_RESERVE;
    }
    if (end > start) {
        *next = align(end, step);
        range_store(bridge, window, start, *next - 1);
    } else {
        range_store(bridge, window, step, 0);
    }
}

static void bus_assign(const ObPciBus *bus, HwPciWindow window, uint64_t *next)
{
    OB_PCI_FOREACH(bus, slot)
    {
        const ObPciPlace *place = &bus->places[slot];

        if (!place->device || place->unit->is_off) {
            continue;
        }
        for (uint32_t i = 0; i < HW_PCI_BARS; i++) {
            if (place->unit->bars[i].size && window_of(&place->unit->bars[i]) == window) {
                bar_assign(place->unit, i, next);
            }
        }
        if (place->unit->below) {
            bridge_assign(place->unit, window, next);
        }
    }
}

/* ------------------------------------------------------------------ switches */

static void functions_enable(const ObPci *pci)
{
    const ObPciPlace *place;
    ObPciWalk walk = { 0 };

    while ((place = ob_pci_walk(pci, &walk))) {
        if (place->device && !place->unit->is_off) {
            hw_pci_unit_write(place->unit, HW_PCI_COMMAND,
                              hw_pci_unit_read(place->unit, HW_PCI_COMMAND, 2) | HW_PCI_COMMAND_IO |
                                  HW_PCI_COMMAND_MEMORY | HW_PCI_COMMAND_MASTER,
                              2);
        }
    }
}

/* Without functions there is nothing to set up, and a stream stays as small as it was. */
static bool has_devices(const ObPci *pci)
{
    const ObPciPlace *place;
    ObPciWalk walk = { 0 };

    do {
        place = ob_pci_walk(pci, &walk);
    } while (place && !place->device);
    return place != NULL;
}

void ob_pci_assign(ObPci *pci)
{
    uint64_t memory = pci->board->bar_memory;
    uint64_t io = pci->board->bar_io;

    if (!has_devices(pci)) {
        return;
    }
    buses_number(ob_pci_root(pci), 0);
    ob_pci_firmware_routes(pci);
    bus_assign(ob_pci_root(pci), HW_PCI_WINDOW_MEMORY, &memory);
    bus_assign(ob_pci_root(pci), HW_PCI_WINDOW_PREFETCH, &memory);
    bus_assign(ob_pci_root(pci), HW_PCI_WINDOW_IO, &io);
    functions_enable(pci);
}
