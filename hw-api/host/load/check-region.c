/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/load/check-parts.h"

#include <inttypes.h>
#include <string.h>

#include "hw-api/host/load/tables.h"

#define REGION_MAX    (UINT64_C(1) << 30)
#define IO_SPACE_SIZE UINT64_C(0x10000)
#define BAR_MAX       (UINT64_C(1) << 36)

static bool registers_check(const HwCheck *c, const HwPlace *place, const HwRegion *region)
{
    HwWords words = { region->words, region->word_count, region->size, &region->registers,
                      region->kind == HW_REGION_REGISTERS };

    if (region->word_count == 0 || (uint64_t)region->word_count > (region->size + 3) / 4) {
        return hw_refuse(place, c->error,
                         "word_count is %u, expected 1 to %" PRIu64 ", a quarter of its size",
                         region->word_count, (region->size + 3) / 4);
    }
    return hw_check_registers(c, place, "region", &words);
}

static bool is_access_size(uint32_t size)
{
    return size == 1 || size == 2 || size == 4 || size == 8;
}

/* Checks regions of all kinds, since the host splits accesses by these sizes. */
static bool region_check_access(const HwCheck *c, const HwPlace *place, const HwRegion *region)
{
    uint32_t min = region->access_min ? region->access_min : 1;
    uint32_t max = region->access_max ? region->access_max : 4;

    return (is_access_size(min) && is_access_size(max) && min <= max) ||
           hw_refuse(place, c->error,
                     "access_min is %u and access_max %u, expected 1, 2, 4 "
                     "or 8, in this order",
                     min, max);
}

static bool region_check_callbacks(const HwCheck *c, const HwPlace *place, const HwRegion *region)
{
    bool needs_write = region->kind == HW_REGION_MMIO || !region->word_count;

    if ((needs_write && !region->write) || (region->kind == HW_REGION_MMIO && !region->read)) {
        return hw_refuse(place, c->error, "has no %s callback, expected one in a region of kind %u",
                         region->write ? "read" : "write", region->kind);
    }
    return true;
}

static bool region_has_registers(const HwRegion *region)
{
    return region->kind == HW_REGION_REGISTERS ||
           (region->kind == HW_REGION_ROM_DEVICE && region->word_count);
}

/* Refuses members that the region's kind does not use: a host would trust them unchecked. */
static bool region_check_unused(const HwCheck *c, const HwPlace *place, const HwRegion *region)
{
    if (region->ram_block && !hw_region_has_ram(region)) {
        return hw_refuse(place, c->error,
                         "has the RAM block %s, expected none in a region of "
                         "kind %u",
                         region->ram_block, region->kind);
    }
    if (!region_has_registers(region) && (region->word_count || region->registers.count)) {
        return hw_refuse(place, c->error,
                         "has %u words and %u registers, expected none in a "
                         "region of kind %u",
                         region->word_count, region->registers.count, region->kind);
    }
    if (region->flags & ~(uint32_t)HW_REGION_ONES) {
        return hw_refuse(place, c->error, "flags are 0x%x, expected 0 or 0x%x", region->flags,
                         HW_REGION_ONES);
    }
    if (region->flags && region->kind != HW_REGION_REGISTERS) {
        return hw_refuse(place, c->error, "flags are 0x%x, expected 0 in a region of kind %u",
                         region->flags, region->kind);
    }
    if (region->space != HW_SPACE_BAR && region->bar) {
        return hw_refuse(place, c->error, "has BAR %u, expected 0 outside of HW_SPACE_BAR",
                         region->bar);
    }
    return !(region->space >= HW_SPACE_NONE && region->base) ||
           hw_refuse(place, c->error, "%s and has a base, expected none",
                     region->space == HW_SPACE_NONE ? "is mapped nowhere" : "is in a BAR");
}

static bool region_check_kind(const HwCheck *c, const HwPlace *place, const HwRegion *region)
{
    if (region->kind < HW_REGION_REGISTERS || region->kind > HW_REGION_ROM_DEVICE) {
        return hw_refuse(place, c->error, "kind is %u, expected %u to %u", region->kind,
                         HW_REGION_REGISTERS, HW_REGION_ROM_DEVICE);
    }
    return region_check_unused(c, place, region) &&
           (!region->ram_block || hw_check_block(c, place, region->ram_block)) &&
           (!region_has_registers(region) || registers_check(c, place, region)) &&
           (region->kind == HW_REGION_REGISTERS || region->kind == HW_REGION_RAM ||
            region_check_callbacks(c, place, region)) &&
           region_check_access(c, place, region);
}

/* A region with a base may still not fit once the base is known. */
static bool region_check_range(const HwCheck *c, const HwPlace *place, const HwRegion *region)
{
    uint64_t last = region->space == HW_SPACE_IO    ? IO_SPACE_SIZE - 1
                    : region->space == HW_SPACE_BAR ? BAR_MAX - 1
                                                    : UINT64_MAX;

    if (region->space > HW_SPACE_BAR) {
        return hw_refuse(place, c->error, "space is %u, expected %u to %u", region->space,
                         HW_SPACE_MEMORY, HW_SPACE_BAR);
    }
    if (region->space == HW_SPACE_NONE && region->kind != HW_REGION_RAM &&
        region->kind != HW_REGION_REGISTERS) { /* check-i2c.c looks at registers */
        return hw_refuse(place, c->error, "is mapped nowhere, expected kind %u and not %u",
                         HW_REGION_RAM, region->kind);
    }
    if (region->size == 0) {
        return hw_refuse(place, c->error, "size is 0, expected 1 or more");
    }
    if (region->size > REGION_MAX) {
        return hw_refuse(place, c->error, "size is 0x%" PRIx64 ", expected at most 0x%" PRIx64,
                         region->size, REGION_MAX);
    }
    return (region->size - 1 <= last && region->offset <= last - (region->size - 1)) ||
           hw_refuse(place, c->error,
                     "takes 0x%" PRIx64 " bytes at 0x%" PRIx64 ", expected in 0 to 0x%" PRIx64,
                     region->size, region->offset, last);
}

static bool region_check(const HwCheck *c, const HwPlace *place, const HwRegion *region)
{
    return region_check_range(c, place, region) &&
           (!region->base || hw_check_in_instance(c, place, "base", region->base, sizeof(uint64_t),
                                                  sizeof(uint64_t))) &&
           (!region->size_from || hw_check_in_instance(c, place, "size_from", region->size_from,
                                                       sizeof(uint64_t), sizeof(uint64_t))) &&
           (!region->enabled ||
            hw_check_in_instance(c, place, "enabled", region->enabled, sizeof(bool), 1)) &&
           region_check_kind(c, place, region);
}

bool hw_check_regions(const HwCheck *c, const HwPlace *cls, const HwRegions *regions)
{
    if (!hw_check_names(c, cls, "region", regions->entries, regions->stride, regions->count)) {
        return false;
    }
    for (uint32_t i = 0; i < regions->count; i++) {
        const HwRegion *region = &regions->entries[i];
        HwPlace place = { cls, "region", region->name, i };

        if (!region_check(c, &place, region)) {
            return false;
        }
    }
    return true;
}
