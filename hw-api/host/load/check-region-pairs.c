/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks the regions of a class against each other. */
#include "hw-api/host/load/check-parts.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Otherwise the regions may be alternatives: an instance has only one of them. */
static bool are_together(const HwRegion *a, const HwRegion *b)
{
    return !a->enabled || !b->enabled || a->enabled == b->enabled;
}

/* The least size.  With `size_from` a region has at least its words. */
static uint64_t least_size(const HwRegion *region)
{
    uint64_t words = UINT64_C(4) * region->word_count;

    if (!region->size_from || words > region->size) {
        return region->size;
    }
    return words ? words : 1;
}

static bool overlap(const HwRegion *a, const HwRegion *b)
{
    return a->offset < b->offset ? b->offset - a->offset < least_size(a)
                                 : a->offset - b->offset < least_size(b);
}

static bool pair_check(const HwCheck *c, const HwPlace *cls, const HwRegion *a, const HwRegion *b)
{
    HwPlace place = { cls, "region", b->name, 0 };

    if (a->base && a->base == b->base && a->space != b->space) {
        return hw_refuse(&place, c->error,
                         "has the base of region %s, which is in another space, "
                         "expected one space",
                         a->name);
    }
    if (a->space == HW_SPACE_NONE || a->space != b->space || a->base != b->base ||
        a->bar != b->bar || !are_together(a, b) || !overlap(a, b)) {
        return true;
    }
    return hw_refuse(&place, c->error,
                     "takes 0x%" PRIx64 " bytes at 0x%" PRIx64 ", which overlap "
                     "region %s, 0x%" PRIx64 " bytes at 0x%" PRIx64 ", expected them apart",
                     least_size(b), b->offset, a->name, least_size(a), a->offset);
}

/* The block's name in this layout; NULL: the class's own layout.  NULL or empty: no block. */
static const char *block_name(const HwRegions *regions, const HwLayout *layout, uint32_t index)
{
    if (!layout) {
        return regions->entries[index].ram_block;
    }
    return index < layout->ram_blocks.count ? layout->ram_blocks.entries[index] : NULL;
}

static bool blocks_check(const HwCheck *c, const HwPlace *place, const HwRegions *regions,
                         const HwLayout *layout)
{
    HwName *names = calloc(regions->count + 1, sizeof(*names));
    uint32_t count = 0;
    bool good;

    if (!names) {
        return hw_refuse(place, c->error, "can't be checked: %s", strerror(ENOMEM));
    }
    for (uint32_t i = 0; i < regions->count; i++) {
        const char *name = block_name(regions, layout, i);

        if (name && *name) {
            names[count++] = name;
        }
    }
    good = hw_check_names(c, place, "ram_block", names, sizeof(*names), count);
    free(names);
    return good;
}

bool hw_check_region_pairs(const HwCheck *c, const HwPlace *cls, const HwDeviceClass *table)
{
    const HwRegions *regions = &table->regions;

    for (uint32_t i = 0; i < regions->count; i++) {
        for (uint32_t j = i + 1; j < regions->count; j++) {
            if (!pair_check(c, cls, &regions->entries[i], &regions->entries[j])) {
                return false;
            }
        }
    }
    if (!blocks_check(c, cls, regions, NULL)) {
        return false;
    }
    for (uint32_t i = 0; i < table->layouts.count; i++) {
        HwPlace place = { cls, "layout", table->layouts.entries[i].name, i };

        if (!blocks_check(c, &place, regions, &table->layouts.entries[i])) {
            return false;
        }
    }
    return true;
}
