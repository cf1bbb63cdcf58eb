/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A guest, firmware and streams know some of a device's tables, which must stay. */
#include <inttypes.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/ext/draft/gpio.h"
#include "hw-api/ext/draft/i2c.h"
#include "hw-api/ext/fw-cfg.h"
#include "hw-api/host/reload/reload-internal.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

bool hw_reload_same(const char *cls, const char *kind, const char *name, const HwSameNumber *rows,
                    size_t count, HwError *error)
{
    const char *quote = name ? "'" : "";
    const char *space = name ? " " : "";

    for (size_t i = 0; i < count; i++) {
        if (rows[i].was != rows[i].now) {
            return hw_error_set(error,
                                "%s: %s%s%s%s%s: %s is 0x%" PRIx64 ", expected 0x%" PRIx64
                                ", as it was",
                                cls, kind, space, quote, name ? name : "", quote, rows[i].what,
                                rows[i].now, rows[i].was);
        }
    }
    return true;
}

static bool same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static const char *shown(const char *text)
{
    return text ? text : "";
}

/* ------------------------------------------------------------------ regions */

static const char *block_of(const HwRegionState *region, char room[HW_BLOCK_NAME_MAX])
{
    return hw_region_block_name(region, room) ? room : "";
}

/* `was` is as the machine has it, `now` as the new class would. */
static bool region_check(const char *cls, const HwRegionState *was, const HwRegionState *now,
                         HwError *error)
{
    const HwSameNumber rows[] = {
        { "kind", was->table->kind, now->table->kind },
        { "space", was->table->space, now->table->space },
        { "BAR", was->table->bar, now->table->bar },
        { "presence", was->enabled, now->enabled },
        { "size", was->enabled ? was->size : 0, was->enabled ? now->size : 0 },
        { "address", was->enabled ? was->address : 0, was->enabled ? now->address : 0 },
    };
    char block[2][HW_BLOCK_NAME_MAX];
    const char *names[2] = { block_of(was, block[0]), block_of(now, block[1]) };

    if (strcmp(was->table->name, now->table->name) != 0) {
        return hw_error_set(error,
                            "%s: region '%s' has the place of region '%s', expected it there", cls,
                            now->table->name, was->table->name);
    }
    if (strcmp(names[0], names[1]) != 0) {
        return hw_error_set(error,
                            "%s: region '%s': its RAM block is '%s', expected '%s', as it was", cls,
                            was->table->name, names[1], names[0]);
    }
    return hw_reload_same(cls, "region", was->table->name, rows, COUNT(rows), error);
}

static bool regions_check(const HwInstance *instance, const HwInstance *next, HwError *error)
{
    const HwRegions *was = &instance->cls->table.regions;
    const HwRegions *now = &next->cls->table.regions;
    const char *cls = instance->cls->table.name;

    for (uint32_t i = 0; i < was->count && i < now->count; i++) {
        if (!region_check(cls, &instance->regions[i], &next->regions[i], error)) {
            return false;
        }
    }
    if (now->count != was->count) {
        const HwRegions *more = now->count > was->count ? now : was;

        return hw_error_set(error, "%s: region '%s' is %s, expected the regions as they were", cls,
                            more->entries[now->count > was->count ? was->count : now->count].name,
                            more == now ? "new" : "gone");
    }
    return true;
}

/* -------------------------------------------------------------- fw_cfg files */

static bool file_is_there(const HwInstance *instance, const HwFwCfgFile *file)
{
    return !file->enabled || *(const bool *)((const uint8_t *)instance->dev + file->enabled);
}

static bool file_check(const HwInstance *instance, const HwFwCfgFile *was, const HwInstance *next,
                       const HwFwCfgFile *now, HwError *error)
{
    const HwSameNumber rows[] = {
        { "size", was->size, now->size },
        { "flags", was->flags, now->flags },
        { "presence", file_is_there(instance, was), file_is_there(next, now) },
        { "zeros", !was->offset, !now->offset },
        { "selected hook", was->selected != NULL, now->selected != NULL },
    };

    if (strcmp(was->name, now->name) != 0) {
        return hw_error_set(
            error,
            "%s: fw_cfg file '%s' has the place of '%s', expected the files as they "
            "were",
            instance->cls->table.name, now->name, was->name);
    }
    return hw_reload_same(instance->cls->table.name, "fw_cfg file", was->name, rows, COUNT(rows),
                          error);
}

static bool files_check(const HwInstance *instance, const HwInstance *next, HwError *error)
{
    const HwFwCfgFiles *was = &instance->cls->table.fw_cfg_files;
    const HwFwCfgFiles *now = &next->cls->table.fw_cfg_files;
    const HwSameNumber count = { "number", was->count, now->count };

    for (uint32_t i = 0; i < was->count && i < now->count; i++) {
        if (!file_check(instance, &was->entries[i], next, &now->entries[i], error)) {
            return false;
        }
    }
    return hw_reload_same(instance->cls->table.name, "fw_cfg files", NULL, &count, 1, error);
}

/* --------------------------------------------------------------------- buses */

static bool lines_check(const char *cls, const HwGpioLines *was, const HwGpioLines *now,
                        HwError *error)
{
    const HwGpioLines none = { 0 };
    const HwSameNumber rows[] = {
        { "number of inputs", (was ? was : &none)->input_count, (now ? now : &none)->input_count },
        { "number of outputs", (was ? was : &none)->output_count,
          (now ? now : &none)->output_count },
    };

    return hw_reload_same(cls, "lines", NULL, rows, COUNT(rows), error);
}

static bool target_check(const char *cls, const HwI2cTarget *was, const HwI2cTarget *now,
                         HwError *error)
{
    const HwSameNumber row = { "presence", was != NULL, now != NULL };

    return hw_reload_same(cls, "I2C target", NULL, &row, 1, error);
}

static bool layout_check(const HwInstance *instance, const HwInstance *next, HwError *error)
{
    const HwSameNumber row = { "number", hw_instance_layout(instance), hw_instance_layout(next) };

    return hw_reload_same(instance->cls->table.name, "layout of the state", NULL, &row, 1, error);
}

static bool group_check(const char *cls, const char *was, const char *now, HwError *error)
{
    return same_text(was, now) || hw_error_set(error, "%s: group is '%s', expected '%s', as it was",
                                               cls, shown(now), shown(was));
}

bool hw_reload_check(const HwInstance *instance, const HwInstance *next, HwError *error)
{
    const HwDeviceClass *was = &instance->cls->table;
    const HwDeviceClass *now = &next->cls->table;

    return regions_check(instance, next, error) && files_check(instance, next, error) &&
           lines_check(was->name, was->gpio, now->gpio, error) &&
           target_check(was->name, was->i2c, now->i2c, error) &&
           group_check(was->name, was->at_most_one, now->at_most_one, error) &&
           hw_reload_check_pci(was, now, error) && layout_check(instance, next, error) &&
           hw_reload_check_state(was->name, hw_instance_state(instance), hw_instance_state(next),
                                 error) &&
           hw_reload_check_state(was->name, was->live, now->live, error);
}
