/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Counts the pages of a block that never came.  QEMU sends each page of each block at least once,
 * in ascending order.  Otherwise other channels have them (multifd), or nobody does (free page
 * hinting).  Outboard's host leaves out pages of main memory that were never written.
 */
#ifndef OB_VM_COVERAGE_H
#define OB_VM_COVERAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The bytes that the bitmaps of a stream's blocks may take: enough for 2 TiB of RAM. */
#define OB_VM_COVERAGE_MAX (64u << 20)

typedef struct ObVmCoverage {
    uint64_t pages;
    uint64_t next;   /* all pages before it came */
    uint64_t beyond; /* the number of pages after it that came */
    uint8_t *bitmap; /* a bit for each page; NULL until a page comes out of order */
    uint64_t absent; /* the number of pages that the guest does not have */
    bool given_up;   /* the bitmap would be too large: nothing is known */
} ObVmCoverage;

/* Counts a page.  *budget: the bytes that are left for bitmaps. */
void ob_vm_coverage_add(ObVmCoverage *coverage, uint64_t page, uint64_t *budget);

/*
 * Looks at a section of any device.  QEMU sends no pages of memory that virtio-mem has not plugged
 * in.  The section of the device with `block` tells how many these are.
 */
void ob_vm_coverage_section(ObVmCoverage *coverage, const char *block, uint32_t page_size,
                            const char *section, const uint8_t *payload, size_t size);

/* The number of pages that never came; 0 if it is not known. */
uint64_t ob_vm_coverage_missing(const ObVmCoverage *coverage);
void ob_vm_coverage_clear(ObVmCoverage *coverage);

/*
 * True for blocks that the guest uses as its main memory, by their names ("pc.ram",
 * "/objects/ram-node0").  With free page hinting QEMU leaves out pages of these blocks only.
 */
bool ob_vm_block_is_main_memory(const char *name);

/* True if pages are missing that the guest needs: those of a ROM, a table or a device. */
bool ob_vm_coverage_is_loss(const ObVmCoverage *coverage, const char *name);

#endif
