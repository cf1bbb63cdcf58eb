/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * State goes from one instance to another by the names of its members: they may lie elsewhere, and
 * arrays may have grown.  Members that only the new class has keep the values of a reset.
 */
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/ext/draft/pci.h"
#include "hw-api/host/reload/reload-internal.h"
#include "hw-api/host/run/running.h"
#include "hw-api/host/run/state.h"

/* Realize may fill a region's memory, as it does when the memory is new.  Such pages are small; a
 * screen's memory is not copied. */
#define MEMORY_MAX 0x10000u

static bool has_memory(const HwRegionState *region)
{
    return region->ram && region->size <= MEMORY_MAX;
}

/* ------------------------------------------------------------------- taking */

static bool memory_take(HwCarried *carried, const HwInstance *instance)
{
    uint64_t size = 0;

    for (uint32_t i = 0; i < instance->region_count; i++) {
        size += has_memory(&instance->regions[i]) ? instance->regions[i].size : 0;
    }
    carried->memory = malloc(size + 1);
    size = 0;
    for (uint32_t i = 0; carried->memory && i < instance->region_count; i++) {
        const HwRegionState *region = &instance->regions[i];

        if (has_memory(region)) {
            memcpy(carried->memory + size, region->ram, region->size);
            size += region->size;
        }
    }
    return carried->memory != NULL;
}

/* Bytes that are the same are not written: a guest may be reading. */
static void memory_store(const HwCarried *carried, const HwInstance *instance)
{
    const uint8_t *from = carried->memory;

    for (uint32_t i = 0; i < instance->region_count; i++) {
        const HwRegionState *region = &instance->regions[i];

        if (!has_memory(region)) {
            continue;
        }
        if (memcmp(region->ram, from, region->size) != 0) {
            memcpy(region->ram, from, region->size);
        }
        from += region->size;
    }
}

static bool sent_add(HwCarried *carried, const HwState *state)
{
    size_t size = (carried->sent_count + 1) * sizeof(*carried->sent);
    const HwState **sent = realloc(carried->sent, size);

    if (!sent) {
        return false;
    }
    carried->sent = sent;
    carried->sent[carried->sent_count++] = state;
    return true;
}

