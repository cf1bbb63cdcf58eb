/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/run/instance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "hw-api/device/error.h"
#include "hw-api/ext/draft/gpio.h"
#include "hw-api/ext/draft/i2c.h"
#include "hw-api/ext/draft/pci.h"
#include "hw-api/host/run/instance-memory.h"
#include "hw-api/host/run/property-value.h"
#include "hw-api/host/run/running.h"
#include "hw-api/host/run/screen.h"
#include "hw-api/host/run/straight.h"
#include "hw-api/host/run/intake/watch.h"

#define PAGE_SIZE 4096u

_Thread_local HwRunning hw_running;

static uint64_t *number_at(const HwInstance *instance, uint32_t place)
{
    return (uint64_t *)((uint8_t *)instance->dev + place);
}

static bool region_enabled(const HwInstance *instance, const HwRegion *table)
{
    return !table->enabled || *(const bool *)((const uint8_t *)instance->dev + table->enabled);
}

static uint64_t region_size(const HwInstance *instance, const HwRegion *table)
{
    return table->size_from ? *number_at(instance, table->size_from) : table->size;
}

uint64_t hw_region_ram_size(const HwRegionState *region)
{
    return (region->size + PAGE_SIZE - 1) & ~(uint64_t)(PAGE_SIZE - 1);
}

uint32_t hw_instance_layout(const HwInstance *instance)
{
    const HwDeviceClass *table = &instance->cls->table;
    uint32_t number = 0;

    if (table->layout_from) {
        memcpy(&number, (const uint8_t *)instance->dev + table->layout_from, sizeof(number));
    }
    return number <= table->layouts.count ? number : 0;
}

/* NULL: the class's own layout. */
static const HwLayout *layout_of(const HwInstance *instance)
{
    uint32_t number = hw_instance_layout(instance);

    return number > 0 ? &instance->cls->table.layouts.entries[number - 1] : NULL;
}

const HwState *hw_instance_state(const HwInstance *instance)
{
    const HwLayout *layout = layout_of(instance);

    return layout ? layout->state : instance->cls->table.state;
}

bool hw_region_block_name(const HwRegionState *region, char name[HW_BLOCK_NAME_MAX])
{
    const HwInstance *instance = region->instance;
    const HwLayout *layout = layout_of(instance);
    uint32_t index = (uint32_t)(region - instance->regions);
    const char *block = region->table->ram_block;

    if (layout) {
        block = index < layout->ram_blocks.count ? layout->ram_blocks.entries[index] : NULL;
    }
    if (!block || !*block) {
        return false;
    }
    snprintf(name, HW_BLOCK_NAME_MAX, instance->number ? "%s#%u" : "%s", block, instance->number);
    return true;
}

/* ----------------------------------------------------------------- creation */

static uint32_t capability_count(const HwDeviceClass *table)
{
    return table->pci ? table->pci->capabilities.count : 0;
}

static bool capabilities_describe(HwInstance *instance)
{
    const HwDeviceClass *table = &instance->cls->table;

    instance->capabilities = calloc(capability_count(table) + 1, sizeof(HwRegion));
    for (uint32_t i = 0; instance->capabilities && i < capability_count(table); i++) {
        const HwPciCapability *capability = &table->pci->capabilities.entries[i];

        instance->capabilities[i] = (HwRegion) { .name = capability->name,
                                                 .kind = HW_REGION_REGISTERS,
                                                 .space = HW_SPACE_NONE,
                                                 .size = UINT64_C(4) * capability->word_count,
                                                 .words = capability->words,
                                                 .word_count = capability->word_count,
                                                 .registers = capability->registers };
    }
    return instance->capabilities != NULL;
}

static const HwRegion *region_table(const HwInstance *instance, uint32_t index)
{
    const HwRegions *regions = &instance->cls->table.regions;

    return index < regions->count ? &regions->entries[index]
                                  : &instance->capabilities[index - regions->count];
}

