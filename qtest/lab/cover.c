/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/lab/cover.h"

enum { WORDS_MAX = 64 /* in a region */, FIELD_MAX = 3 /* bits of a small field */ };

/* libFuzzer finds them by the section's name, and clears them before each input. */
__attribute__((section("__libfuzzer_extra_counters"))) uint8_t ob_lab_counters[OB_LAB_COUNTERS];

static void count(uint64_t what)
{
    ob_lab_counters[(what * UINT64_C(0x9e3779b97f4a7c15)) >> 53] = 1;
}

/* Few kinds of values: the lowest bits, and the highest bit. */
static uint64_t kind(uint32_t value)
{
    return (value & 15) | (value ? UINT64_C(32) - (uint64_t)__builtin_clz(value) : 0) << 4;
}

static void region_cover(const HwRegionState *region, uint64_t number)
{
    for (uint32_t i = 0; i < region->table->registers.count && i < WORDS_MAX; i++) {
        uint32_t word = region->table->registers.entries[i].offset / 4;

        count(number << 32 | (uint64_t)word << 16 | kind(region->words[word]));
    }
}

/* The small fields of all registers together: the device's mode. */
static uint64_t region_mode(const HwRegionState *region)
{
    const HwRegisters *registers = &region->table->registers;
    uint64_t mode = 0;

    for (uint32_t i = 0; i < registers->count && i < WORDS_MAX; i++) {
        const HwRegister *reg = &registers->entries[i];

        for (uint32_t j = 0; j < reg->fields.count; j++) {
            const HwRegisterField *field = &reg->fields.entries[j];

            if (field->width <= FIELD_MAX) {
                mode = mode * 31 + (region->words[reg->offset / 4] >> field->shift &
                                    ((1u << field->width) - 1));
            }
        }
    }
    return mode;
}

void ob_lab_cover(ObLabTarget *target, const ObLabStep *step)
{
    uint64_t mode = 0;

    ob_lab_counters[0] = 1; /* the first input counts, too */
    for (uint32_t i = 0; i < target->regions->len; i++) {
        const HwRegionState *region = target->regions->pdata[i];

        if (region->words) {
            region_cover(region, i);
            mode = mode * 31 + region_mode(region);
        }
    }
    count(UINT64_C(1) << 62 | mode << 4 | step->op);
}
