/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/lab/draw.h"

#include <string.h>

/* ------------------------------------------------------------------------- values */

static uint64_t bit_of(ObRandom *r, uint32_t mask)
{
    uint32_t skip = mask ? ob_random_below(r, (uint32_t)__builtin_popcount(mask)) : 0;

    while (skip--) {
        mask &= mask - 1;
    }
    return mask & -mask;
}

static uint64_t odd_number(ObRandom *r)
{
    uint64_t power = UINT64_C(1) << ob_random_below(r, 64);

    return power - ob_random_below(r, 3) + 1; /* around a power of two */
}

static uint64_t field_value(ObRandom *r, const HwRegister *reg)
{
    const HwRegisterField *field;
    uint32_t mask;

    if (!reg->fields.count) {
        return ob_random_below(r, 16) << (reg->rw ? __builtin_ctz(reg->rw) : 0);
    }
    field = &reg->fields.entries[ob_random_below(r, reg->fields.count)];
    mask = UINT32_MAX >> (32 - field->width);
    return (ob_random_below(r, 4) ? ob_random(r) & mask : mask) << field->shift;
}

/* An address in the window: rings, buffers. */
static uint64_t pointer(const ObLabTarget *t, ObRandom *r)
{
    uint64_t ram = ob_host_machine(t->host)->ram_base;

    return ram + OB_LAB_WINDOW + ob_random_below(r, 4) * UINT64_C(0x100);
}

static uint64_t any_value(const ObLabTarget *t, ObRandom *r)
{
    switch (ob_random_below(r, 4)) {
    case 0:
        return odd_number(r);
    case 1:
        return pointer(t, r);
    case 2:
        return ob_random_below(r, 32);
    default:
        return ob_random(r);
    }
}

static uint64_t value_for(const ObLabTarget *t, ObRandom *r, const HwRegister *reg)
{
    uint32_t known = reg ? reg->rw | reg->w1c | reg->write_only : 0;

    if (!known) {
        return any_value(t, r);
    }
    if (known == UINT32_MAX && ob_random_below(r, 2)) {
        return pointer(t, r); /* a register without a structure may have an address */
    }
    switch (ob_random_below(r, 8)) {
    case 0:
    case 1:
        return bit_of(r, known);
    case 2:
        return bit_of(r, known) | bit_of(r, known);
    case 3:
        return known;
    case 4:
    case 5:
        return field_value(r, reg);
    case 6:
        return ob_random(r) & known;
    default:
        return any_value(t, r);
    }
}

/* ----------------------------------------------------------------------- accesses */

/* Rather a register that does something. */
static const HwRegister *register_any(const HwRegionState *region, ObRandom *r, bool is_store)
{
    const HwRegisters *registers = &region->table->registers;
    const HwRegister *reg = NULL;

    for (uint32_t tries = 0; tries < 4 && registers->count; tries++) {
        reg = &registers->entries[ob_random_below(r, registers->count)];
        if (!is_store || (reg->rw | reg->w1c | reg->write_only)) {
            break;
        }
    }
    return reg;
}

static void draw_access(const ObLabTarget *t, ObRandom *r, ObLabStep *step)
{
    const HwRegionState *region;
    const HwRegister *reg = NULL;

    step->target = (uint8_t)ob_random_below(r, t->regions->len);
    region = t->regions->pdata[step->target];
    step->width = (uint8_t)(ob_random_below(r, 4) ? 2 : ob_random_below(r, 4));
    if (ob_random_below(r, 16)) {
        reg = register_any(region, r, step->op == OB_LAB_STORE);
    }
    if (reg) {
        step->offset = reg->offset + (step->width < 2 ? ob_random_below(r, 4) : 0);
    } else {
        step->offset = ob_random_below(r, ob_random_below(r, 2) ? 32 : (uint32_t)region->size);
        step->offset &= ob_random_below(r, 4) ? ~UINT64_C(3) : UINT64_MAX;
    }
    step->value = value_for(t, r, reg) >> 8 * (reg ? step->offset & 3 : 0);
}

static void draw_ram(const ObLabTarget *t, ObRandom *r, ObLabStep *step)
{
    step->target = OB_LAB_RAM;
    step->width = (uint8_t)ob_random_below(r, 4);
    step->offset = ob_random_below(r, 4) * UINT64_C(0x100);
    step->offset += ob_random_below(r, 2) ? ob_random_below(r, 8) * UINT64_C(4) : 0;
    step->value = any_value(t, r);
}

/* ------------------------------------------------------------------------ any step */

static bool can(const ObLabTarget *t, uint8_t op)
{
    switch (op) {
    case OB_LAB_STORE:
    case OB_LAB_LOAD:
        return t->regions->len > 0;
    case OB_LAB_FILE_WRITE:
    case OB_LAB_FILE_READ:
        return t->files->len > 0;
    case OB_LAB_CONFIG_WRITE:
    case OB_LAB_CONFIG_READ:
        return t->functions->len > 0;
    case OB_LAB_LINE:
        return t->inputs->len > 0;
    default:
        return true;
    }
}

