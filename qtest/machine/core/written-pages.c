/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/machine/core/written-pages.h"

#include <fcntl.h>
#include <glib.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

/* ---------------------------------------------------------- Linux 6.7 and on */

/* Documentation/admin-guide/mm/pagemap.rst; Debian 12's headers lack these structures. */
typedef struct PageRegion {
    uint64_t start;
    uint64_t end;
    uint64_t categories;
} PageRegion;

typedef struct PageScan {
    uint64_t size;
    uint64_t flags;
    uint64_t start;
    uint64_t end;
    uint64_t walk_end;
    uint64_t regions;
    uint64_t region_count;
    uint64_t max_pages;
    uint64_t category_inverted;
    uint64_t category_mask;
    uint64_t category_anyof_mask;
    uint64_t return_mask;
} PageScan;

#define PAGE_SCAN    _IOWR('f', 16, PageScan)
#define PAGE_PRESENT (UINT64_C(1) << 3)
#define PAGE_SWAPPED (UINT64_C(1) << 4)
#define PAGE_ZERO    (UINT64_C(1) << 5) /* was read, but never written */

enum { REGIONS = 256 };

typedef struct Search {
    int pagemap;
    uint64_t page_size;
    uint64_t start; /* the rest of the memory to look at */
    uint64_t end;
    ObPagesFunction *written;
    void *opaque;
} Search;

static void search_found(Search *s, uint64_t start, uint64_t end)
{
    start = MAX(start, s->start);
    end = MIN(end, s->end);
    if (start < end) {
        s->written(s->opaque, (const uint8_t *)(uintptr_t)start, end - start);
        s->start = end;
    }
}

static bool search_scan(Search *s)
{
    PageRegion regions[REGIONS];
    PageScan scan = {
        .size = sizeof(scan),
        .start = s->start & ~(s->page_size - 1),
        .end = (s->end + s->page_size - 1) & ~(s->page_size - 1),
        .regions = (uintptr_t)regions,
        .region_count = REGIONS,
        .category_inverted = PAGE_ZERO,
        .category_mask = PAGE_ZERO,
        .category_anyof_mask = PAGE_PRESENT | PAGE_SWAPPED,
        .return_mask = PAGE_PRESENT | PAGE_SWAPPED,
    };

    while (scan.start < scan.end) {
        int count = ioctl(s->pagemap, PAGE_SCAN, &scan);

        if (count < 0) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            search_found(s, regions[i].start, regions[i].end);
        }
        scan.start = scan.walk_end;
    }
    return true;
}

/* ------------------------------------------------------------- older systems */

#define ENTRY_PRESENT (UINT64_C(1) << 63)
#define ENTRY_SWAPPED (UINT64_C(1) << 62)

/* Bits 63 to 57 of an anonymous page in memory: only the bit for "present" is set. */
#define ENTRY_STATE(entry) ((entry) >> 57)
#define STATE_IN_MEMORY    0x40

enum { ENTRIES = 4096, SAMPLES = 4 };

/*
 * An emulator of user programs (qemu-user) passes the kernel's file through, which has the
 * emulator's addresses and byte order.  Fresh test pages, half of them written, reveal it.
 */
static bool entries_are_ours(const Search *s)
{
    uint64_t entries[2 * SAMPLES] = { 0 }; /* half of the pages stay untouched */
    size_t size = 2 * SAMPLES * s->page_size;
    uint8_t *pages = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    bool ours;

    if (pages == MAP_FAILED) {
        return false;
    }
    /* Without this a huge page could make the untouched pages present too. */
    madvise(pages, size, MADV_NOHUGEPAGE);
    for (uint32_t i = 0; i < SAMPLES; i++) {
        *(volatile uint8_t *)(pages + i * s->page_size) = 1;
    }
    ours = pread(s->pagemap, entries, sizeof(entries),
                 (off_t)((uintptr_t)pages / s->page_size * sizeof(entries[0]))) ==
           (ssize_t)sizeof(entries);
    for (uint32_t i = 0; i < SAMPLES; i++) {
        ours = ours && ENTRY_STATE(entries[i]) == STATE_IN_MEMORY &&
               !(entries[SAMPLES + i] & (ENTRY_PRESENT | ENTRY_SWAPPED));
    }
    munmap(pages, size);
    return ours;
}

/* A page that was only read counts as written: the caller sees that it holds zeros. */
static bool search_entries(Search *s)
{
    uint64_t entries[ENTRIES];
    uint64_t page = s->start / s->page_size;
    uint64_t last = (s->end - 1) / s->page_size;

    if (!entries_are_ours(s)) {
        return false;
    }
    while (page <= last) {
        size_t count = (size_t)MIN(last - page + 1, ENTRIES);
        ssize_t size = pread(s->pagemap, entries, count * sizeof(entries[0]),
                             (off_t)(page * sizeof(entries[0])));

        if (size < (ssize_t)sizeof(entries[0])) {
            return false;
        }
        count = (size_t)size / sizeof(entries[0]);
        for (size_t i = 0; i < count; i++, page++) {
            if (entries[i] & (ENTRY_PRESENT | ENTRY_SWAPPED)) {
                search_found(s, page * s->page_size, (page + 1) * s->page_size);
            }
        }
    }
    return true;
}

void ob_written_pages(const uint8_t *memory, uint64_t size, ObPagesFunction *written, void *opaque)
{
    Search s = {
        .pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC),
        .page_size = (uint64_t)sysconf(_SC_PAGESIZE),
        .start = (uintptr_t)memory,
        .end = (uintptr_t)memory + size,
        .written = written,
        .opaque = opaque,
    };

    if (size == 0 || s.pagemap < 0 || (!search_scan(&s) && !search_entries(&s))) {
        search_found(&s, s.start, s.end);
    }
    if (s.pagemap >= 0) {
        close(s.pagemap);
    }
}
