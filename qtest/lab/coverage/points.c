/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/lab/coverage/points.h"

static uint32_t field_mask(const HwRegisterField *field)
{
    return (uint32_t)(((UINT64_C(1) << field->width) - 1) << field->shift);
}

/* A hook alone says nothing of bits: then the named bits act, or all. */
uint32_t ob_points_acting(const HwRegister *reg)
{
    uint32_t mask = reg->rw | reg->w1c | reg->write_only;
    uint32_t named = 0;

    if (mask || !reg->written) {
        return mask;
    }
    for (uint32_t i = 0; i < reg->fields.count; i++) {
        named |= field_mask(&reg->fields.entries[i]);
    }
    return named ? named : UINT32_MAX;
}

/* --------------------------------------------------------------------- points */

static void points_add(ObPoints *to, const ObPoints *from)
{
    to->registers += from->registers;
    to->used += from->used;
    to->bits += from->bits;
    to->ones += from->ones;
    to->zeros += from->zeros;
}

static uint32_t bits_in(uint32_t mask)
{
    return (uint32_t)__builtin_popcount(mask);
}

ObPoints ob_points_of_region(const ObCounts *counts, const HwDeviceClass *cls,
                             const HwRegion *region)
{
    ObPoints points = { .registers = region->registers.count };

    for (uint32_t i = 0; i < region->registers.count; i++) {
        const HwRegister *reg = &region->registers.entries[i];
        ObCount count = ob_counts_of(counts, cls, region, reg);
        uint32_t acting = ob_points_acting(reg);

        points.used += count.read.accesses || count.written.accesses;
        points.bits += bits_in(acting);
        points.ones += bits_in(acting & count.written.ones);
        points.zeros += bits_in(acting & count.written.zeros);
    }
    return points;
}

ObPoints ob_points_of_class(const ObCounts *counts, const HwDeviceClass *cls)
{
    ObPoints sum = { 0 };

    for (uint32_t i = 0; i < cls->regions.count; i++) {
        ObPoints points = ob_points_of_region(counts, cls, &cls->regions.entries[i]);

        points_add(&sum, &points);
    }
    return sum;
}

uint32_t ob_points_percent(const ObPoints *points)
{
    uint32_t all = points->registers + 2 * points->bits;

    return all ? 100 * (points->used + points->ones + points->zeros) / all : 100;
}

/* ---------------------------------------------------------------------- words */

static void name_append(GString *text, const char *name)
{
    g_string_append_printf(text, "%s%s", text->len ? ", " : "", name);
}

/* A field is named for any of its bits, since a value of it was not tried. */
char *ob_points_name_bits(const HwRegister *reg, uint32_t bits)
{
    GString *text = g_string_new(NULL);

    for (uint32_t i = 0; i < reg->fields.count; i++) {
        const HwRegisterField *field = &reg->fields.entries[i];

        if (bits & field_mask(field)) {
            name_append(text, field->name);
            bits &= ~field_mask(field);
        }
    }
    if (bits) {
        g_autofree char *rest = g_strdup_printf("0x%x", bits);

        name_append(text, rest);
    }
    return g_string_free(text, false);
}

static void bits_append(GString *text, const HwRegister *reg, const char *what, uint32_t bits)
{
    g_autofree char *names = ob_points_name_bits(reg, bits);

    if (bits) {
        g_string_append_printf(text, "%s%s: %s", text->len ? "; " : "", what, names);
    }
}

char *ob_points_missing(const HwRegister *reg, const ObCount *count)
{
    uint32_t acting = ob_points_acting(reg);
    GString *text = g_string_new(NULL);

    if (!count->read.accesses && !count->written.accesses) {
        g_string_append(text, "never used");
    } else if (acting && !count->written.accesses) {
        g_string_append(text, "never written");
    } else {
        bits_append(text, reg, "never 1", acting & ~count->written.ones);
        bits_append(text, reg, "never 0", acting & ~count->written.zeros);
    }
    return g_string_free(text, false);
}
