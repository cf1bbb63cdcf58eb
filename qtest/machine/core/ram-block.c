/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/machine/core/ram-block.h"

#include <string.h>
#include <sys/mman.h>

#include "qtest/machine/core/written-pages.h"

#define WORD_BITS 64

/* The dirty pages as one owner sees them. */
struct ObRamMarks {
    ObRamMarks *next;
    const void *owner;
    uint64_t *dirty;     /* a bit for each page */
    uint64_t pages;      /* bits set */
    uint64_t first_word; /* all words before it are 0 */
};

ObRamBlock *ob_ram_block_new(const char *name, uint8_t *memory, uint64_t length,
                             const struct HwRegionState *region)
{
    ObRamBlock *block = g_new0(ObRamBlock, 1);

    block->name = g_strdup(name);
    block->memory = memory;
    block->length = length;
    block->region = region;
    block->in_stream = true;
    return block;
}

void ob_ram_block_free(ObRamBlock *block)
{
    if (block) {
        while (block->marks) {
            ob_ram_block_untrack(block, block->marks->owner);
        }
        if (block->owns_memory) {
            munmap(block->memory, block->length);
        }
        g_free(block->name);
        g_free(block);
    }
}

static uint8_t *pages_map(uint64_t length)
{
    void *memory = MAP_FAILED;

    if (length > 0 && length <= SIZE_MAX) {
        memory = mmap(NULL, length, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    }
    return memory == MAP_FAILED ? NULL : memory;
}

ObRamBlock *ob_ram_block_map(const char *name, uint64_t length)
{
    uint8_t *memory = pages_map(length);
    ObRamBlock *block;

    if (!memory) {
        return NULL;
    }
    block = ob_ram_block_new(name, memory, length, NULL);
    block->owns_memory = true;
    return block;
}

/* Fresh pages replace the moved ones at once, so that no other thread's mapping can take
 * their place. */
static bool pages_move(uint8_t *from, uint8_t *to, uint64_t length)
{
    return mremap(from, length, length, MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP, to) !=
           MAP_FAILED;
}

/* If a move fails, it has moved nothing. */
static bool pages_exchange(uint8_t *a, uint8_t *b, uint8_t *spare, uint64_t length)
{
    if (!pages_move(a, spare, length)) {
        return false;
    }
    if (!pages_move(b, a, length)) {
        pages_move(spare, a, length);
        return false;
    }
    if (!pages_move(spare, b, length)) {
        pages_move(a, b, length);
        pages_move(spare, a, length);
        return false;
    }
    return true;
}

/* A file's pages must stay where its other users see them.  Equal pages stay untouched. */
static void bytes_exchange(uint8_t *a, uint8_t *b, uint64_t length)
{
    uint8_t page[OB_RAM_PAGE];

    for (uint64_t i = 0; i < length; i += OB_RAM_PAGE) {
        if (memcmp(a + i, b + i, OB_RAM_PAGE) != 0) {
            memcpy(page, a + i, OB_RAM_PAGE);
            memcpy(a + i, b + i, OB_RAM_PAGE);
            memcpy(b + i, page, OB_RAM_PAGE);
        }
    }
}

/* ------------------------------------------------------------------ marking */

/* The bits of word `word` that stand for pages first..last. */
static uint64_t word_mask(uint64_t word, uint64_t first, uint64_t last)
{
    uint64_t mask = UINT64_MAX;

    if (word == first / WORD_BITS) {
        mask &= UINT64_MAX << (first % WORD_BITS);
    }
    if (word == last / WORD_BITS) {
        mask &= UINT64_MAX >> (WORD_BITS - 1 - last % WORD_BITS);
    }
    return mask;
}

static void marks_add(ObRamMarks *marks, uint64_t offset, uint64_t size)
{
    uint64_t first = offset / OB_RAM_PAGE;
    uint64_t last;

    if (size == 0) {
        return;
    }
    last = (offset + size - 1) / OB_RAM_PAGE;
    for (uint64_t word = first / WORD_BITS; word <= last / WORD_BITS; word++) {
        uint64_t added = word_mask(word, first, last) & ~marks->dirty[word];

        marks->dirty[word] |= added;
        marks->pages += (uint64_t)__builtin_popcountll(added);
    }
    marks->first_word = MIN(marks->first_word, first / WORD_BITS);
}

static ObRamMarks *marks_of(const ObRamBlock *block, const void *owner)
{
    ObRamMarks *marks = block->marks;

    while (marks && marks->owner != owner) {
        marks = marks->next;
    }
    return marks;
}

void ob_ram_block_mark(ObRamBlock *block, uint64_t offset, uint64_t size)
{
    for (ObRamMarks *marks = block->marks; marks; marks = marks->next) {
        marks_add(marks, offset, size);
    }
}

void ob_ram_block_mark_for(ObRamBlock *block, const void *owner, uint64_t offset, uint64_t size)
{
    marks_add(marks_of(block, owner), offset, size);
}

static void range_mark(void *opaque, const uint8_t *memory, uint64_t size)
{
    ObRamBlock *block = opaque;

    ob_ram_block_mark(block, (uint64_t)(memory - block->memory), size);
}

void ob_ram_block_mark_written(ObRamBlock *block, uint64_t offset, uint64_t size)
{
    if (block->is_file) {
        ob_ram_block_mark(block, offset, size);
    } else if (block->marks) {
        ob_written_pages(block->memory + offset, size, range_mark, block);
    }
}

static bool memory_exchange(ObRamBlock *a, ObRamBlock *b)
{
    uint8_t *spare;
    bool exchanged;

    if (a->is_file || b->is_file) {
        bytes_exchange(a->memory, b->memory, a->length);
        return true;
    }
    spare = pages_map(a->length);
    exchanged = spare && pages_exchange(a->memory, b->memory, spare, a->length);

    if (spare) {
        munmap(spare, a->length);
    }
    return exchanged;
}

/* Whoever tracks a block learns of the pages that it had and of those that it has. */
bool ob_ram_block_exchange(ObRamBlock *a, ObRamBlock *b)
{
    bool exchanged;

    ob_ram_block_mark_written(a, 0, a->length);
    ob_ram_block_mark_written(b, 0, b->length);
    exchanged = memory_exchange(a, b);
    ob_ram_block_mark_written(a, 0, a->length);
    ob_ram_block_mark_written(b, 0, b->length);
    return exchanged;
}

/* ----------------------------------------------------------------- tracking */

static void range_mark_first(void *opaque, const uint8_t *memory, uint64_t size)
{
    ObRamBlock *block = opaque;

    marks_add(block->marks, (uint64_t)(memory - block->memory), size);
}

/* The system zeroes the bitmap lazily, so that a large block costs only the used part. */
void ob_ram_block_track(ObRamBlock *block, const void *owner)
{
    uint64_t words = (block->length / OB_RAM_PAGE + WORD_BITS - 1) / WORD_BITS;
    ObRamMarks *marks;

    if (marks_of(block, owner)) {
        return;
    }
    marks = g_new0(ObRamMarks, 1);
    marks->owner = owner;
    marks->dirty = g_malloc0(words * sizeof(uint64_t));
    marks->next = block->marks;
    block->marks = marks;
    if (block->is_file) {
        marks_add(marks, 0, block->length);
    } else {
        ob_written_pages(block->memory, block->length, range_mark_first, block);
    }
}

void ob_ram_block_untrack(ObRamBlock *block, const void *owner)
{
    ObRamMarks **link = &block->marks;
    ObRamMarks *marks;

    while (*link && (*link)->owner != owner) {
        link = &(*link)->next;
    }
    marks = *link;
    if (marks) {
        *link = marks->next;
        g_free(marks->dirty);
        g_free(marks);
    }
}

uint64_t ob_ram_block_dirty(const ObRamBlock *block, const void *owner)
{
    const ObRamMarks *marks = marks_of(block, owner);

    return marks ? marks->pages : 0;
}

/* The last page that is taken leaves nothing to find. */
static uint64_t page_take(ObRamMarks *marks, uint64_t word, uint64_t bits)
{
    uint64_t bit = (uint64_t)__builtin_ctzll(bits);

    marks->dirty[word] &= ~(UINT64_C(1) << bit);
    marks->pages--;
    if (marks->pages == 0) {
        marks->first_word = UINT64_MAX;
    }
    return word * WORD_BITS + bit;
}

bool ob_ram_block_take(ObRamBlock *block, const void *owner, uint64_t *offset)
{
    ObRamMarks *marks = marks_of(block, owner);
    uint64_t pages = block->length / OB_RAM_PAGE;
    uint64_t page = *offset / OB_RAM_PAGE;

    if (!marks || marks->pages == 0) {
        return false;
    }
    page = MAX(page, marks->first_word * WORD_BITS);
    while (page < pages) {
        uint64_t word = page / WORD_BITS;
        uint64_t bits = marks->dirty[word] & (UINT64_MAX << (page % WORD_BITS));

        if (bits) {
            *offset = page_take(marks, word, bits) * OB_RAM_PAGE;
            return true;
        }
        page = (word + 1) * WORD_BITS;
    }
    return false;
}
