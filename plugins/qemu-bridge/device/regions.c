/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hw-api's regions as QEMU's memory regions. */
#include "plugins/qemu-bridge/device/device.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "plugins/qemu-bridge/qemu/machine.h"

#define PAGE_SIZE 4096u

static uint64_t region_read(void *opaque, uint64_t offset, unsigned size)
{
    return hw_region_read(opaque, offset, size);
}

static void region_write(void *opaque, uint64_t offset, uint64_t value, unsigned size)
{
    hw_region_write(opaque, offset, value, size);
}

static QemuMemoryRegion *memory_of(const HwRegionState *region)
{
    const BridgeDevice *device = bridge_device_of_instance(region->dev);

    return device->memory[region - region->instance->regions];
}

/* A device reports the bytes that it stores.  hw-api stores the registers' words and what a
 * guest writes past them: this function reports those to QEMU. */
static void region_stored(HwRegionState *region, uint64_t offset, uint64_t size)
{
    memory_region_set_dirty(memory_of(region), offset, size);
}

/* QEMU passes an aligned access on unchanged; hw-api splits and widens it.  QEMU splits an
 * unaligned access, as it does for most of its own devices: the access may reach into the
 * next region. */
static const QemuMemoryRegionOps region_ops = {
    .read = region_read,
    .write = region_write,
    .endianness = QEMU_LITTLE_ENDIAN,
    .valid = { 1, 8, true, NULL },
    .impl = { 1, 8, false },
};

static QemuMemoryRegion *container_of(const HwRegion *table)
{
    return table->space == HW_SPACE_IO ? get_system_io() : get_system_memory();
}

/*
 * Only object_new() knows the size of a memory region in this QEMU.  The region's init
 * function then makes a new object in the same memory, and the bridge frees this memory.
 */
QemuMemoryRegion *bridge_memory_new(void)
{
    return (QemuMemoryRegion *)object_new("memory-region");
}

/* Takes a block out of the stream.  QEMU 11 has no functions that make such a block. */
static void memory_hide(BridgeDevice *device, QemuMemoryRegion *memory)
{
    vmstate_unregister_ram(memory, device->object);
}

/* Refuses a name that exists: QEMU would abort. */
static bool block_name(BridgeDevice *device, const HwRegionState *region,
                       char name[HW_BLOCK_NAME_MAX], bool *in_stream, HwError *error)
{
    *in_stream = hw_region_block_name(region, name);
    if (!*in_stream) {
        snprintf(name, HW_BLOCK_NAME_MAX, "%s/%s@%p", device->instance->id, region->table->name,
                 (void *)device->object);
    }
    if (!device->pci && qemu_ram_block_by_name(name)) { /* QEMU adds a PCI device's slot */
        return hw_error_set(error, "%s: region '%s': RAM block '%s' already exists",
                            device->instance->id, region->table->name, name);
    }
    return true;
}

static bool ram_allocate(BridgeDevice *device, uint32_t index, HwError *error)
{
    HwRegionState *region = &device->instance->regions[index];
    const HwRegion *table = region->table;
    QemuMemoryRegion *memory;
    QemuError *failed = NULL;
    char name[HW_BLOCK_NAME_MAX];
    bool in_stream;

    if (!block_name(device, region, name, &in_stream, error)) {
        return false;
    }
    memory = bridge_memory_new();
    device->memory[index] = memory;
    if (table->kind == HW_REGION_RAM) {
        memory_region_init_ram(memory, device->object, name, region->size, &failed);
    } else {
        memory_region_init_rom_device(memory, device->object, &region_ops, region, name,
                                      region->size, &failed);
    }
    if (failed) {
        hw_error_set(error, "%s: region '%s': %s", device->instance->id, table->name,
                     error_get_pretty(failed));
        error_free(failed);
        return false;
    }
    if (!in_stream) {
        memory_hide(device, memory);
    }
    region->ram = memory_region_get_ram_ptr(memory);
    region->stored = region_stored;
    return true;
}

