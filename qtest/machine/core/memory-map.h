/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One address space: ranges that don't overlap, in ascending order, and the last
 * one that was hit.  Under the device lock.
 */
#ifndef OB_MEMORY_MAP_H
#define OB_MEMORY_MAP_H

#include "hw-api/host/run/region.h"
#include "qtest/machine/core/ram-block.h"

typedef struct ObRange {
    uint64_t start;
    uint64_t size;              /* > 0 */
    uint8_t *load;              /* memory that reads come from; NULL: the region is asked */
    uint8_t *store;             /* memory that writes go to; NULL: the region is told */
    HwRegionState *region;      /* NULL: the machine's RAM */
    ObRamBlock *block;          /* behind `store`; NULL: not part of a stream */
    uint64_t block_offset;      /* of `start` in it */
    const char *owner;          /* for messages: a device's id; NULL: the machine */
    const char *name;
} ObRange;

typedef struct ObMap {
    const ObRange *hit;         /* never NULL */
    ObRange *ranges;
    uint32_t count;
    bool tracks;                /* stores mark pages of their block */
    uint8_t unmapped;           /* the byte that reads as where nothing is */
    const char *name;           /* for messages */
    uint64_t last;              /* its highest address */
} ObMap;

void ob_map_init(ObMap *map, const char *name, uint64_t last, uint8_t unmapped);
void ob_map_clear(ObMap *map);

/* False with a sentence that names both if a range is there already, or if this
 * one ends outside the space.  `range` is copied. */
bool ob_map_add(ObMap *map, const ObRange *range, HwError *error);

/* Takes the region's range out; harmless if it is not there. */
void ob_map_remove(ObMap *map, const HwRegionState *region);

/* The first range that ends behind `address`, hence the one that holds it if any
 * does; NULL behind the last. */
const ObRange *ob_map_from(const ObMap *map, uint64_t address);

/* For ob_map_find(): asks the whole map, and remembers the answer. */
const ObRange *ob_map_search(ObMap *map, uint64_t address);

/* The range that holds the address, or NULL.  Valid until the map changes. */
static inline const ObRange *ob_map_find(ObMap *map, uint64_t address)
{
    const ObRange *hit = map->hit;

    return address - hit->start < hit->size ? hit : ob_map_search(map, address);
}

/* How many of `size` bytes from `address` have the same answer, which is the range
 * stored in `range`, or NULL where nothing is.  > 0 if `size` is. */
uint64_t ob_map_run(ObMap *map, uint64_t address, uint64_t size, const ObRange **range);

/* Accesses, as ob_host_load() and its neighbours describe them. */
uint64_t ob_map_load(ObMap *map, uint64_t address, uint32_t size);
void ob_map_store(ObMap *map, uint64_t address, uint64_t value, uint32_t size);
void ob_map_read(ObMap *map, uint64_t address, void *buffer, uint64_t size);
void ob_map_write(ObMap *map, uint64_t address, const void *buffer, uint64_t size);

/* Whether all of it is memory that can be read and written. */
bool ob_map_is_ram(ObMap *map, uint64_t address, uint64_t size);

#endif
