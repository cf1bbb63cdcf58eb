/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/instance.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "hw-api/device/error.h"

#define PAGE_SIZE 4096u

static uint64_t *base_of(const HwInstance *instance, uint32_t base)
{
    return (uint64_t *)((uint8_t *)instance->dev + base);
}

static bool region_enabled(const HwInstance *instance, const HwRegion *table)
{
    return !table->enabled || *(const bool *)((const uint8_t *)instance->dev + table->enabled);
}

uint64_t hw_region_ram_size(const HwRegion *table)
{
    return (table->size + PAGE_SIZE - 1) & ~(uint64_t)(PAGE_SIZE - 1);
}

static bool has_ram(const HwRegion *table)
{
    return table->kind == HW_REGION_RAM || table->kind == HW_REGION_ROM_DEVICE;
}

/* ----------------------------------------------------------------- creation */

static bool region_prepare(HwInstance *instance, uint32_t index)
{
    HwRegionState *region = &instance->regions[index];
    const HwRegion *table = &instance->cls->table.regions.entries[index];

    region->table = table;
    region->instance = instance;
    region->dev = instance->dev;
    region->cls = &instance->cls->table;
    if (table->kind != HW_REGION_REGISTERS) {
        return true;
    }
    region->words = (uint32_t *)((uint8_t *)instance->dev + table->words);
    region->by_word = calloc(table->word_count, sizeof(*region->by_word));
    if (!region->by_word) {
        return false;
    }
    for (uint32_t i = 0; i < table->registers.count; i++) {
        const HwRegister *reg = &table->registers.entries[i];

        region->by_word[reg->offset / 4] = reg;
    }
    return true;
}

static bool instance_allocate(HwInstance *instance, const char *id)
{
    const HwDeviceClass *table = &instance->cls->table;

    instance->id = strdup(id ? id : table->name);
    instance->dev = calloc(1, table->instance_size);
    instance->strings = calloc(table->properties.count + 1, sizeof(char *));
    instance->regions = calloc(table->regions.count + 1, sizeof(HwRegionState));
    if (!instance->id || !instance->dev || !instance->strings || !instance->regions) {
        return false;
    }
    for (uint32_t i = 0; i < table->regions.count; i++) {
        instance->region_count = i + 1;
        if (!region_prepare(instance, i)) {
            return false;
        }
    }
    return true;
}

HwInstance *hw_instance_new(const HwHost *host, const HwClass *cls, const char *id, void *owner)
{
    HwInstance *instance = calloc(1, sizeof(*instance));

    if (!instance) {
        return NULL;
    }
    instance->cls = cls;
    instance->owner = owner;
    if (!instance_allocate(instance, id)) {
        hw_instance_free(instance);
        return NULL;
    }
    instance->dev->host = host;
    instance->dev->cls = cls->original;
    instance->dev->id = instance->id;
    instance->dev->host_data = instance;
    hw_instance_store_defaults(instance);
    return instance;
}

static void region_release(HwRegionState *region)
{
    free(region->by_word);
    region->by_word = NULL;
    if (region->owns_ram) {
        munmap(region->ram, hw_region_ram_size(region->table));
        region->ram = NULL;
        region->owns_ram = false;
    }
}

void hw_instance_free(HwInstance *instance)
{
    if (!instance) {
        return;
    }
    hw_instance_unrealize(instance);
    for (uint32_t i = 0; i < instance->region_count; i++) {
        region_release(&instance->regions[i]);
    }
    for (uint32_t i = 0; instance->strings && i < instance->cls->table.properties.count; i++) {
        free(instance->strings[i]);
    }
    free(instance->strings);
    free(instance->regions);
    free(instance->dev);
    free(instance->id);
    free(instance);
}

/* ---------------------------------------------------------------- addresses */

bool hw_instance_next_auto(const HwInstance *instance, HwAutoBase *group)
{
    const HwRegions *regions = &instance->cls->table.regions;

    *group = (HwAutoBase) { 0 };
    for (uint32_t i = 0; i < regions->count; i++) {
        const HwRegion *table = &regions->entries[i];

        if (!table->base || !region_enabled(instance, table) ||
            *base_of(instance, table->base) != HW_ADDRESS_AUTO) {
            continue;
        }
        if (!group->base) {
            group->base = table->base;
            group->space = table->space;
        }
        if (group->base == table->base && table->offset + table->size > group->size) {
            group->size = table->offset + table->size;
        }
    }
    return group->base != 0;
}

void hw_instance_place(HwInstance *instance, const HwAutoBase *group, uint64_t address)
{
    *base_of(instance, group->base) = address;
}

/* --------------------------------------------------------------------- life */

static bool region_settle(HwInstance *instance, HwRegionState *region, HwError *error)
{
    const HwRegion *table = region->table;
    void *ram;

    region->enabled = region_enabled(instance, table);
    region->address = table->offset + (table->base ? *base_of(instance, table->base) : 0);
    if (!region->enabled || !has_ram(table) || region->ram) {
        return true;
    }
    ram = mmap(NULL, hw_region_ram_size(table), PROT_READ | PROT_WRITE,
               MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (ram == MAP_FAILED) {
        return hw_error_set(error, "%s: no memory for region '%s' of %llu bytes", instance->id,
                            table->name, (unsigned long long)table->size);
    }
    region->ram = ram;
    region->owns_ram = true;
    return true;
}

bool hw_instance_realize(HwInstance *instance, HwError *error)
{
    const HwDeviceClass *cls = &instance->cls->table;

    for (uint32_t i = 0; i < instance->region_count; i++) {
        if (!region_settle(instance, &instance->regions[i], error)) {
            return false;
        }
    }
    if (cls->realize && !cls->realize(instance->dev, error)) {
        return false;
    }
    instance->phase = HW_PHASE_REALIZED;
    return true;
}

static void region_reset(HwRegionState *region)
{
    const HwRegion *table = region->table;

    if (table->kind != HW_REGION_REGISTERS) {
        return;
    }
    memset(region->words, 0, table->word_count * sizeof(uint32_t));
    for (uint32_t i = 0; i < table->registers.count; i++) {
        const HwRegister *reg = &table->registers.entries[i];

        region->words[reg->offset / 4] = reg->reset;
    }
}

void hw_instance_reset(HwInstance *instance)
{
    const HwDeviceClass *cls = &instance->cls->table;

    for (uint32_t i = 0; i < instance->region_count; i++) {
        region_reset(&instance->regions[i]);
    }
    if (cls->reset) {
        cls->reset(instance->dev);
    }
    hw_instance_update(instance);
}

void hw_instance_update(HwInstance *instance)
{
    if (instance->cls->table.update) {
        instance->cls->table.update(instance->dev);
    }
}

void hw_instance_quiesce(HwInstance *instance)
{
    if (instance->phase == HW_PHASE_REALIZED && instance->cls->table.quiesce) {
        instance->cls->table.quiesce(instance->dev);
    }
}

void hw_instance_unrealize(HwInstance *instance)
{
    if (instance->phase != HW_PHASE_REALIZED) {
        return;
    }
    if (instance->cls->table.unrealize) {
        instance->cls->table.unrealize(instance->dev);
    }
    instance->phase = HW_PHASE_UNREALIZED;
}
