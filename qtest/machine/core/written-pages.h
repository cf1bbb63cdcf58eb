/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which pages of private anonymous memory this process has ever written. */
#ifndef OB_WRITTEN_PAGES_H
#define OB_WRITTEN_PAGES_H

#include <stdint.h>

typedef void ObPagesFunction(void *opaque, const uint8_t *memory, uint64_t size);

/*
 * Calls `written` with ranges that hold all bytes of the `size` at `memory` that may
 * differ from zero, in ascending order.  They don't reach outside.
 *
 * Asks Linux's page tables, which skip what was never touched (PAGEMAP_SCAN, since 6.7);
 * else reads an entry for each page; where neither is there, or is this process's, names all.
 */
void ob_written_pages(const uint8_t *memory, uint64_t size, ObPagesFunction *written,
                      void *opaque);

#endif
