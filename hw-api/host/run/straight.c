/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/run/straight.h"

#include <stdlib.h>

#include "hw-api/host/run/running.h"

bool hw_plans_make(HwRegionState *region)
{
    const HwRegion *table = region->table;

    if (table->kind != HW_REGION_REGISTERS) {
        return true;
    }
    region->plans = calloc(table->word_count, sizeof(*region->plans));
    for (uint32_t i = 0; region->plans && i < table->registers.count; i++) {
        const HwRegister *reg = &table->registers.entries[i];
        bool reaches = hw_region_reaches(table, reg, 4);

        region->plans[reg->offset / 4] = (HwPlan) {
            reg->rw, reg->w1c, reg->read, reg->written, reaches, reaches && !reg->read,
        };
    }
    region->plan_count = region->plans ? table->word_count : 0;
    return region->plans != NULL;
}

void hw_plans_free(HwRegionState *region)
{
    free(region->plans);
    region->plans = NULL;
    region->plan_count = 0;
}

/* NULL: another access.  The offset's low bits become high ones, too large for a number of a word. */
static inline const HwPlan *plan_of(const HwRegionState *region, uint64_t offset, uint32_t size)
{
    uint64_t word = offset >> 2 | offset << 62;

    return size == 4 && word < region->plan_count && !region->observer ? &region->plans[word]
                                                                       : NULL;
}

static __attribute__((noinline)) uint64_t read_by_hook(HwRegionState *region, uint64_t offset,
                                                       const HwPlan *plan)
{
    HwRecord *record = hw_record_begin(region, offset, 0, 4, 0);
    HwRunning outer = hw_running_begin(region->instance, NULL);
    uint32_t value = plan->read(region->dev, region->words[offset / 4]);

    hw_running_end(outer);
    record->value = value;
    hw_record_end(record);
    return value;
}

/* Drivers mostly read registers that are mere words.  The rest is not inline, for registers saved and
 * restored cost as much as the access. */
uint64_t hw_region_read(HwRegionState *region, uint64_t offset, uint32_t size)
{
    const HwPlan *plan = plan_of(region, offset, size);
    uint32_t value;

    if (!plan || !plan->is_word) {
        return plan && plan->is_register ? read_by_hook(region, offset, plan)
                                         : hw_region_read_any(region, offset, size);
    }
    value = region->words[offset / 4];
    hw_record_begin(region, offset, value, 4, HW_RECORD_DONE);
    return value;
}

static inline void word_store(uint32_t *word, const HwPlan *plan, uint32_t value)
{
    uint32_t stored = (*word & ~plan->rw) | (value & plan->rw);

    *word = stored & ~(value & plan->w1c);
}

/* A write inside another device's hook is not straight: the mark of that hook must come back. */
void hw_region_write(HwRegionState *region, uint64_t offset, uint64_t value, uint32_t size)
{
    const HwPlan *plan = plan_of(region, offset, size);
    HwRecord *record;

    if (!plan || !plan->is_register || hw_running.instance) {
        hw_region_write_any(region, offset, value, size);
        return;
    }
    record = hw_record_begin(region, offset, value, 4, HW_RECORD_WRITE);
    hw_running_first(region->instance);
    word_store(&region->words[offset / 4], plan, (uint32_t)value);
    if (plan->written) {
        plan->written(region->dev, (uint32_t)value);
    }
    if (region->table->write) {
        region->table->write(region->dev, offset, (uint32_t)value, 4);
    }
    if (region->derives) {
        hw_instance_derive(region->instance);
    }
    hw_running_none();
    hw_record_end(record);
}
