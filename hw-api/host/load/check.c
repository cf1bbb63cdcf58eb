/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/load/check.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MAX_BYTES 255u     /* a stream has one byte for a name's length */
#define BLOCK_MAX_BYTES (NAME_MAX_BYTES - 11u)  /* with room for "#4294967295" */

/* -------------------------------------------------------------------- shared */

/* Every table entry that has a name starts with it. */
static const char *entry_name(const void *entry)
{
    return *(const char *const *)entry;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(entry_name(*(const void *const *)a), entry_name(*(const void *const *)b));
}

bool hw_check_unique(const HwCheck *c, const HwPlace *outer, const char *kind, const void *entries,
                     uint32_t stride, uint32_t count, const char *what,
                     int (*compare)(const void *a, const void *b))
{
    const void **sorted = calloc(count + 1, sizeof(*sorted));
    bool unique = true;

    if (!sorted) {
        return hw_refuse(outer, c->error, "can't be checked: %s", strerror(ENOMEM));
    }
    for (uint32_t i = 0; i < count; i++) {
        sorted[i] = (const char *)entries + (size_t)stride * i;
    }
    qsort(sorted, count, sizeof(*sorted), compare);
    for (uint32_t i = 1; unique && i < count; i++) {
        if (!compare(&sorted[i - 1], &sorted[i])) {
            HwPlace place = { outer, kind, entry_name(sorted[i]), 0 };

            unique = hw_refuse(&place, c->error, "has the same %s as %s %s, expected different "
                               "ones", what, kind, entry_name(sorted[i - 1]));
        }
    }
    free(sorted);
    return unique;
}

static bool name_is_plain(const char *name)
{
    for (; *name; name++) {
        if (*name <= ' ' || *name > '~' || *name == ',' || *name == '=') {
            return false;
        }
    }
    return true;
}

bool hw_check_name(const HwCheck *c, const HwPlace *place, const char *name)
{
    if (!name || !*name) {
        return hw_refuse(place, c->error, "has no name");
    }
    if (strlen(name) > NAME_MAX_BYTES) {
        return hw_refuse(place, c->error, "name has %zu characters, expected at most %u",
                         strlen(name), NAME_MAX_BYTES);
    }
    return name_is_plain(name) ||
           hw_refuse(place, c->error, "name has other characters than expected: printable ones, "
                     "no space, comma or equals sign");
}

bool hw_check_block(const HwCheck *c, const HwPlace *place, const char *name)
{
    if (name && strlen(name) > BLOCK_MAX_BYTES) {
        return hw_refuse(place, c->error, "RAM block's name has %zu characters, expected at most "
                         "%u", strlen(name), BLOCK_MAX_BYTES);
    }
    return hw_check_name(c, place, name);
}

bool hw_check_text(const HwCheck *c, const HwPlace *place, const char *what, const char *text)
{
    for (; text && *text; text++) {
        if ((unsigned char)*text < ' ' || *text == 0x7f) {
            return hw_refuse(place, c->error, "%s has the control character 0x%02x, expected one "
                             "line of text", what, (unsigned char)*text);
        }
    }
    return true;
}

bool hw_check_names(const HwCheck *c, const HwPlace *outer, const char *kind,
                    const void *entries, uint32_t stride, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        HwPlace place = { outer, kind, NULL, i };

        if (!hw_check_name(c, &place, entry_name((const char *)entries + (size_t)stride * i))) {
            return false;
        }
    }
    return count < 2 ||
           hw_check_unique(c, outer, kind, entries, stride, count, "name", compare_names);
}

bool hw_check_in_instance(const HwCheck *c, const HwPlace *place, const char *what,
                          uint64_t offset, uint64_t size, uint32_t alignment)
{
    if (offset < sizeof(HwDevice) || offset > c->instance_size ||
        size > c->instance_size - offset) {
        return hw_refuse(place, c->error,
                         "%s takes %" PRIu64 " bytes of the instance at %" PRIu64
                         ", expected in %zu to %" PRIu64,
                         what, size, offset, sizeof(HwDevice), c->instance_size);
    }
    return offset % alignment == 0 ||
           hw_refuse(place, c->error, "%s is at %" PRIu64 " in the instance, expected a multiple "
                     "of %u", what, offset, alignment);
}

/* --------------------------------------------------------------- properties */

