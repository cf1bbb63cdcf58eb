/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/load/pci-bar.h"

#define MEMORY_MIN 16u /* bytes: PCI 6.2.5.1 has 4 bits of flags */
#define IO_MIN     4u

uint64_t hw_pci_bar_extent(const HwRegions *regions, uint32_t number)
{
    uint64_t extent = 0;

    for (uint32_t i = 0; i < regions->count; i++) {
        const HwRegion *region = &regions->entries[i];
        uint64_t end = region->offset + region->size;

        if (region->space == HW_SPACE_BAR && region->bar == number && end > extent) {
            extent = end;
        }
    }
    return extent;
}

/* The least power of two that holds `extent` bytes. */
static uint64_t least_size(uint64_t extent, uint32_t flags)
{
    uint64_t size = flags & HW_PCI_BAR_IO ? IO_MIN : MEMORY_MIN;

    while (size < extent) {
        size *= 2;
    }
    return size;
}

bool hw_pci_bar(const HwDeviceClass *table, uint32_t number, HwPciBar *bar)
{
    const HwPciBars *bars = &table->pci->bars;
    uint64_t extent = hw_pci_bar_extent(&table->regions, number);
    bool exists = extent != 0;

    *bar = (HwPciBar) { .number = number };
    for (uint32_t i = 0; i < bars->count; i++) {
        if (bars->entries[i].number == number) {
            *bar = bars->entries[i];
            exists = true;
        }
    }
    if (exists && bar->size == 0) {
        bar->size = least_size(extent, bar->flags);
    }
    return exists;
}
