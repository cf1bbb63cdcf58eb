/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the pages of private anonymous memory that this process has ever written. */
#ifndef OB_WRITTEN_PAGES_H
#define OB_WRITTEN_PAGES_H

#include <stdint.h>

typedef void ObPagesFunction(void *opaque, const uint8_t *memory, uint64_t size);

/*
 * Calls `written`, in ascending order, with ranges that hold all bytes of the memory that
 * may differ from zero.  The ranges stay inside the memory.
 *
 * Linux's PAGEMAP_SCAN (6.7 on) skips memory that was never touched.  On older systems the
 * function reads an entry for each page.  If neither file is there, or it describes another
 * process (qemu-user), the function reports all of the memory.
 */
void ob_written_pages(const uint8_t *memory, uint64_t size, ObPagesFunction *written, void *opaque);

#endif