static const struct {
    uint32_t size;
    uint64_t maximum;
} property_types[] = {
    [HW_PROPERTY_BOOL] = { sizeof(bool), 1 },
    [HW_PROPERTY_U32] = { sizeof(uint32_t), UINT32_MAX },
    [HW_PROPERTY_U64] = { sizeof(uint64_t), UINT64_MAX },
    [HW_PROPERTY_ADDRESS] = { sizeof(uint64_t), UINT64_MAX },
    [HW_PROPERTY_STRING] = { sizeof(const char *), UINT64_MAX },
    [HW_PROPERTY_CHOICE] = { sizeof(uint32_t), UINT32_MAX },
};

static bool property_check_range(const HwCheck *c, const HwPlace *place, const HwProperty *property)
{
    uint64_t largest = property_types[property->type].maximum;
    uint64_t maximum = property->maximum ? property->maximum : largest;
    uint64_t value = property->default_value;

    if (maximum > largest || property->minimum > maximum) {
        return hw_refuse(place, c->error,
                         "range is 0x%" PRIx64 " to 0x%" PRIx64 ", expected it in 0 to 0x%" PRIx64,
                         property->minimum, maximum, largest);
    }
    if (property->type == HW_PROPERTY_ADDRESS && value == HW_ADDRESS_AUTO) {
        return true;
    }
    return (value >= property->minimum && value <= maximum) ||
           hw_refuse(place, c->error, "default is 0x%" PRIx64 ", expected 0x%" PRIx64
                     " to 0x%" PRIx64, value, property->minimum, maximum);
}

static bool property_check_choices(const HwCheck *c, const HwPlace *place,
                                   const HwProperty *property)
{
    const HwNames *choices = &property->choices;

    if (property->type != HW_PROPERTY_CHOICE) {
        return choices->count == 0 ||
               hw_refuse(place, c->error, "has choices, expected none with type %u",
                         property->type);
    }
    if (property->default_value >= choices->count) {
        return hw_refuse(place, c->error, "default is choice %" PRIu64 ", expected one of %u",
                         property->default_value, choices->count);
    }
    return hw_check_names(c, place, "choice", choices->entries, choices->stride, choices->count);
}

static bool property_check(const HwCheck *c, const HwPlace *place, const HwProperty *property)
{
    uint32_t size;

    if (property->type < HW_PROPERTY_BOOL || property->type > HW_PROPERTY_CHOICE) {
        return hw_refuse(place, c->error, "type is %u, expected %u to %u", property->type,
                         HW_PROPERTY_BOOL, HW_PROPERTY_CHOICE);
    }
    if (!strcmp(property->name, "id")) {
        return hw_refuse(place, c->error, "has the name of the option id=, expected another");
    }
    if (property->set && !property->get) {
        return hw_refuse(place, c->error, "has set without get, expected both");
    }
    size = property_types[property->type].size;
    return hw_check_in_instance(c, place, "value", property->offset, size, size) &&
           property_check_range(c, place, property) &&
           property_check_choices(c, place, property) &&
           hw_check_text(c, place, "description", property->description) &&
           hw_check_text(c, place, "default_string", property->default_string);
}

static bool properties_check(const HwCheck *c, const HwPlace *cls, const HwProperties *properties)
{
    if (!hw_check_names(c, cls, "property", properties->entries, properties->stride,
                        properties->count)) {
        return false;
    }
    for (uint32_t i = 0; i < properties->count; i++) {
        const HwProperty *property = &properties->entries[i];
        HwPlace place = { cls, "property", property->name, i };

        if (!property_check(c, &place, property)) {
            return false;
        }
    }
    return true;
}

/* ------------------------------------------------------------------- classes */

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

static bool class_check(const HwPlace *file, const HwDeviceClass *table, HwError *error)
{
    HwPlace place = { file, "class", table->name, 0 };
    HwCheck c = { error, table->instance_size };

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
           properties_check(&c, &place, &table->properties) &&
           hw_check_fw_cfg_files(&c, &place, &table->fw_cfg_files) &&
           hw_check_states(&c, &place, table);
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
        good = class_check(file, refs[i], c->error);
    }
    free(names);
    return good;
}

bool hw_plugin_check(const HwPlugin *plugin, const HwPlace *file, HwError *error)
{
    const HwCheck c = { error, 0 };

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
           services_check(&c, file, &plugin->services) &&
           classes_check(&c, file, &plugin->classes);
}
