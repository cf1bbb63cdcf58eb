/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * RAM blocks: all memory that the guest or a device can store to, apart from the instances.  A
 * block is the machine's RAM, or the memory behind a device's region of kind RAM or ROM_DEVICE.
 *
 * Dirty pages are tracked only on request.  A migration and snapshots may track at the same time.
 * Each is an owner, named by any pointer, and has marks of its own.  Marks cost a bit for each page;
 * without them each store costs one test of a flag.  Under the device lock.
 */
#ifndef OB_RAM_BLOCK_H
#define OB_RAM_BLOCK_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define OB_RAM_PAGE UINT64_C(4096) /* the stream's page; the system's may be larger */

struct HwRegionState;
typedef struct ObRamMarks ObRamMarks;

typedef struct ObRamBlock {
    char *name;                         /* "pc.ram"; without a stream "ID/REGION" */
    uint8_t *memory;                    /* aligned to the system's pages */
    uint64_t length;                    /* a multiple of OB_RAM_PAGE */
    const struct HwRegionState *region; /* NULL: the machine's RAM */
    bool owns_memory;                   /* from ob_ram_block_map() */
    bool is_file;                       /* a file or other processes have the bytes, too */
    bool in_stream;                     /* a migration stream has the block */
    ObRamMarks *marks;                  /* the owners' marks; NULL: nobody tracks */
} ObRamBlock;

/* Makes a block of the stream around memory that its owner keeps.  Copies the name. */
ObRamBlock *ob_ram_block_new(const char *name, uint8_t *memory, uint64_t length,
                             const struct HwRegionState *region);

/* Makes a block with zeroed memory of its own, which takes no space until it is written.
 * Returns NULL if there is no address space. */
ObRamBlock *ob_ram_block_map(const char *name, uint64_t length);

void ob_ram_block_free(ObRamBlock *block); /* NULL is allowed */

/* Exchanges the memory of two blocks of one length by page tables, of any size; the bytes of a
 * file are copied.  The pointers stay the same.  Returns false, with nothing changed, if the
 * system can't. */
bool ob_ram_block_exchange(ObRamBlock *a, ObRamBlock *b);

/*
 * Begins to track for an owner; does nothing if the owner does so already.  All pages that were
 * ever written start dirty.  The other pages read as zeros, take no memory, and are skipped.
 */
void ob_ram_block_track(ObRamBlock *block, const void *owner);
void ob_ram_block_untrack(ObRamBlock *block, const void *owner);

/* The number of pages that are dirty for the owner; 0 if the owner does not track. */
uint64_t ob_ram_block_dirty(const ObRamBlock *block, const void *owner);

/* Marks a changed range, which must lie in the block, for all owners. */
void ob_ram_block_mark(ObRamBlock *block, uint64_t offset, uint64_t size);

/* Marks a range for one owner, which tracks. */
void ob_ram_block_mark_for(ObRamBlock *block, const void *owner, uint64_t offset, uint64_t size);

/* Marks the pages of the range that may differ from zero; for a caller who is about to
 * clear the range. */
void ob_ram_block_mark_written(ObRamBlock *block, uint64_t offset, uint64_t size);

/* Finds the owner's first dirty page at or after `*offset` and makes it clean.  False if none is
 * dirty. */
bool ob_ram_block_take(ObRamBlock *block, const void *owner, uint64_t *offset);

#endif
