/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One address space: ranges that don't overlap, in ascending order, and the range of the
 * last hit.  An overlay adds ranges that may overlap, such as the BARs of PCI functions.  A cover
 * hides added ranges, as a chipset hides RAM.
 * Under the device lock.
 */
#ifndef OB_MEMORY_MAP_H
#define OB_MEMORY_MAP_H

#include <glib.h>

#include "hw-api/host/run/region.h"
#include "qtest/machine/core/ram-block.h"

typedef struct ObRange {
    uint64_t start;
    uint64_t size;         /* > 0 */
    uint8_t *load;         /* reads come from this memory; NULL: region's hook */
    uint8_t *store;        /* writes go to this memory; NULL: region's hook, or nothing */
    HwRegionState *region; /* NULL: the machine's RAM */
    uint64_t offset;       /* the offset of `start` in the region */
    ObRamBlock *block;     /* holds `store`; NULL: nobody tracks it */
    uint64_t block_offset; /* the offset of `start` in the block */
    const char *owner;     /* for messages: a device's id; NULL: the machine */
    const char *name;
} ObRange;

typedef struct ObMap {
    const ObRange *hit; /* never NULL */
    ObRange *ranges;
    uint32_t count;
    GArray *added;   /* ObRange: those of ob_map_add(), if `ranges` has more; else NULL */
    GArray *overlay; /* ObRange; NULL: none */
    GArray *cover;   /* ObRange; NULL: none */
    bool overlay_wins;
    void (*renew)(void *opaque); /* the overlay is missing: calls ob_map_set_overlay(); else NULL */
    void *renew_opaque;
    bool tracks;      /* stores mark pages of their block */
    uint8_t unmapped; /* each byte reads as this where nothing is mapped */
    const char *name; /* for messages */
    uint64_t last;    /* the highest address of the space */
} ObMap;

void ob_map_init(ObMap *map, const char *name, uint64_t last, uint8_t unmapped);
void ob_map_clear(ObMap *map);

/* Copies `range`.  Returns false and sets `error` if it overlaps an existing range, which
 * the message names, or ends outside the space. */
bool ob_map_add(ObMap *map, const ObRange *range, HwError *error);

/* Removes the range of this region, if the map has it. */
void ob_map_remove(ObMap *map, const HwRegionState *region);

/*
 * Replaces the overlay by copies of `count` ranges.  An earlier one hides a later one where they
 * overlap.  `wins`: they hide the added ranges; else they are seen where nothing was added.
 */
void ob_map_set_overlay(ObMap *map, const ObRange *ranges, uint32_t count, bool wins);

/*
 * Replaces the cover by copies of `count` ranges, as long as the overlay is up to date.  They hide all
 * else, and an earlier one hides a later one.  A range without memory and without a region is a hole: the
 * added ranges are not there, and the overlay is seen.
 */
void ob_map_set_cover(ObMap *map, const ObRange *ranges, uint32_t count);

/* Overlay and cover are out of date: `renew` is called when anyone next looks at the map.  It calls
 * ob_map_set_overlay(), then ob_map_set_cover().  `renew` NULL: there is neither any more. */
void ob_map_outdate(ObMap *map, void (*renew)(void *opaque), void *opaque);

/* Renews an overlay that is out of date.  Only users of `ranges` itself need it. */
static inline void ob_map_settle(ObMap *map)
{
    if (G_UNLIKELY(map->renew)) {
        map->renew(map->renew_opaque);
    }
}

/* Returns the first range that ends behind `address`; NULL if there is none.  If any range
 * holds `address`, it is this range. */
const ObRange *ob_map_from(ObMap *map, uint64_t address);

/* For ob_map_find(): searches the whole map and remembers the answer. */
const ObRange *ob_map_search(ObMap *map, uint64_t address);

/* The range that holds the address, or NULL.  Valid until the map changes. */
static inline const ObRange *ob_map_find(ObMap *map, uint64_t address)
{
    const ObRange *hit = map->hit;

    return address - hit->start < hit->size ? hit : ob_map_search(map, address);
}

/* Sets `range` to the range at `address`, NULL if nothing is mapped there.  Returns how
 * many of `size` bytes have the same answer; at least 1 if `size` is. */
uint64_t ob_map_run(ObMap *map, uint64_t address, uint64_t size, const ObRange **range);

/* Accesses; ob_host_load() and its neighbours describe them. */
uint64_t ob_map_load(ObMap *map, uint64_t address, uint32_t size);
void ob_map_store(ObMap *map, uint64_t address, uint64_t value, uint32_t size);
void ob_map_read(ObMap *map, uint64_t address, void *buffer, uint64_t size);
void ob_map_write(ObMap *map, uint64_t address, const void *buffer, uint64_t size);

/* True if the whole stretch is memory that can be read and written. */
bool ob_map_is_ram(ObMap *map, uint64_t address, uint64_t size);

/* --------------------- shared by memory-map.c and memory-overlay.c */

extern const ObRange ob_no_range; /* the `hit` of a map that has changed: it holds no address */

/* The number of ranges that end at or before `address`. */
uint32_t ob_ranges_index(const ObRange *ranges, uint32_t count, uint64_t address);

/* Take overlay and cover away, so that `ranges` has the added ranges alone; and lay them again. */
void ob_map_lift(ObMap *map);
void ob_map_lay(ObMap *map);

#endif
