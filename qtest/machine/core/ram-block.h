/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * RAM blocks: the pieces of memory that a migration stream has by name.  A block is the
 * machine's RAM, or the memory behind a device's region that has a ram_block.
 *
 * Which pages change is known only while someone asks: tracking costs a bit for each
 * page then, and one test of a flag in each store otherwise.  Under the device lock.
 */
#ifndef OB_RAM_BLOCK_H
#define OB_RAM_BLOCK_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define OB_RAM_PAGE UINT64_C(4096)      /* of a stream; the system's may be larger */

struct HwRegionState;

typedef struct ObRamBlock {
    char *name;                 /* "pc.ram" */
    uint8_t *memory;            /* aligned to the system's pages */
    uint64_t length;            /* a multiple of OB_RAM_PAGE */
    const struct HwRegionState *region;     /* NULL: the machine's RAM */
    bool owns_memory;           /* from ob_ram_block_map() */
    uint64_t *dirty;            /* a bit for each page; NULL: not tracked */
    uint64_t dirty_pages;       /* bits set */
} ObRamBlock;

/* Around memory that stays its owner's.  The name is copied. */
ObRamBlock *ob_ram_block_new(const char *name, uint8_t *memory, uint64_t length,
                             const struct HwRegionState *region);

/* With zeroed memory of its own, which takes no space before it is written.  NULL: no
 * address space. */
ObRamBlock *ob_ram_block_map(const char *name, uint64_t length);

void ob_ram_block_free(ObRamBlock *block);      /* NULL is allowed */

/* Exchanges the memory of two blocks of one length, whose pointers stay what they are:
 * by page tables, whatever the size.  False, and nothing has changed, where the
 * system can't. */
bool ob_ram_block_exchange(ObRamBlock *a, ObRamBlock *b);

/*
 * Begins to track with all pages dirty that were ever written: those that never were
 * read as zeros, take no memory and are not looked at.
 */
void ob_ram_block_track(ObRamBlock *block);
void ob_ram_block_untrack(ObRamBlock *block);

/* The range has changed.  Does nothing unless tracked; it must lie in the block. */
void ob_ram_block_mark(ObRamBlock *block, uint64_t offset, uint64_t size);

/* Marks, of the range, the pages that may hold something else than zeros; for
 * who is about to clear them. */
void ob_ram_block_mark_written(ObRamBlock *block, uint64_t offset, uint64_t size);

/* Finds the first dirty page at or after `*offset` and makes it clean.  False: none is. */
bool ob_ram_block_take(ObRamBlock *block, uint64_t *offset);

#endif
