/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/machine/snapshot/snapshot-internal.h"

#include <string.h>

#include "qtest/machine/core/written-pages.h"

struct ObKeptRam {
    ObRamBlock *block;
    const void *owner;
    uint8_t **pages; /* NULL: zeros */
    uint64_t count;
};

static void pages_copy(void *opaque, const uint8_t *memory, uint64_t size)
{
    ObKeptRam *kept = opaque;
    uint64_t first = (uint64_t)(memory - kept->block->memory) / OB_RAM_PAGE;
    uint64_t end = ((uint64_t)(memory - kept->block->memory) + size) / OB_RAM_PAGE;

    for (uint64_t i = first; i < end; i++) {
        kept->pages[i] = g_memdup2(kept->block->memory + i * OB_RAM_PAGE, OB_RAM_PAGE);
    }
}

/* All pages are clean afterwards. */
ObKeptRam *ob_kept_ram_new(ObRamBlock *block, const void *owner)
{
    ObKeptRam *kept = g_new0(ObKeptRam, 1);

    kept->block = block;
    kept->owner = owner;
    kept->count = block->length / OB_RAM_PAGE;
    kept->pages = g_new0(uint8_t *, kept->count);
    ob_written_pages(block->memory, block->length, pages_copy, kept);
    for (uint64_t offset = 0; ob_ram_block_take(block, owner, &offset);) {}
    return kept;
}

uint64_t ob_kept_ram_restore(ObKeptRam *kept)
{
    uint64_t pages = 0;

    for (uint64_t offset = 0; ob_ram_block_take(kept->block, kept->owner, &offset); pages++) {
        const uint8_t *page = kept->pages[offset / OB_RAM_PAGE];

        if (page) {
            memcpy(kept->block->memory + offset, page, OB_RAM_PAGE);
        } else {
            memset(kept->block->memory + offset, 0, OB_RAM_PAGE);
        }
    }
    return pages;
}

void ob_kept_ram_free(ObKeptRam *kept)
{
    for (uint64_t i = 0; i < kept->count; i++) {
        g_free(kept->pages[i]);
    }
    g_free(kept->pages);
    g_free(kept);
}
