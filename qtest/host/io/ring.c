/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/io/ring.h"

#include <string.h>

#include <glib.h>

struct ObRing {
    uint8_t *bytes; /* NULL: nothing was put */
    uint32_t size;
    uint32_t first; /* the oldest byte's place */
    uint32_t count;
};

ObRing *ob_ring_new(uint32_t size)
{
    ObRing *ring = g_new0(ObRing, 1);

    ring->size = size;
    return ring;
}

void ob_ring_free(ObRing *ring)
{
    if (ring) {
        g_free(ring->bytes);
        g_free(ring);
    }
}

void ob_ring_put(ObRing *ring, const void *bytes, size_t count)
{
    const uint8_t *from = bytes;

    if (!ring->bytes) {
        ring->bytes = g_malloc(ring->size);
    }
    for (size_t i = 0; i < count; i++) {
        ring->bytes[(ring->first + ring->count) % ring->size] = from[i];
        if (ring->count < ring->size) {
            ring->count++;
        } else {
            ring->first = (ring->first + 1) % ring->size;
        }
    }
}

char *ob_ring_take(ObRing *ring, size_t most, size_t *count)
{
    char *text;

    *count = MIN(most, ring->count);
    text = g_malloc0(*count + 1);
    for (size_t i = 0; i < *count; i++) {
        text[i] = (char)ring->bytes[(ring->first + i) % ring->size];
    }
    ring->first = (uint32_t)((ring->first + *count) % ring->size);
    ring->count -= (uint32_t)*count;
    return text;
}
