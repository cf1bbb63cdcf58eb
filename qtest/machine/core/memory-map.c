/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/machine/core/memory-map.h"

#include <glib.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "hw-api/device/error.h"

/* The initial `hit` of a map: holds no address. */
const ObRange ob_no_range;

void ob_map_init(ObMap *map, const char *name, uint64_t last, uint8_t unmapped)
{
    *map = (ObMap) { .hit = &ob_no_range, .name = name, .last = last, .unmapped = unmapped };
}

void ob_map_clear(ObMap *map)
{
    g_free(map->ranges);
    g_clear_pointer(&map->added, g_array_unref);
    g_clear_pointer(&map->overlay, g_array_unref);
    g_clear_pointer(&map->cover, g_array_unref);
    ob_map_init(map, map->name, map->last, map->unmapped);
}

static uint32_t index_from(const ObMap *map, uint64_t address)
{
    return ob_ranges_index(map->ranges, map->count, address);
}

const ObRange *ob_map_from(ObMap *map, uint64_t address)
{
    uint32_t index;

    ob_map_settle(map);
    index = index_from(map, address);
    return index < map->count ? &map->ranges[index] : NULL;
}

const ObRange *ob_map_search(ObMap *map, uint64_t address)
{
    const ObRange *range = ob_map_from(map, address);

    if (!range || address < range->start) {
        return NULL;
    }
    map->hit = range;
    return range;
}

uint64_t ob_map_run(ObMap *map, uint64_t address, uint64_t size, const ObRange **range)
{
    const ObRange *next;

    *range = ob_map_find(map, address);
    if (*range) {
        return MIN(size, (*range)->size - (address - (*range)->start));
    }
    next = ob_map_from(map, address);
    return next ? MIN(size, next->start - address) : size;
}

/* ------------------------------------------------------------------ changes */

static const char *range_describe(const ObRange *range, char *text, size_t capacity)
{
    int length = range->owner
                     ? snprintf(text, capacity, "region '%s' of '%s'", range->name, range->owner)
                     : snprintf(text, capacity, "the machine's %s", range->name);

    if (length >= 0 && (size_t)length < capacity) {
        snprintf(text + length, capacity - (size_t)length, " (0x%" PRIx64 "..0x%" PRIx64 ")",
                 range->start, range->start + range->size - 1);
    }
    return text;
}

static bool refuse(const ObMap *map, const ObRange *range, const ObRange *other, HwError *error)
{
    char mine[160];
    char theirs[160];
    const char *who = range->owner ? range->owner : "machine";

    range_describe(range, mine, sizeof(mine));
    if (!other) {
        return hw_error_set(error, "%s: %s does not fit in the %s space, which ends at 0x%" PRIx64,
                            who, mine, map->name, map->last);
    }
    return hw_error_set(error, "%s: %s overlaps %s in the %s space", who, mine,
                        range_describe(other, theirs, sizeof(theirs)), map->name);
}

static bool range_add(ObMap *map, const ObRange *range, HwError *error)
{
    uint32_t index = index_from(map, range->start);
    const ObRange *next = index < map->count ? &map->ranges[index] : NULL;

    if (range->start > map->last || range->size - 1 > map->last - range->start) {
        return refuse(map, range, NULL, error);
    }
    if (next && next->start <= range->start + (range->size - 1)) {
        return refuse(map, range, next, error);
    }
    map->ranges = g_renew(ObRange, map->ranges, map->count + 1);
    memmove(&map->ranges[index + 1], &map->ranges[index], (map->count - index) * sizeof(ObRange));
    map->ranges[index] = *range;
    map->count++;
    map->hit = &ob_no_range;
    return true;
}

bool ob_map_add(ObMap *map, const ObRange *range, HwError *error)
{
    bool added;

    ob_map_lift(map);
    added = range_add(map, range, error);
    ob_map_lay(map);
    return added;
}

static void range_remove(ObMap *map, const HwRegionState *region)
{
    for (uint32_t i = 0; i < map->count; i++) {
        if (map->ranges[i].region == region) {
            map->count--;
            memmove(&map->ranges[i], &map->ranges[i + 1], (map->count - i) * sizeof(ObRange));
            map->hit = &ob_no_range;
            return;
        }
    }
}

void ob_map_remove(ObMap *map, const HwRegionState *region)
{
    ob_map_lift(map);
    range_remove(map, region);
    ob_map_lay(map);
}

/* ----------------------------------------------------------------- accesses */

static inline uint64_t ram_load(const uint8_t *p, uint32_t size)
{
    uint16_t u16;
    uint32_t u32;
    uint64_t u64;

    switch (size) {
    case 1:
        return *p;
    case 2:
        memcpy(&u16, p, sizeof(u16));
        return GUINT16_FROM_LE(u16);
    case 4:
        memcpy(&u32, p, sizeof(u32));
        return GUINT32_FROM_LE(u32);
    default:
        memcpy(&u64, p, sizeof(u64));
        return GUINT64_FROM_LE(u64);
    }
}

