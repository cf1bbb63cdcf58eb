/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A PCI function's regions in its base address registers. */
#include "plugins/qemu-bridge/device/pci.h"

#include <inttypes.h>
#include <stdio.h>

#include "hw-api/device/error.h"

#define LEAST_MEMORY 16
#define LEAST_IO     4

/* A BAR as it is: the class's entry, completed. */
typedef struct Bar {
    uint64_t size; /* 0: there is none */
    uint32_t flags;
} Bar;

static bool is_in_bar(const HwRegionState *region, uint32_t number)
{
    return region->enabled && region->table->space == HW_SPACE_BAR && region->table->bar == number;
}

/* Regions that a property switches off count: the BAR's size is the class's. */
static uint64_t regions_end(const HwInstance *instance, uint32_t number)
{
    const HwRegions *regions = &instance->cls->table.regions;
    uint64_t end = 0;

    for (uint32_t i = 0; i < regions->count; i++) {
        const HwRegion *region = &regions->entries[i];

        if (region->space == HW_SPACE_BAR && region->bar == number &&
            region->offset + region->size > end) {
            end = region->offset + region->size;
        }
    }
    return end;
}

static const HwPciBar *entry_find(const HwPciFunction *table, uint32_t number)
{
    for (uint32_t i = 0; i < table->bars.count; i++) {
        if (table->bars.entries[i].number == number) {
            return &table->bars.entries[i];
        }
    }
    return NULL;
}

static Bar bar_complete(const BridgeDevice *device, uint32_t number)
{
    const HwPciBar *entry = entry_find(device->pci->table, number);
    uint64_t end = regions_end(device->instance, number);
    Bar bar = { entry ? entry->size : 0, entry ? entry->flags : 0 };

    if (bar.size == 0 && (entry || end)) {
        bar.size = bar.flags & HW_PCI_BAR_IO ? LEAST_IO : LEAST_MEMORY;
        while (bar.size < end) {
            bar.size *= 2;
        }
    }
    return bar;
}

static uint8_t bar_type(const Bar *bar)
{
    return (uint8_t)((bar->flags & HW_PCI_BAR_IO ? QEMU_PCI_BAR_IO : 0) |
                     (bar->flags & HW_PCI_BAR_64 ? QEMU_PCI_BAR_64 : 0) |
                     (bar->flags & HW_PCI_BAR_PREFETCH ? QEMU_PCI_BAR_PREFETCH : 0));
}

/* A region that fills its BAR is the BAR: then `info mtree` shows one line, as for QEMU's. */
static QemuMemoryRegion *whole_region(BridgeDevice *device, uint32_t number, uint64_t size)
{
    for (uint32_t i = 0; i < device->instance->region_count; i++) {
        const HwRegionState *region = &device->instance->regions[i];

        if (is_in_bar(region, number) && region->table->offset == 0 && region->size == size) {
            return bridge_region_memory(device, i);
        }
    }
    return NULL;
}

static QemuMemoryRegion *container_new(BridgeDevice *device, uint32_t number, uint64_t size)
{
    QemuMemoryRegion *container = bridge_memory_new();
    char name[128];

    snprintf(name, sizeof(name), "%s-bar%u", device->type->name, number);
    memory_region_init(container, device->object, name, size);
    for (uint32_t i = 0; i < device->instance->region_count; i++) {
        const HwRegionState *region = &device->instance->regions[i];

        if (is_in_bar(region, number)) {
            memory_region_add_subregion(container, region->table->offset,
                                        bridge_region_memory(device, i));
        }
    }
    device->pci->bars[number] = container;
    return container;
}

bool bridge_pci_bars_register(BridgeDevice *device, HwError *error)
{
    for (uint32_t i = 0; i < HW_PCI_BARS; i++) {
        Bar bar = bar_complete(device, i);
        QemuMemoryRegion *region;

        if (bar.size == 0) {
            continue;
        }
        if (bar.size & (bar.size - 1) || bar.size < regions_end(device->instance, i)) {
            return hw_error_set(error,
                                "%s: BAR %u has 0x%" PRIx64 " bytes, expected a power of two that "
                                "holds its regions",
                                device->instance->id, i, bar.size);
        }
        region = whole_region(device, i, bar.size);
        pci_register_bar(device->object, (int)i, bar_type(&bar),
                         region ? region : container_new(device, i, bar.size));
    }
    return true;
}

/* A region in a container holds a reference to its device, which would never end. */
void bridge_pci_bars_empty(BridgeDevice *device)
{
    for (uint32_t i = 0; i < device->instance->region_count; i++) {
        const HwRegionState *region = &device->instance->regions[i];
        QemuMemoryRegion *container = region->table->space == HW_SPACE_BAR
                                          ? device->pci->bars[region->table->bar]
                                          : NULL;

        if (container && region->enabled) {
            memory_region_del_subregion(container, device->memory[i]);
        }
    }
}
