/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The last bytes of a stream: new ones push out the oldest. */
#ifndef OB_HOST_IO_RING_H
#define OB_HOST_IO_RING_H

#include <stddef.h>
#include <stdint.h>

#define OB_RING_SIZE     65536u
#define OB_RING_SIZE_MAX (64u * 1024 * 1024)

typedef struct ObRing ObRing;

/* `size` is a power of two.  The bytes come with use. */
ObRing *ob_ring_new(uint32_t size);
void ob_ring_free(ObRing *ring); /* NULL is allowed */

void ob_ring_put(ObRing *ring, const void *bytes, size_t count);

/* Takes up to `most` of the oldest bytes, and sets `count`.  The caller frees the bytes, which a zero
 * follows. */
char *ob_ring_take(ObRing *ring, size_t most, size_t *count);

#endif
