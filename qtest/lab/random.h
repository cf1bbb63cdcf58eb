/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Random numbers, the same on each machine: xorshift64*. */
#ifndef OB_LAB_RANDOM_H
#define OB_LAB_RANDOM_H

#include <stdint.h>

typedef struct ObRandom {
    uint64_t state; /* never 0 */
} ObRandom;

static inline ObRandom ob_random_from(uint64_t seed)
{
    return (ObRandom) { (seed + 1) * UINT64_C(0x9e3779b97f4a7c15) | 1 };
}

static inline uint64_t ob_random(ObRandom *r)
{
    r->state ^= r->state >> 12;
    r->state ^= r->state << 25;
    r->state ^= r->state >> 27;
    return r->state * UINT64_C(2685821657736338717);
}

/* 0 to `end` - 1; `end` is not 0. */
static inline uint32_t ob_random_below(ObRandom *r, uint32_t end)
{
    return (uint32_t)((ob_random(r) >> 32) * end >> 32);
}

#endif