/* In the order of a save. */
static bool state_prepare(HwCarried *carried, HwInstance *instance, const HwState *state)
{
    if (state->pre_save) {
        HW_RUN_HOOK(instance, "pre_save", state->pre_save(instance->dev));
    }
    for (uint32_t i = 0; i < state->fields.count; i++) {
        const HwState *part = state->fields.entries[i].part;

        if (part && !state_prepare(carried, instance, part)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < state->subsections.count; i++) {
        const HwState *subsection = &state->subsections.entries[i];

        if ((!subsection->needed || subsection->needed(instance->dev)) &&
            (!sent_add(carried, subsection) || !state_prepare(carried, instance, subsection))) {
            return false;
        }
    }
    return true;
}

bool hw_carried_take(HwCarried *carried, HwInstance *instance, HwError *error)
{
    const HwState *live = instance->cls->table.live;

    *carried = (HwCarried) { .cls = instance->cls, .state = hw_instance_state(instance) };
    if ((!carried->state || state_prepare(carried, instance, carried->state)) &&
        (!live || state_prepare(carried, instance, live)) && memory_take(carried, instance)) {
        carried->bytes = malloc(instance->cls->table.instance_size);
    }
    if (!carried->bytes) {
        return hw_error_set(error, "%s: no memory for its state", instance->id);
    }
    memcpy(carried->bytes, instance->dev, instance->cls->table.instance_size);
    return true;
}

void hw_carried_clear(HwCarried *carried)
{
    free(carried->bytes);
    free(carried->memory);
    free(carried->sent);
    *carried = (HwCarried) { 0 };
}

static bool is_sent(const HwCarried *carried, const HwState *state)
{
    for (uint32_t i = 0; i < carried->sent_count; i++) {
        if (carried->sent[i] == state) {
            return true;
        }
    }
    return false;
}

/* ---------------------------------------------------------------- registers */

/* A capability's words are a region that follows those of the class. */
static HwRegion region_table(const HwDeviceClass *table, uint32_t index)
{
    const HwPciCapability *capability;

    if (index < table->regions.count) {
        return table->regions.entries[index];
    }
    capability = &table->pci->capabilities.entries[index - table->regions.count];
    return (HwRegion) { .words = capability->words,
                        .word_count = capability->word_count,
                        .registers = capability->registers };
}

/* Bits that the guest sets are the guest's.  The others follow the table where nobody has changed
 * them: an identification that the new class has changed shows. */
static uint32_t word_carry(uint32_t value, const HwRegister *was, const HwRegister *now)
{
    uint32_t guest = was->rw | was->w1c | now->rw | now->w1c;
    uint32_t same = ~guest & ~(value ^ was->reset);

    return (value & ~same) | (now->reset & same);
}

static void words_carry(const HwCarried *carried, HwRegion was, HwRegionState *region)
{
    const uint32_t *from = (const uint32_t *)(carried->bytes + was.words);
    uint32_t count = was.word_count < region->table->word_count ? was.word_count
                                                                : region->table->word_count;

    for (uint32_t i = 0; i < count; i++) {
        region->words[i] = from[i];
    }
}

static void words_follow_tables(HwRegion was, HwRegionState *region)
{
    for (uint32_t i = 0; i < was.registers.count; i++) {
        const HwRegister *reg = &was.registers.entries[i];
        uint32_t word = reg->offset / 4;
        const HwRegister *now = word < region->table->word_count ? region->by_word[word] : NULL;

        if (now) {
            region->words[word] = word_carry(region->words[word], reg, now);
        }
    }
}

/* ------------------------------------------------------------------- fields */

static void member_carry(const HwCarried *carried, const HwStateField *was, HwDevice *dev,
                         const HwStateField *now)
{
    uint64_t size = hw_state_extent(was);

    if (hw_state_extent(now) < size) {
        size = hw_state_extent(now);
    }
    memcpy((uint8_t *)dev + now->offset, carried->bytes + was->offset, (size_t)size);
}

static void fields_clear(HwDevice *dev, const HwState *state)
{
    for (uint32_t i = 0; i < state->fields.count; i++) {
        const HwStateField *field = &state->fields.entries[i];

        if (field->part) {
            fields_clear(dev, field->part);
        } else {
            memset((uint8_t *)dev + field->offset, 0, (size_t)hw_state_extent(field));
        }
    }
}

/* The fields of a subsection that does not come are 0, as in a load. */
static void state_carry(const HwCarried *carried, const HwState *was, HwDevice *dev,
                        const HwState *now)
{
    for (uint32_t i = 0; i < was->fields.count; i++) {
        const HwStateField *field = &was->fields.entries[i];
        const HwStateField *to = hw_reload_field(now, field);

        if (to && field->part) {
            state_carry(carried, field->part, dev, to->part);
        } else if (to) {
            member_carry(carried, field, dev, to);
        }
    }
    for (uint32_t i = 0; i < now->subsections.count; i++) {
        const HwState *subsection = &now->subsections.entries[i];
        const HwState *from = hw_reload_subsection(was, subsection);

        if (from && is_sent(carried, from)) {
            state_carry(carried, from, dev, subsection);
        } else {
            fields_clear(dev, subsection);
        }
    }
}

/* Inner states first, as in a load. */
static bool state_loaded(const HwCarried *carried, const HwState *was, HwInstance *instance,
                         const HwState *now, HwError *error)
{
    bool good = true;

    for (uint32_t i = 0; good && i < was->fields.count; i++) {
        const HwStateField *to = hw_reload_field(now, &was->fields.entries[i]);

        good = !to || !to->part ||
               state_loaded(carried, was->fields.entries[i].part, instance, to->part, error);
    }
    for (uint32_t i = 0; good && i < now->subsections.count; i++) {
        const HwState *from = hw_reload_subsection(was, &now->subsections.entries[i]);

        good = !from || !is_sent(carried, from) ||
               state_loaded(carried, from, instance, &now->subsections.entries[i], error);
    }
    if (good && now->post_load) {
        HW_RUN_HOOK(instance, "post_load",
                    good = now->post_load(instance->dev, was->version, error));
    }
    return good;
}

static bool state_store(const HwCarried *carried, const HwState *was, HwInstance *instance,
                        const HwState *now, HwError *error)
{
    if (!was || !now) {
        return true;
    }
    state_carry(carried, was, instance->dev, now);
    return state_loaded(carried, was, instance, now, error);
}

bool hw_carried_store(const HwCarried *carried, HwInstance *instance, HwError *error)
{
    const HwDeviceClass *was = &carried->cls->table;
    const HwDeviceClass *now = &instance->cls->table;
    const HwState *state = hw_instance_state(instance);

    memory_store(carried, instance);
    hw_instance_reset_words(instance);
    for (uint32_t i = 0; i < instance->region_count; i++) {
        words_carry(carried, region_table(was, i), &instance->regions[i]);
    }
    if (carried->state && state) {
        state_carry(carried, carried->state, instance->dev, state);
    }
    for (uint32_t i = 0; i < instance->region_count; i++) {
        words_follow_tables(region_table(was, i), &instance->regions[i]);
    }
    return (!carried->state || !state ||
            state_loaded(carried, carried->state, instance, state, error)) &&
           state_store(carried, was->live, instance, now->live, error);
}
