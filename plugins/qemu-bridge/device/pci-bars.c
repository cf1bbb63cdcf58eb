/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A PCI function's regions in its base address registers. */
#include "plugins/qemu-bridge/device/pci.h"

#include <stdio.h>

#include "hw-api/host/load/pci-bar.h"

static bool is_in_bar(const HwRegionState *region, uint32_t number)
{
    return region->enabled && region->table->space == HW_SPACE_BAR && region->table->bar == number;
}

static uint8_t bar_type(const HwPciBar *bar)
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

/* Regions that a property switches off count: a BAR's size is the class's. */
void bridge_pci_bars_register(BridgeDevice *device)
{
    for (uint32_t i = 0; i < HW_PCI_BARS; i++) {
        QemuMemoryRegion *region;
        HwPciBar bar;

        if (!hw_pci_bar(&device->instance->cls->table, i, &bar)) {
            continue;
        }
        region = whole_region(device, i, bar.size);
        pci_register_bar(device->object, (int)i, bar_type(&bar),
                         region ? region : container_new(device, i, bar.size));
    }
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
