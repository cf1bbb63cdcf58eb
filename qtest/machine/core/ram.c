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
        if (!strcmp(block_at(host, i)->name, name)) {
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

void ob_ram_remove(ObHost *host, const HwRegionState *region)
{
    if (region->host_data) {
        g_ptr_array_remove(host->blocks, region->host_data);
    }
}

static void maps_track(ObHost *host, bool tracks)
{
    for (size_t i = 0; i < G_N_ELEMENTS(host->maps); i++) {
        host->maps[i].tracks = tracks;
    }
}

void ob_ram_track(ObHost *host)
{
    for (uint32_t i = 0; i < host->blocks->len; i++) {
        ob_ram_block_untrack(block_at(host, i));
        ob_ram_block_track(block_at(host, i));
    }
    maps_track(host, true);
}

void ob_ram_untrack(ObHost *host)
{
    maps_track(host, false);
    for (uint32_t i = 0; i < host->blocks->len; i++) {
        ob_ram_block_untrack(block_at(host, i));
    }
}

void ob_ram_mark_rom_devices(ObHost *host)
{
    for (uint32_t i = 0; i < host->blocks->len; i++) {
        ObRamBlock *block = block_at(host, i);

        if (block->region && block->region->table->kind == HW_REGION_ROM_DEVICE) {
            ob_ram_block_mark(block, 0, block->length);
        }
    }
}
