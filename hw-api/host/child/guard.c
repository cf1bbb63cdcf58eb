/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/child/guard.h"

#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#define BLOCKS_MAX 16384
#define HOLES_MAX  16384
#define HOLE_LARGE (UINT64_C(4) << 30)
#define HOLE_SMALL 0x1000

/* The C library takes a block from the heap as long as the heap has room, whatever the threshold
 * for mappings is.  So the room is used up. */
static void heap_use_up(void)
{
    struct mallinfo2 before = mallinfo2();
    size_t mapped = before.hblks;

    if (before.arena == 0 && mapped == 0) {
        return; /* a sanitizer's malloc() */
    }
    mallopt(M_MMAP_THRESHOLD, HW_GUARD_MIN);
    for (int i = 0; i < BLOCKS_MAX && mallinfo2().hblks == mapped; i++) {
        void *volatile block = malloc(HW_GUARD_MIN); /* else clang leaves the call out */

        if (!block) {
            return;
        }
    }
}

/*
 * Linux puts a mapping at the upper end of the highest hole that has room for it.  So guards of a
 * size fill all holes until one lies below all others.  With the smallest guard, no hole is left,
 * and the next mapping goes below a guard.
 */
static void holes_fill(void)
{
    char *lowest = (char *)UINTPTR_MAX;
    int count = 0;

    for (uint64_t size = HOLE_LARGE; size >= HOLE_SMALL; size /= 2) {
        char *guard;

        do {
            guard = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
            if (guard == MAP_FAILED || ++count == HOLES_MAX) {
                return;
            }
        } while (guard > lowest);
        lowest = guard;
    }
}

void hw_guard_allocations(void)
{
    heap_use_up();
    holes_fill();
    /* The guards next to each other are one, which ends at the next mapping. */
    mmap(NULL, HW_GUARD, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
}
