/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/recording/shadows.h"

#include <stdlib.h>
#include <string.h>

#include "hw-api/device/error.h"

#define BLOCK 64u /* equal bytes that end a run */

typedef struct Shadow {
    uint8_t *memory; /* the region's; NULL: it has none */
    uint8_t *copy;
    uint32_t size;
} Shadow;

struct HwShadows {
    uint32_t count;
    Shadow rows[]; /* by region */
};

static bool shadow_make(Shadow *shadow, const HwRegionState *region, uint64_t *total,
                        HwError *error)
{
    *total += region->ram ? region->size : 0;
    if (!region->ram) {
        return true;
    }
    if (*total > HW_SHADOWS_MAX) {
        return hw_error_set(error,
                            "%s: region '%s' has %llu bytes of memory, expected at most %u in a "
                            "recording",
                            region->instance->id, region->table->name,
                            (unsigned long long)region->size, HW_SHADOWS_MAX);
    }
    *shadow = (Shadow) { region->ram, malloc(region->size), (uint32_t)region->size };
    if (!shadow->copy) {
        return hw_error_set(error, "%s: no memory for a recording", region->instance->id);
    }
    memcpy(shadow->copy, shadow->memory, shadow->size);
    return true;
}

HwShadows *hw_shadows_new(const HwInstance *instance, HwError *error)
{
    HwShadows *shadows = calloc(1, sizeof(*shadows) + instance->region_count * sizeof(Shadow));
    uint64_t total = 0;

    if (!shadows) {
        hw_error_set(error, "%s: no memory for a recording", instance->id);
        return NULL;
    }
    shadows->count = instance->region_count;
    for (uint32_t i = 0; i < shadows->count; i++) {
        if (!shadow_make(&shadows->rows[i], &instance->regions[i], &total, error)) {
            hw_shadows_free(shadows);
            return NULL;
        }
    }
    return shadows;
}

void hw_shadows_free(HwShadows *shadows)
{
    for (uint32_t i = 0; shadows && i < shadows->count; i++) {
        free(shadows->rows[i].copy);
    }
    free(shadows);
}

static uint32_t block_end(const Shadow *shadow, uint32_t at)
{
    return shadow->size - at < BLOCK ? shadow->size : at + BLOCK;
}

static bool block_differs(const Shadow *shadow, uint32_t at)
{
    return at < shadow->size &&
           memcmp(shadow->memory + at, shadow->copy + at, block_end(shadow, at) - at) != 0;
}

/* Blocks next to each other are one run, without the equal bytes at its ends. */
static uint32_t run_find(const Shadow *shadow, uint32_t at, uint32_t *begin)
{
    uint32_t end = at;

    while (block_differs(shadow, end)) {
        end = block_end(shadow, end);
    }
    while (shadow->memory[at] == shadow->copy[at]) {
        at++;
    }
    *begin = at;
    while (shadow->memory[end - 1] == shadow->copy[end - 1]) {
        end--;
    }
    return end;
}

static void shadow_compare(Shadow *shadow, uint32_t region, HwShadowChanged *changed, void *opaque)
{
    uint32_t at = 0, begin;

    while (at < shadow->size) {
        if (!block_differs(shadow, at)) {
            at = block_end(shadow, at);
            continue;
        }
        at = run_find(shadow, at, &begin);
        memcpy(shadow->copy + begin, shadow->memory + begin, at - begin);
        changed(opaque, region, begin, shadow->copy + begin, at - begin);
        at = at % BLOCK ? block_end(shadow, at - at % BLOCK) : at;
    }
}

void hw_shadows_compare(HwShadows *shadows, HwShadowChanged *changed, void *opaque)
{
    for (uint32_t i = 0; i < shadows->count; i++) {
        Shadow *shadow = &shadows->rows[i];

        if (shadow->copy && memcmp(shadow->memory, shadow->copy, shadow->size) != 0) {
            shadow_compare(shadow, i, changed, opaque);
        }
    }
}

void hw_shadows_expect(HwShadows *shadows, const HwIntake *write)
{
    uint64_t offset = write->values[1], size = write->values[2];
    Shadow *shadow = write->values[0] < shadows->count ? &shadows->rows[write->values[0]] : NULL;

    for (uint64_t i = 0; shadow && shadow->copy && i < size && i < 8; i++) {
        if (offset < shadow->size && i < shadow->size - offset) {
            shadow->copy[offset + i] = (uint8_t)(write->values[3] >> (8 * i));
        }
    }
}

bool hw_shadows_store(HwShadows *shadows, uint64_t region, uint64_t offset, const void *bytes,
                      uint32_t size)
{
    Shadow *shadow = region < shadows->count ? &shadows->rows[region] : NULL;

    if (!shadow || !shadow->copy || offset > shadow->size || size > shadow->size - offset) {
        return false;
    }
    memcpy(shadow->memory + offset, bytes, size);
    memcpy(shadow->copy + offset, bytes, size);
    return true;
}
