/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds addresses for regions that the user left to the machine (HW_ADDRESS_AUTO). */
#include <inttypes.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/machine/core/host-internal.h"

typedef struct Window {
    uint64_t start;
    uint64_t size;
    uint64_t align; /* lower bound of the alignment */
} Window;

static Window window_of(const ObMachine *machine, uint32_t space)
{
    if (space == HW_SPACE_IO) {
        return (Window) { machine->platform_io_base, machine->platform_io_size, 16 };
    }
    return (Window) { machine->platform_base, machine->platform_size, 4096 };
}

static bool overlaps(uint64_t a, uint64_t a_size, uint64_t b, uint64_t b_size)
{
    return a < b ? b - a < a_size : a - b < b_size;
}

/* Finds the device's own region; false while its address is open.  The map does not have
 * this region yet: regions are mapped after realize. */
static bool own_address(const HwInstance *instance, const HwRegion *table, uint64_t *address)
{
    uint64_t base = 0;

    if (table->base) {
        memcpy(&base, (const uint8_t *)instance->dev + table->base, sizeof(base));
    }
    *address = base + table->offset;
    return !table->base || base != HW_ADDRESS_AUTO;
}

/* Returns the end of something that overlaps, or 0 if nothing does. */
static uint64_t obstacle_end(const ObDevice *device, const HwAutoBase *group, uint64_t address)
{
    const HwRegions *regions = &device->instance->cls->table.regions;
    const ObRange *range = ob_map_from(&device->host->maps[group->space], address);
    uint64_t own;

    if (range && overlaps(address, group->size, range->start, range->size)) {
        return range->start + range->size;
    }
    for (uint32_t i = 0; i < regions->count; i++) {
        const HwRegion *table = &regions->entries[i];

        if (table->space == group->space && own_address(device->instance, table, &own) &&
            overlaps(address, group->size, own, table->size)) {
            return own + table->size;
        }
    }
    return 0;
}

static bool group_place(ObDevice *device, const HwAutoBase *group, HwError *error)
{
    Window window = window_of(device->host->machine, group->space);
    uint64_t align = window.align;
    uint64_t address = window.start;
    uint64_t end;

    while (align < group->size && align <= window.size) {
        align *= 2;
    }
    while (group->size <= window.size && address >= window.start &&
           address - window.start <= window.size - group->size) {
        end = obstacle_end(device, group, address);
        if (!end) {
            hw_instance_place(device->instance, group, address);
            return true;
        }
        address = (end + align - 1) & ~(align - 1);
    }
    return hw_error_set(error,
                        "%s: no room for its regions of 0x%" PRIx64
                        " bytes in the machine's window 0x%" PRIx64 "..0x%" PRIx64,
                        device->instance->id, group->size, window.start,
                        window.start + window.size - 1);
}

bool ob_device_place(ObDevice *device, HwError *error)
{
    const HwInstance *instance = device->instance;
    const HwRegions *regions = &instance->cls->table.regions;
    HwAutoBase group;

    for (uint32_t i = 0; i < regions->count; i++) {
        if (regions->entries[i].space == HW_SPACE_IO && !device->host->machine->has_io_ports) {
            return hw_error_set(error, "%s: region '%s' needs I/O ports, machine '%s' has none",
                                instance->id, regions->entries[i].name,
                                device->host->machine->name);
        }
    }
    while (hw_instance_next_auto(instance, &group)) {
        if (!group_place(device, &group, error)) {
            return false;
        }
    }
    return true;
}