static bool region_prepare(HwInstance *instance, uint32_t index)
{
    HwRegionState *region = &instance->regions[index];
    const HwRegion *table = region_table(instance, index);

    region->table = table;
    region->instance = instance;
    region->dev = instance->dev;
    region->cls = &instance->cls->table;
    region->derives = instance->derives && table->kind != HW_REGION_RAM;
    region->is_strict = hw_region_is_strict(table);
    if (table->word_count == 0) {
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
    return hw_plans_make(region);
}

static bool class_has_shadow(const HwDeviceClass *table)
{
    bool has_shadow = false;

    for (uint32_t i = 0; i < table->regions.count; i++) {
        has_shadow |= hw_region_has_shadow(&table->regions.entries[i]);
    }
    return has_shadow;
}

static bool instance_allocate(HwInstance *instance, const char *id)
{
    const HwDeviceClass *table = &instance->cls->table;
    uint32_t regions = table->regions.count + capability_count(table);

    instance->id = strdup(id ? id : table->name);
    instance->dev = hw_instance_memory_new(table->instance_size, &instance->is_guarded);
    instance->strings = calloc(table->properties.count + 1, sizeof(char *));
    instance->regions = calloc(regions + 1, sizeof(HwRegionState));
    if (!instance->id || !instance->dev || !instance->strings || !instance->regions ||
        !capabilities_describe(instance)) {
        return false;
    }
    for (uint32_t i = 0; i < regions; i++) {
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
    instance->has_shadow = class_has_shadow(&cls->table);
    instance->derives = instance->has_shadow || cls->table.update;
    if (!instance_allocate(instance, id)) {
        hw_instance_free(instance);
        return NULL;
    }
    instance->dev->host = host;
    instance->dev->cls = cls->original;
    instance->dev->id = instance->id;
    instance->dev->host_data = instance;
    hw_property_store_defaults(instance->dev, &cls->table.properties);
    return instance;
}

static void region_release(HwRegionState *region)
{
    hw_plans_free(region);
    free(region->by_word);
    region->by_word = NULL;
    if (region->owns_ram) {
        munmap(region->ram, hw_region_ram_size(region));
        region->ram = NULL;
        region->owns_ram = false;
    }
}

void hw_instance_free(HwInstance *instance)
{
    if (!instance) {
        return;
    }
    hw_watch_leave(&instance->watch);
    hw_instance_unrealize(instance);
    hw_screens_free(instance);
    for (uint32_t i = 0; i < instance->region_count; i++) {
        region_release(&instance->regions[i]);
    }
    for (uint32_t i = 0; instance->strings && i < instance->cls->table.properties.count; i++) {
        free(instance->strings[i]);
    }
    free(instance->strings);
    free(instance->regions);
    free(instance->capabilities);
    hw_instance_memory_free(instance->dev, instance->cls->table.instance_size,
                            instance->is_guarded);
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
            *number_at(instance, table->base) != HW_ADDRESS_AUTO) {
            continue;
        }
        if (!group->base) {
            group->base = table->base;
            group->space = table->space;
        }
        if (group->base == table->base) {
            uint64_t end = table->offset + region_size(instance, table);

            group->size = end > group->size ? end : group->size;
        }
    }
    return group->base != 0;
}

void hw_instance_place(HwInstance *instance, const HwAutoBase *group, uint64_t address)
{
    *number_at(instance, group->base) = address;
}

/* --------------------------------------------------------------------- life */

/* A region is at least as large as its words: the host stores and reads all of them. */
static uint64_t least_size(const HwRegion *table)
{
    uint64_t words = UINT64_C(4) * table->word_count;

    return words == 0 ? 1 : words < table->size ? words : table->size;
}

static bool region_settle(HwInstance *instance, HwRegionState *region, HwError *error)
{
    const HwRegion *table = region->table;

    region->enabled = region_enabled(instance, table);
    region->address = table->offset + (table->base ? *number_at(instance, table->base) : 0);
    region->size = region_size(instance, table);
    if (region->size < least_size(table) || region->size > table->size) {
        return hw_error_set(error, "%s: region '%s' would have %llu bytes, expected %llu to %llu",
                            instance->id, table->name, (unsigned long long)region->size,
                            (unsigned long long)least_size(table), (unsigned long long)table->size);
    }
    return true;
}

bool hw_instance_settle(HwInstance *instance, HwError *error)
{
    for (uint32_t i = 0; i < instance->region_count; i++) {
        if (!region_settle(instance, &instance->regions[i], error)) {
            return false;
        }
    }
    return true;
}

