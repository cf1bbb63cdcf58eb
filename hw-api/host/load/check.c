/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/load/check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/host/load/check-parts.h"

static bool services_check(const HwCheck *c, const HwPlace *outer, const HwNames *services)
{
    if (!hw_check_names(c, outer, "service", services->entries, services->stride,
                        services->count)) {
        return false;
    }
    for (uint32_t i = 0; i < services->count; i++) {
        HwPlace place = { outer, "service", services->entries[i], i };

        if (!hw_check_service_id(c, &place, services->entries[i])) {
            return false;
        }
    }
    return true;
}

static bool class_check(const HwImage *image, const HwPlace *file, const HwDeviceClass *table,
                        HwError *error)
{
    HwPlace place = { file, "class", table->name, 0 };
    HwCheck c = { error, image, table->instance_size };

    if (!hw_check_class_name(&c, &place, table->name)) {
        return false;
    }
    if (table->instance_size < sizeof(HwDevice) || table->instance_size > HW_INSTANCE_MAX) {
        return hw_refuse(&place, error, "instance_size is %u, expected %zu to %u",
                         table->instance_size, sizeof(HwDevice), HW_INSTANCE_MAX);
    }
    return hw_check_text(&c, &place, "description", table->description) &&
           hw_check_text(&c, &place, "at_most_one", table->at_most_one) &&
           services_check(&c, &place, &table->services) &&
           hw_check_regions(&c, &place, &table->regions) &&
           hw_check_properties(&c, &place, &table->properties) &&
           hw_check_fw_cfg_files(&c, &place, &table->fw_cfg_files) &&
           hw_check_states(&c, &place, table) && hw_check_region_pairs(&c, &place, table) &&
           hw_check_pci(&c, &place, table) && hw_check_gpio(&c, &place, table) &&
           hw_check_i2c(&c, &place, table) && hw_check_places(&c, &place, table) &&
           hw_check_hooks(&c, &place, table);
}

static bool classes_check(const HwCheck *c, const HwPlace *file, const HwDeviceClasses *classes)
{
    const HwDeviceClassRef *refs = classes->entries;
    const char **names;
    bool good;

    if (classes->count == 0) {
        return hw_refuse(file, c->error, "has no classes, expected 1 or more");
    }
    names = calloc(classes->count, sizeof(*names));
    if (!names) {
        return hw_refuse(file, c->error, "can't be checked: %s", strerror(ENOMEM));
    }
    for (uint32_t i = 0; i < classes->count; i++) {
        names[i] = refs[i]->name;
    }
    good = hw_check_names(c, file, "class", names, sizeof(*names), classes->count);
    for (uint32_t i = 0; good && i < classes->count; i++) {
        good = class_check(c->image, file, refs[i], c->error);
    }
    free(names);
    return good;
}

bool hw_plugin_check(const HwPlugin *plugin, const HwImage *image, const HwPlace *file,
                     HwError *error)
{
    const HwCheck c = { error, image, 0 };

    if (!hw_check_name(&c, file, plugin->name)) {
        return false;
    }
    if (!plugin->version || !*plugin->version || !plugin->licence || !*plugin->licence) {
        return hw_refuse(file, error, "has no %s",
                         plugin->version && *plugin->version ? "licence" : "version");
    }
    return hw_check_text(&c, file, "version", plugin->version) &&
           hw_check_text(&c, file, "licence", plugin->licence) &&
           hw_check_text(&c, file, "description", plugin->description) &&
           services_check(&c, file, &plugin->services) && classes_check(&c, file, &plugin->classes);
}

bool hw_plugin_check_hooks(const HwPlugin *plugin, const HwImage *image, const HwPlace *file,
                           HwError *error)
{
    const HwDeviceClassRef *refs = plugin->classes.entries;

    for (uint32_t i = 0; i < plugin->classes.count; i++) {
        HwPlace place = { file, "class", refs[i]->name, i };
        HwCheck c = { error, image, refs[i]->instance_size };

        if (!hw_check_hooks(&c, &place, refs[i])) {
            return false;
        }
    }
    return true;
}