static uint8_t op_any(const ObLabTarget *t, ObRandom *r)
{
    static const uint8_t often[] = { OB_LAB_STORE,        OB_LAB_STORE,       OB_LAB_STORE,
                                     OB_LAB_STORE,        OB_LAB_STORE,       OB_LAB_STORE,
                                     OB_LAB_STORE,        OB_LAB_STORE,       OB_LAB_LOAD,
                                     OB_LAB_LOAD,         OB_LAB_FILE_WRITE,  OB_LAB_FILE_READ,
                                     OB_LAB_CONFIG_WRITE, OB_LAB_CLOCK,       OB_LAB_LINE,
                                     OB_LAB_LINE,         OB_LAB_CONFIG_READ, OB_LAB_CLOCK };
    uint8_t op;

    if (ob_random_below(r, 48) == 0) {
        return OB_LAB_RESET;
    }
    if (ob_random_below(r, 64) == 0) {
        return OB_LAB_MOVE;
    }
    do {
        op = often[ob_random_below(r, sizeof(often))];
    } while (!can(t, op));
    return op;
}

void ob_lab_draw(const ObLabTarget *target, ObRandom *random, ObLabStep *step)
{
    *step = (ObLabStep) { .op = op_any(target, random) };
    switch (step->op) {
    case OB_LAB_STORE:
    case OB_LAB_LOAD:
        if (ob_random_below(random, 8)) {
            draw_access(target, random, step);
        } else {
            draw_ram(target, random, step);
        }
        break;
    case OB_LAB_CLOCK:
        step->value = ob_random_below(random, 2) ? 0 : UINT64_C(1) << ob_random_below(random, 25);
        break;
    default:
        step->target = (uint8_t)ob_random_below(random, 32);
        step->width = (uint8_t)ob_random_below(random, 4);
        step->offset = ob_random_below(random, 4) ? ob_random_below(random, 64) : 0;
        step->value = any_value(target, random);
        break;
    }
    ob_lab_step_normalise(step);
}

/* -------------------------------------------------------------------------- inputs */

typedef struct Steps {
    ObLabStep list[OB_LAB_STEPS_MAX];
    size_t count;
} Steps;

static void insert(Steps *s, size_t at, const ObLabStep *step)
{
    if (s->count < OB_LAB_STEPS_MAX) {
        memmove(&s->list[at + 1], &s->list[at], (s->count - at) * sizeof(*step));
        s->list[at] = *step;
        s->count++;
    }
}

static void drop(Steps *s, size_t at)
{
    s->count--;
    memmove(&s->list[at], &s->list[at + 1], (s->count - at) * sizeof(s->list[0]));
}

static void change(ObRandom *r, ObLabStep *step)
{
    switch (ob_random_below(r, 4)) {
    case 0:
        step->value ^= UINT64_C(1) << ob_random_below(r, 8u * ob_lab_width(step));
        break;
    case 1:
        step->value += (uint64_t)ob_random_below(r, 33) - 16;
        break;
    case 2:
        step->offset ^= UINT64_C(1) << ob_random_below(r, 12);
        break;
    default:
        step->width = (uint8_t)ob_random_below(r, 4);
        break;
    }
}

static void mutate(const ObLabTarget *t, ObRandom *r, Steps *s)
{
    size_t at = s->count ? ob_random_below(r, (uint32_t)s->count) : 0;
    uint32_t way = ob_random_below(r, 10);
    ObLabStep step;

    if (way < 4 || !s->count) {
        ob_lab_draw(t, r, &step);
        insert(s, ob_random_below(r, 2) ? s->count : at, &step);
    } else if (way == 4) {
        drop(s, at);
    } else if (way == 5) {
        ob_lab_draw(t, r, &s->list[at]);
    } else if (way == 6) {
        size_t other = ob_random_below(r, (uint32_t)s->count);

        step = s->list[at];
        s->list[at] = s->list[other];
        s->list[other] = step;
    } else if (way == 7) {
        step = s->list[at];
        insert(s, at, &step);
    } else {
        change(r, &s->list[at]);
        ob_lab_step_normalise(&s->list[at]);
    }
}

size_t ob_lab_mutate(const ObLabTarget *target, ObRandom *random, uint8_t *bytes, size_t size,
                     size_t capacity, ObLabPlain *plain)
{
    static Steps steps;

    if (plain && ob_random_below(random, 16) == 0) {
        return plain(bytes, size, capacity);
    }
    steps.count = ob_lab_steps_decode(bytes, size, steps.list, OB_LAB_STEPS_MAX);
    for (uint32_t rounds = 1 + ob_random_below(random, 4); rounds; rounds--) {
        mutate(target, random, &steps);
    }
    return ob_lab_steps_encode(steps.list, steps.count, bytes, capacity);
}

size_t ob_lab_cross(ObRandom *random, const uint8_t *first, size_t first_size,
                    const uint8_t *second, size_t second_size, uint8_t *out, size_t capacity)
{
    static Steps a, b;
    size_t begin, count;

    a.count = ob_lab_steps_decode(first, first_size, a.list, OB_LAB_STEPS_MAX);
    b.count = ob_lab_steps_decode(second, second_size, b.list, OB_LAB_STEPS_MAX);
    a.count = a.count ? ob_random_below(random, (uint32_t)a.count + 1) : 0;
    begin = b.count ? ob_random_below(random, (uint32_t)b.count) : 0;
    count = b.count - begin;
    if (count > OB_LAB_STEPS_MAX - a.count) {
        count = OB_LAB_STEPS_MAX - a.count;
    }
    memcpy(&a.list[a.count], &b.list[begin], count * sizeof(b.list[0]));
    return ob_lab_steps_encode(a.list, a.count + count, out, capacity);
}