static bool region_allocate(HwInstance *instance, HwRegionState *region, HwError *error)
{
    void *ram;

    if (!region->enabled || !hw_region_has_ram(region->table) || region->ram) {
        return true;
    }
    ram = mmap(NULL, hw_region_ram_size(region), PROT_READ | PROT_WRITE,
               MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (ram == MAP_FAILED) {
        return hw_error_set(error, "%s: no memory for region '%s' of %llu bytes", instance->id,
                            region->table->name, (unsigned long long)region->size);
    }
    region->ram = ram;
    region->owns_ram = true;
    return true;
}

static bool service_offered(const HwInstance *instance, const char *service, HwError *error)
{
    const HwHost *host = instance->dev->host;

    return host->query(host, service) || hw_error_set(error, "%s needs %s; host '%s' lacks it",
                                                      instance->id, service, host->name);
}

static bool services_offered(const HwInstance *instance, HwError *error)
{
    const HwDeviceClass *cls = &instance->cls->table;

    for (uint32_t i = 0; i < cls->services.count; i++) {
        if (!service_offered(instance, cls->services.entries[i], error)) {
            return false;
        }
    }
    return (!cls->pci || service_offered(instance, HW_PCI, error)) &&
           (!cls->gpio || service_offered(instance, HW_GPIO, error)) &&
           (!cls->i2c || service_offered(instance, HW_I2C, error));
}

static bool is_mapped(const HwRegionState *region)
{
    return region->enabled && region->table->space != HW_SPACE_NONE;
}

static bool pair_check(const HwRegionState *a, const HwRegionState *b, HwError *error)
{
    bool overlap = a->address < b->address ? b->address - a->address < a->size
                                           : a->address - b->address < b->size;

    if (!is_mapped(a) || !is_mapped(b) || a->table->space != b->table->space ||
        a->table->bar != b->table->bar || !overlap) {
        return true;
    }
    return hw_error_set(error,
                        "%s: region '%s', 0x%llx bytes at 0x%llx, overlaps region '%s', "
                        "0x%llx bytes at 0x%llx",
                        a->instance->id, b->table->name, (unsigned long long)b->size,
                        (unsigned long long)b->address, a->table->name, (unsigned long long)a->size,
                        (unsigned long long)a->address);
}

/* Tables can't show this, since the user sets bases and sizes.  The check comes after the realize
 * hook, whose message can say which value is wrong. */
static bool regions_are_apart(const HwInstance *instance, HwError *error)
{
    for (uint32_t i = 0; i < instance->region_count; i++) {
        for (uint32_t j = i + 1; j < instance->region_count; j++) {
            if (!pair_check(&instance->regions[i], &instance->regions[j], error)) {
                return false;
            }
        }
    }
    return true;
}

bool hw_instance_realize(HwInstance *instance, HwError *error)
{
    const HwDeviceClass *cls = &instance->cls->table;
    bool good = true;

    if (!services_offered(instance, error) || !hw_instance_settle(instance, error)) {
        return false;
    }
    for (uint32_t i = 0; i < instance->region_count; i++) {
        if (!region_allocate(instance, &instance->regions[i], error)) {
            return false;
        }
    }
    hw_watch_begin(instance->watch, &(HwIntake) { .kind = HW_INTAKE_REALIZE });
    if (cls->realize) {
        HW_RUN_HOOK(instance, "realize", good = cls->realize(instance->dev, error));
    }
    instance->phase = good ? HW_PHASE_REALIZED : instance->phase;
    hw_watch_end(instance->watch, good);
    if (!good) {
        return false;
    }
    return regions_are_apart(instance, error);
}

static void region_reset(HwRegionState *region)
{
    const HwRegion *table = region->table;

    if (table->word_count == 0) {
        return;
    }
    memset(region->words, 0, table->word_count * sizeof(uint32_t));
    for (uint32_t i = 0; i < table->registers.count; i++) {
        const HwRegister *reg = &table->registers.entries[i];

        region->words[reg->offset / 4] = reg->reset;
    }
}

void hw_instance_reset_words(HwInstance *instance)
{
    for (uint32_t i = 0; i < instance->region_count; i++) {
        region_reset(&instance->regions[i]);
    }
}

void hw_instance_reset(HwInstance *instance)
{
    const HwDeviceClass *cls = &instance->cls->table;

    hw_watch_begin(instance->watch, &(HwIntake) { .kind = HW_INTAKE_RESET });
    hw_instance_reset_words(instance);
    if (cls->reset) {
        HW_RUN_HOOK(instance, "reset", cls->reset(instance->dev));
    }
    hw_instance_update(instance);
    hw_watch_end(instance->watch, 0);
}

void hw_instance_update(HwInstance *instance)
{
    HwRunning outer;

    if (instance->derives) {
        outer = hw_running_begin(instance, "update");
        hw_instance_derive(instance);
        hw_running_end(outer);
    }
}

void hw_instance_words_store(HwInstance *instance)
{
    for (uint32_t i = 0; i < instance->region_count; i++) {
        hw_region_sync(&instance->regions[i]);
    }
}

void hw_instance_quiesce(HwInstance *instance)
{
    if (instance->phase == HW_PHASE_REALIZED && instance->cls->table.quiesce) {
        hw_watch_begin(instance->watch, &(HwIntake) { .kind = HW_INTAKE_QUIESCE });
        HW_RUN_HOOK(instance, "quiesce", instance->cls->table.quiesce(instance->dev));
        hw_instance_update(instance);
        hw_watch_end(instance->watch, 0);
    }
}

void hw_instance_loaded(HwInstance *instance)
{
    if (instance->cls->table.loaded) {
        HW_RUN_HOOK(instance, "loaded", instance->cls->table.loaded(instance->dev));
    }
}

void hw_instance_load_undone(HwInstance *instance)
{
    if (instance->cls->table.load_undone) {
        HW_RUN_HOOK(instance, "load_undone", instance->cls->table.load_undone(instance->dev));
    }
}

void hw_instance_unrealize(HwInstance *instance)
{
    if (instance->phase != HW_PHASE_REALIZED) {
        return;
    }
    hw_watch_leave(&instance->watch);
    if (instance->cls->table.unrealize) {
        HW_RUN_HOOK(instance, "unrealize", instance->cls->table.unrealize(instance->dev));
    }
    instance->phase = HW_PHASE_UNREALIZED;
}