static void ram_mark(const ObRange *range, uint64_t offset, uint64_t size)
{
    if (range->block) {
        ob_ram_block_mark(range->block, range->block_offset + offset, size);
    }
}

/* All functions that write memory for the guest end here or in ram_write(). */
static inline void ram_store(const ObRange *range, uint64_t offset, uint64_t value, uint32_t size)
{
    uint8_t *p = range->store + offset;
    uint16_t u16 = GUINT16_TO_LE((uint16_t)value);
    uint32_t u32 = GUINT32_TO_LE((uint32_t)value);
    uint64_t u64 = GUINT64_TO_LE(value);

    switch (size) {
    case 1:
        *p = (uint8_t)value;
        break;
    case 2:
        memcpy(p, &u16, sizeof(u16));
        break;
    case 4:
        memcpy(p, &u32, sizeof(u32));
        break;
    default:
        memcpy(p, &u64, sizeof(u64));
        break;
    }
}

static void ram_write(const ObRange *range, uint64_t offset, const void *buffer, uint64_t size)
{
    memmove(range->store + offset, buffer, size);
}

/* The largest naturally aligned access at `offset` that has no more than `left` bytes. */
static uint32_t piece_size(uint64_t offset, uint64_t left)
{
    uint32_t size = 8;

    while (size > left || (offset & (size - 1))) {
        size /= 2;
    }
    return size;
}

static void region_read(HwRegionState *region, uint64_t offset, uint8_t *buffer, uint64_t size)
{
    for (uint32_t piece; size > 0; offset += piece, buffer += piece, size -= piece) {
        uint64_t value;

        piece = piece_size(offset, size);
        value = hw_region_read(region, offset, piece);
        value = GUINT64_TO_LE(value); /* a macro, which may evaluate its argument often */
        memcpy(buffer, &value, piece);
    }
}

static void region_write(HwRegionState *region, uint64_t offset, const uint8_t *buffer,
                         uint64_t size)
{
    for (uint32_t piece; size > 0; offset += piece, buffer += piece, size -= piece) {
        uint64_t value = 0;

        piece = piece_size(offset, size);
        memcpy(&value, buffer, piece);
        hw_region_write(region, offset, GUINT64_FROM_LE(value), piece);
    }
}

void ob_map_read(ObMap *map, uint64_t address, void *buffer, uint64_t size)
{
    uint8_t *p = buffer;
    const ObRange *range;

    for (uint64_t run; size > 0; address += run, p += run, size -= run) {
        run = ob_map_run(map, address, size, &range);
        if (!range) {
            memset(p, map->unmapped, run);
        } else if (range->load) {
            memmove(p, range->load + (address - range->start), run);
        } else {
            region_read(range->region, address - range->start + range->offset, p, run);
        }
    }
}

void ob_map_write(ObMap *map, uint64_t address, const void *buffer, uint64_t size)
{
    const uint8_t *p = buffer;
    const ObRange *range;

    for (uint64_t run; size > 0; address += run, p += run, size -= run) {
        run = ob_map_run(map, address, size, &range);
        if (!range) {
            continue;
        }
        if (range->store) {
            ram_write(range, address - range->start, p, run);
            if (map->tracks) {
                ram_mark(range, address - range->start, run);
            }
        } else if (range->region) {
            region_write(range->region, address - range->start + range->offset, p, run);
        }
    }
}

/* For an access that crosses a border, or that hits no range. */
static uint64_t split_load(ObMap *map, uint64_t address, uint32_t size)
{
    uint64_t value = 0;

    ob_map_read(map, address, &value, size);
    return GUINT64_FROM_LE(value);
}

static void split_store(ObMap *map, uint64_t address, uint64_t value, uint32_t size)
{
    value = GUINT64_TO_LE(value);
    ob_map_write(map, address, &value, size);
}

uint64_t ob_map_load(ObMap *map, uint64_t address, uint32_t size)
{
    const ObRange *range = ob_map_find(map, address);
    uint64_t offset;

    if (!range) {
        return split_load(map, address, size);
    }
    offset = address - range->start;
    if (range->size - offset < size) {
        return split_load(map, address, size);
    }
    return range->load ? ram_load(range->load + offset, size)
                       : hw_region_read(range->region, offset + range->offset, size);
}

void ob_map_store(ObMap *map, uint64_t address, uint64_t value, uint32_t size)
{
    const ObRange *range = ob_map_find(map, address);
    uint64_t offset = range ? address - range->start : 0;

    if (!range || range->size - offset < size) {
        split_store(map, address, value, size);
    } else if (range->store) {
        ram_store(range, offset, value, size);
        if (map->tracks) {
            ram_mark(range, offset, size);
        }
    } else if (range->region) {
        hw_region_write(range->region, offset + range->offset, value, size);
    }
}

bool ob_map_is_ram(ObMap *map, uint64_t address, uint64_t size)
{
    const ObRange *range;

    for (uint64_t run; size > 0; address += run, size -= run) {
        run = ob_map_run(map, address, size, &range);
        if (!range || !range->store) {
            return false;
        }
    }
    return true;
}
