/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The overlay of an address space is laid over, or under, the added ranges; the cover over both. */
#include "qtest/machine/core/memory-map.h"

uint32_t ob_ranges_index(const ObRange *ranges, uint32_t count, uint64_t address)
{
    uint32_t low = 0;
    uint32_t high = count;

    while (low < high) {
        uint32_t middle = (low + high) / 2;
        const ObRange *range = &ranges[middle];

        if (address > range->start && address - range->start >= range->size) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

void ob_map_lift(ObMap *map)
{
    if (map->added) {
        g_free(map->ranges);
        map->count = map->added->len;
        map->ranges = (ObRange *)(void *)g_array_free(map->added, FALSE);
        map->added = NULL;
        map->hit = &ob_no_range;
    }
}

static uint64_t last_of(const ObRange *range)
{
    return range->start + (range->size - 1);
}

/* Adds the bytes of `range` from `first` to `last`, at `index`. */
static void piece_insert(GArray *ranges, uint32_t index, const ObRange *range, uint64_t first,
                         uint64_t last)
{
    uint64_t skipped = first - range->start;
    ObRange piece = *range;

    piece.start = first;
    piece.size = last - first + 1;
    piece.load = range->load ? range->load + skipped : NULL;
    piece.store = range->store ? range->store + skipped : NULL;
    piece.offset += skipped;
    piece.block_offset += skipped;
    g_array_insert_val(ranges, index, piece);
}

/* Adds the parts of `range` that no range hides. */
static void visible_insert(GArray *ranges, const ObRange *range)
{
    uint64_t last = last_of(range);
    uint64_t at = range->start;

    for (;;) {
        uint32_t index = ob_ranges_index((ObRange *)(void *)ranges->data, ranges->len, at);
        const ObRange *next = index < ranges->len ? &g_array_index(ranges, ObRange, index) : NULL;
        uint64_t next_last = next ? last_of(next) : 0;

        if (!next || next->start > last) {
            piece_insert(ranges, index, range, at, last);
            return;
        }
        if (next->start > at) {
            piece_insert(ranges, index, range, at, next->start - 1);
        }
        if (next_last >= last) {
            return;
        }
        at = next_last + 1;
    }
}

static void visible_insert_all(GArray *ranges, const GArray *more)
{
    for (guint i = 0; more && i < more->len; i++) {
        visible_insert(ranges, &g_array_index(more, ObRange, i));
    }
}

static void holes_remove(GArray *ranges)
{
    for (guint i = ranges->len; i-- > 0;) {
        const ObRange *range = &g_array_index(ranges, ObRange, i);

        if (!range->load && !range->region) {
            g_array_remove_index(ranges, i);
        }
    }
}

static GArray *ranges_lay(const ObMap *map)
{
    GArray *ranges = g_array_new(FALSE, FALSE, sizeof(ObRange));

    visible_insert_all(ranges, map->cover);
    if (map->overlay_wins) {
        visible_insert_all(ranges, map->overlay);
    }
    visible_insert_all(ranges, map->added);
    holes_remove(ranges);
    if (!map->overlay_wins) {
        visible_insert_all(ranges, map->overlay);
    }
    return ranges;
}

void ob_map_lay(ObMap *map)
{
    GArray *ranges;

    if (!map->overlay && !map->cover) {
        return;
    }
    map->added = g_array_sized_new(FALSE, FALSE, sizeof(ObRange), map->count);
    if (map->count) {
        g_array_append_vals(map->added, map->ranges, map->count);
    }
    g_free(map->ranges);
    ranges = ranges_lay(map);
    map->count = ranges->len;
    map->ranges = (ObRange *)(void *)g_array_free(ranges, FALSE);
    map->hit = &ob_no_range;
}

void ob_map_outdate(ObMap *map, void (*renew)(void *opaque), void *opaque)
{
    ob_map_lift(map);
    g_clear_pointer(&map->overlay, g_array_unref);
    g_clear_pointer(&map->cover, g_array_unref);
    map->renew = renew;
    map->renew_opaque = opaque;
    map->hit = &ob_no_range;
}

static GArray *ranges_copy(const ObRange *ranges, uint32_t count)
{
    GArray *copy = count ? g_array_sized_new(FALSE, FALSE, sizeof(ObRange), count) : NULL;

    return copy ? g_array_append_vals(copy, ranges, count) : NULL;
}

void ob_map_set_overlay(ObMap *map, const ObRange *ranges, uint32_t count, bool wins)
{
    ob_map_outdate(map, NULL, NULL);
    map->overlay_wins = wins;
    map->overlay = ranges_copy(ranges, count);
    ob_map_lay(map);
}

void ob_map_set_cover(ObMap *map, const ObRange *ranges, uint32_t count)
{
    ob_map_lift(map);
    g_clear_pointer(&map->cover, g_array_unref);
    map->cover = ranges_copy(ranges, count);
    ob_map_lay(map);
}