bool bridge_regions_allocate(BridgeDevice *device, HwError *error)
{
    for (uint32_t i = 0; i < device->instance->region_count; i++) {
        const HwRegionState *region = &device->instance->regions[i];

        if (region->enabled && hw_region_has_ram(region->table) &&
            !ram_allocate(device, i, error)) {
            return false;
        }
    }
    return true;
}

void bridge_regions_name(BridgeDevice *device, bool named)
{
    char name[HW_BLOCK_NAME_MAX];

    for (uint32_t i = 0; i < device->instance->region_count; i++) {
        if (!device->memory[i] || !hw_region_has_ram(device->instance->regions[i].table) ||
            !hw_region_block_name(&device->instance->regions[i], name)) {
            continue;
        }
        if (named) {
            vmstate_register_ram(device->memory[i], device->object);
        } else {
            memory_hide(device, device->memory[i]);
        }
    }
}

/* ------------------------------------------------------------------ address map */

/* QEMU maps the regions in BARs. */
static bool is_mapped(const HwRegionState *region)
{
    return region->enabled && region->table->space <= HW_SPACE_IO;
}

static bool region_fits(const HwRegionState *region, HwError *error)
{
    const HwRegion *table = region->table;
    const char *id = region->instance->id;
    uint64_t last = region->address + region->size - 1;

    if (last < region->address || (table->space == HW_SPACE_IO && last > 0xffff)) {
        return hw_error_set(error,
                            "%s: region '%s' ends after the address space: 0x%" PRIx64
                            " and 0x%" PRIx64 " bytes",
                            id, table->name, region->address, region->size);
    }
    if (table->space == HW_SPACE_IO && !bridge_machine_has_ports()) {
        return hw_error_set(error, "%s: region '%s' needs I/O ports, and '%s' has none", id,
                            table->name, object_get_typename(qdev_get_machine()));
    }
    for (uint64_t at = region->address;; at += PAGE_SIZE) {
        at = at > last || at < region->address ? last : at;
        if (memory_region_present(container_of(table), at)) {
            return hw_error_set(error,
                                "%s: region '%s' can't be at 0x%" PRIx64 ": address 0x%" PRIx64
                                " is in use",
                                id, table->name, region->address, at);
        }
        if (at == last) {
            return true;
        }
    }
}

bool bridge_regions_check(BridgeDevice *device, HwError *error)
{
    for (uint32_t i = 0; i < device->instance->region_count; i++) {
        const HwRegionState *region = &device->instance->regions[i];

        if (is_mapped(region) && !region_fits(region, error)) {
            return false;
        }
    }
    return true;
}

QemuMemoryRegion *bridge_region_memory(BridgeDevice *device, uint32_t index)
{
    HwRegionState *region = &device->instance->regions[index];

    if (!device->memory[index]) {
        device->memory[index] = bridge_memory_new();
        memory_region_init_io(device->memory[index], device->object, &region_ops, region,
                              region->table->name, region->size);
    }
    return device->memory[index];
}

void bridge_regions_map(BridgeDevice *device)
{
    for (uint32_t i = 0; i < device->instance->region_count; i++) {
        const HwRegionState *region = &device->instance->regions[i];

        if (is_mapped(region)) {
            memory_region_add_subregion(container_of(region->table), region->address,
                                        bridge_region_memory(device, i));
        }
    }
    device->mapped = true;
}

void bridge_regions_unmap(BridgeDevice *device)
{
    for (uint32_t i = 0; device->mapped && i < device->instance->region_count; i++) {
        const HwRegionState *region = &device->instance->regions[i];

        if (is_mapped(region)) {
            memory_region_del_subregion(container_of(region->table), device->memory[i]);
        }
    }
    device->mapped = false;
}

void bridge_regions_free(BridgeDevice *device)
{
    for (uint32_t i = 0; i < device->instance->cls->table.regions.count; i++) {
        free(device->memory[i]);
    }
}
