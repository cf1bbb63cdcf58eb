/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The RAM blocks of a host. */
#include <string.h>

#include "qtest/machine/core/host-internal.h"

static ObRamBlock *block_at(const ObHost *host, uint32_t index)
{
    return g_ptr_array_index(host->blocks, index);
}

bool ob_ram_has(const ObHost *host, const char *name)
{
    for (uint32_t i = 0; i < host->blocks->len; i++) {
        if (block_at(host, i)->in_stream && !strcmp(block_at(host, i)->name, name)) {
            return true;
        }
    }
    return false;
}

void ob_ram_add(ObHost *host, const char *name, uint8_t *memory, uint64_t length,
                HwRegionState *region)
{
    ObRamBlock *block = ob_ram_block_new(name, memory, length, region);

    g_ptr_array_add(host->blocks, block);
    if (region) {
        region->host_data = block;
    }
}

void ob_ram_add_unsaved(ObHost *host, HwRegionState *region)
{
    g_autofree char *name = g_strdup_printf("%s/%s", region->instance->id, region->table->name);

    ob_ram_add(host, name, region->ram, hw_region_ram_size(region), region);
    ob_ram_block_of(region)->in_stream = false;
}

void ob_ram_remove(ObHost *host, const HwRegionState *region)
{
    if (region->host_data) {
        g_ptr_array_remove(host->blocks, region->host_data);
    }
}

/* Stores mark pages as long as anybody tracks. */
static void maps_track(ObHost *host)
{
    bool tracks = false;

    for (uint32_t i = 0; i < host->blocks->len; i++) {
        tracks |= block_at(host, i)->marks != NULL;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(host->maps); i++) {
        host->maps[i].tracks = tracks;
    }
}

void ob_ram_track(ObHost *host, const void *owner)
{
    for (uint32_t i = 0; i < host->blocks->len; i++) {
        ob_ram_block_untrack(block_at(host, i), owner);
        ob_ram_block_track(block_at(host, i), owner);
    }
    maps_track(host);
}

void ob_ram_untrack(ObHost *host, const void *owner)
{
    for (uint32_t i = 0; i < host->blocks->len; i++) {
        ob_ram_block_untrack(block_at(host, i), owner);
    }
    maps_track(host);
}
