/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/lab/minimise.h"

#include <string.h>

typedef struct Search {
    ObLabStep *steps; /* the best so far */
    size_t count;
    ObLabBreaks *breaks;
    void *opaque;
    uint32_t tries;
} Search;

static bool breaks(Search *s, const ObLabStep *steps, size_t count)
{
    s->tries++;
    return s->breaks(s->opaque, steps, count);
}

/* ------------------------------------------------------------------------ fewer steps */

static bool try_without(Search *s, size_t begin, size_t length)
{
    ObLabStep rest[OB_LAB_STEPS_MAX];

    memcpy(rest, s->steps, begin * sizeof(*rest));
    memcpy(rest + begin, s->steps + begin + length, (s->count - begin - length) * sizeof(*rest));
    if (!breaks(s, rest, s->count - length)) {
        return false;
    }
    s->count -= length;
    memcpy(s->steps, rest, s->count * sizeof(*rest));
    return true;
}

/* Halves, quarters, and so on to single steps. */
static bool drop_steps(Search *s)
{
    size_t before = s->count;

    for (size_t length = s->count; length; length /= 2) {
        for (size_t begin = 0; begin + length <= s->count;) {
            if (!try_without(s, begin, length)) {
                begin += length;
            }
        }
    }
    return s->count < before;
}

/* ---------------------------------------------------------------------- plainer steps */

static bool is_same(const ObLabStep *a, const ObLabStep *b)
{
    return a->op == b->op && a->target == b->target && a->width == b->width &&
           a->offset == b->offset && a->value == b->value;
}

static bool try_step(Search *s, size_t at, ObLabStep step)
{
    ObLabStep old = s->steps[at];

    ob_lab_step_normalise(&step);
    if (is_same(&step, &old)) {
        return false;
    }
    s->steps[at] = step;
    if (breaks(s, s->steps, s->count)) {
        return true;
    }
    s->steps[at] = old;
    return false;
}

static bool clear_bits(Search *s, size_t at)
{
    bool plainer = false;

    for (uint32_t bits = 64; bits; bits /= 2) {
        uint64_t mask = bits == 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1;

        for (uint32_t shift = 64; shift; shift -= bits) {
            ObLabStep step = s->steps[at];

            if (step.value & mask << (shift - bits)) {
                step.value &= ~(mask << (shift - bits));
                plainer |= try_step(s, at, step);
            }
        }
    }
    return plainer;
}

/* Whole words at their start are easiest to read. */
static bool make_word(Search *s, size_t at)
{
    ObLabStep step = s->steps[at];
    uint32_t shift = (uint32_t)(step.offset & 3) * 8;

    if (step.op != OB_LAB_STORE && step.op != OB_LAB_LOAD) {
        return false;
    }
    if (step.width < 2) {
        step.value <<= shift;
    }
    step.width = 2;
    step.offset &= ~UINT64_C(3);
    return try_step(s, at, step);
}

static bool make_zero_offset(Search *s, size_t at)
{
    ObLabStep step = s->steps[at];

    step.offset = 0;
    return step.target == OB_LAB_RAM && try_step(s, at, step);
}

static bool plain_steps(Search *s)
{
    bool plainer = false;

    for (size_t i = 0; i < s->count; i++) {
        plainer |= make_word(s, i);
        plainer |= make_zero_offset(s, i);
        plainer |= clear_bits(s, i);
    }
    return plainer;
}

size_t ob_lab_minimise(ObLabStep *steps, size_t count, ObLabBreaks *breaks_, void *opaque,
                       uint32_t *tries)
{
    Search s = { steps, count, breaks_, opaque, 0 };
    bool better = true;

    for (size_t i = 0; i < count; i++) {
        ob_lab_step_normalise(&steps[i]);
    }
    while (better) {
        better = drop_steps(&s);
        better |= plain_steps(&s);
    }
    if (tries) {
        *tries = s.tries;
    }
    return s.count;
}
