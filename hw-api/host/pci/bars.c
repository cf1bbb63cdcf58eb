/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Base address registers (PCI 6.2.5.1), as QEMU decodes them. */
#include "hw-api/host/load/pci-bar.h"
#include "hw-api/host/pci/unit-internal.h"

enum {
    TYPE_IO = 0x1, /* bits of the register */
    TYPE_64 = 0x4,
    TYPE_PREFETCH = 0x8,
};

static uint32_t bar_register(uint32_t number)
{
    return HW_PCI_BAR_0 + 4 * number;
}

/* ------------------------------------------------------------------- making */

static HwPciUnitBar bar_complete(const HwPciUnit *unit, uint32_t number)
{
    HwPciBar bar;
    bool exists = hw_pci_bar(&unit->instance->cls->table, number, &bar);

    return (HwPciUnitBar) { .size = exists ? bar.size : 0,
                            .flags = exists ? bar.flags : 0,
                            .address = HW_PCI_UNMAPPED };
}

static uint32_t bar_type(const HwPciUnitBar *bar)
{
    return (bar->flags & HW_PCI_BAR_IO ? TYPE_IO : 0) | (bar->flags & HW_PCI_BAR_64 ? TYPE_64 : 0) |
           (bar->flags & HW_PCI_BAR_PREFETCH ? TYPE_PREFETCH : 0);
}

static void register_init(HwPciUnit *unit, uint32_t number)
{
    const HwPciUnitBar *bar = &unit->bars[number];
    HwPciConfig *config = &unit->config;
    uint32_t width = bar->flags & HW_PCI_BAR_64 ? 8 : 4;
    uint64_t mask = ~(bar->size - 1);

    hw_pci_config_set(config, bar_register(number), bar_type(bar), 4);
    for (uint32_t i = 0; i < width; i++) {
        config->writable[bar_register(number) + i] = (uint8_t)(mask >> (8 * i));
        config->compared[bar_register(number) + i] = 0xff;
    }
}

void hw_pci_bars_init(HwPciUnit *unit)
{
    for (uint32_t i = 0; i < HW_PCI_BARS; i++) {
        HwPciUnitBar *bar = &unit->bars[i];

        if (!bar->size) { /* MSI-X has made its own */
            *bar = bar_complete(unit, i);
        }
        if (bar->size) {
            register_init(unit, i);
        }
    }
}

void hw_pci_bars_reset(HwPciUnit *unit)
{
    for (uint32_t i = 0; i < HW_PCI_BARS; i++) {
        const HwPciUnitBar *bar = &unit->bars[i];

        if (bar->size) {
            hw_pci_config_set(&unit->config, bar_register(i), bar_type(bar),
                              bar->flags & HW_PCI_BAR_64 ? 8 : 4);
        }
    }
    hw_pci_bars_update(unit);
}

/* ----------------------------------------------------------------- decoding */

/* A BAR that wraps or ends at the top is off, for sizing writes ones there. */
static uint64_t bar_decode(const HwPciUnit *unit, uint32_t number)
{
    const HwPciUnitBar *bar = &unit->bars[number];
    bool is_64 = bar->flags & HW_PCI_BAR_64;
    uint32_t needed = bar->flags & HW_PCI_BAR_IO ? HW_PCI_COMMAND_IO : HW_PCI_COMMAND_MEMORY;
    uint64_t address, last;

    if (unit->is_off || !(unit->config.bytes[HW_PCI_COMMAND] & needed)) {
        return HW_PCI_UNMAPPED;
    }
    address = hw_pci_config_get(&unit->config, bar_register(number), is_64 ? 8 : 4) &
              ~(bar->size - 1);
    last = address + bar->size - 1;
    if (last <= address || last >= (is_64 ? UINT64_MAX : UINT32_MAX) ||
        (address == 0 && !unit->zero_is_address)) {
        return HW_PCI_UNMAPPED;
    }
    return address;
}

void hw_pci_bars_update(HwPciUnit *unit)
{
    bool moved = false;

    for (uint32_t i = 0; i < HW_PCI_BARS; i++) {
        HwPciUnitBar *bar = &unit->bars[i];
        uint64_t address = bar->size ? bar_decode(unit, i) : HW_PCI_UNMAPPED;

        if (bar->size && bar->address != address) {
            bar->address = address;
            bar->turn = ++*unit->turns;
            moved = true;
        }
    }
    if (moved) {
        unit->port->moved(unit);
    }
}

/* ------------------------------------------------------------------ regions */

HwRegionState *hw_pci_unit_region(HwPciUnit *unit, uint32_t index)
{
    HwInstance *instance = unit->instance;

    for (uint32_t i = 0; i < instance->region_count; i++) {
        HwRegionState *region = &instance->regions[i];

        if (region->table->space == HW_SPACE_BAR && region->enabled && index-- == 0) {
            return region;
        }
    }
    return unit->msix.count && index < 2 ? &unit->msix.regions[index] : NULL;
}

const HwPciUnitBar *hw_pci_unit_bar_of(const HwPciUnit *unit, const HwRegionState *region)
{
    return &unit->bars[region->table->bar];
}
