/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/run/property.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/host/run/property-value.h"
#include "hw-api/host/run/running.h"
#include "hw-api/host/run/intake/watch.h"

const HwProperty *hw_instance_property(const HwInstance *instance, const char *name)
{
    const HwProperties *properties = &instance->cls->table.properties;

    for (uint32_t i = 0; i < properties->count; i++) {
        if (strcmp(properties->entries[i].name, name) == 0) {
            return &properties->entries[i];
        }
    }
    return NULL;
}

static bool set_string(HwInstance *instance, const HwProperty *property, const char *text,
                       HwError *error)
{
    size_t index = (size_t)(property - instance->cls->table.properties.entries);
    char *copy = strdup(text);

    if (!copy) {
        return hw_error_set(error, "%s: %s: out of memory", instance->id, property->name);
    }
    free(instance->strings[index]);
    instance->strings[index] = copy;
    hw_property_store_string(instance->dev, property, copy);
    return true;
}

static bool read_bool(const HwInstance *instance, const HwProperty *property, const char *text,
                      uint64_t *value, HwError *error)
{
    bool on;

    if (!hw_property_parse_bool(text, &on)) {
        return hw_error_set(error, "%s: %s: invalid value '%s': expected 'on' or 'off'",
                            instance->id, property->name, text);
    }
    *value = on;
    return true;
}

static const char *number_form(const HwProperty *property)
{
    switch (property->type) {
    case HW_PROPERTY_ADDRESS:
        return "an address or 'auto'";
    case HW_PROPERTY_SIZE:
        return "a size in bytes, or with K, M, G, T, P or E";
    default:
        return "digits, 0x for hexadecimal";
    }
}

static bool read_number(const HwInstance *instance, const HwProperty *property, const char *text,
                        uint64_t *value, HwError *error)
{
    if (property->type == HW_PROPERTY_ADDRESS && strcmp(text, "auto") == 0) {
        *value = HW_ADDRESS_AUTO;
        return true;
    }
    if (!(property->type == HW_PROPERTY_SIZE ? hw_property_parse_size(text, value)
                                             : hw_property_parse_number(text, value))) {
        return hw_error_set(error, "%s: %s: invalid value '%s': expected %s", instance->id,
                            property->name, text, number_form(property));
    }
    if (*value < property->minimum || *value > hw_property_maximum(property)) {
        return hw_error_set(error, "%s: %s: %s is out of range, expected %" PRIu64 " to %" PRIu64,
                            instance->id, property->name, text, property->minimum,
                            hw_property_maximum(property));
    }
    return true;
}

/* "own, pc or sysbus" */
static void choices_format(const HwNames *choices, char *text, size_t capacity)
{
    size_t length = 0;

    for (uint32_t i = 0; i < choices->count && length < capacity; i++) {
        const char *separator = i == 0 ? "" : i + 1 == choices->count ? " or " : ", ";

        length += (size_t)snprintf(text + length, capacity - length, "%s%s", separator,
                                   choices->entries[i]);
    }
}

static bool read_choice(const HwInstance *instance, const HwProperty *property, const char *text,
                        uint64_t *value, HwError *error)
{
    char expected[256] = "";

    for (*value = 0; *value < property->choices.count; ++*value) {
        if (strcmp(text, property->choices.entries[*value]) == 0) {
            return true;
        }
    }
    choices_format(&property->choices, expected, sizeof(expected));
    return hw_error_set(error, "%s: %s: invalid value '%s': expected %s", instance->id,
                        property->name, text, expected);
}

static bool set_created(HwInstance *instance, const HwProperty *property, const char *text,
                        uint64_t value, HwError *error)
{
    if (property->type == HW_PROPERTY_STRING) {
        return set_string(instance, property, text, error);
    }
    hw_property_store(instance->dev, property, value);
    return true;
}

static uint64_t property_number(const HwInstance *instance, const HwProperty *property)
{
    return (uint64_t)(property - instance->cls->table.properties.entries);
}

static bool set_realized(HwInstance *instance, const HwProperty *property, const char *text,
                         uint64_t value, HwError *error)
{
    char plain[32];
    bool good;

    if (instance->phase != HW_PHASE_REALIZED || !property->set) {
        return hw_error_set(error, "%s: %s: can't be changed after the device was realized",
                            instance->id, property->name);
    }
    if (property->type != HW_PROPERTY_STRING && property->type != HW_PROPERTY_CHOICE) {
        hw_property_format(property, value, plain, sizeof(plain));
        text = plain;
    }
    hw_watch_begin(instance->watch, &(HwIntake) { .kind = HW_INTAKE_SET,
                                                  .values = { property_number(instance, property) },
                                                  .bytes = text,
                                                  .size = (uint32_t)strlen(text) });
    HW_RUN_HOOK(instance, "set", good = property->set(instance->dev, text, error));
    if (good) {
        hw_instance_update(instance);
    }
    hw_watch_end(instance->watch, good);
    return good;
}

bool hw_instance_set(HwInstance *instance, const char *name, const char *text, HwError *error)
{
    const HwProperty *property = hw_instance_property(instance, name);
    uint64_t value = 0;
    bool good = true;

    if (!property) {
        return hw_error_set(error, "%s: no property '%s'", instance->cls->table.name, name);
    }
    if (property->type == HW_PROPERTY_BOOL) {
        good = read_bool(instance, property, text, &value, error);
    } else if (property->type == HW_PROPERTY_CHOICE) {
        good = read_choice(instance, property, text, &value, error);
    } else if (property->type != HW_PROPERTY_STRING) {
        good = read_number(instance, property, text, &value, error);
    }
    return good && (instance->phase == HW_PHASE_CREATED
                        ? set_created(instance, property, text, value, error)
                        : set_realized(instance, property, text, value, error));
}

void hw_instance_get(const HwInstance *instance, const HwProperty *property, char *text,
                     size_t capacity)
{
    const char *string;

    if (instance->phase == HW_PHASE_REALIZED && property->get) {
        text[0] = '\0';
        HW_RUN_HOOK(instance, "get", property->get(instance->dev, text, (uint32_t)capacity));
        text[capacity - 1] = '\0';
    } else if (property->type == HW_PROPERTY_STRING) {
        string = hw_property_string(instance->dev, property);
        snprintf(text, capacity, "%s", string ? string : "");
    } else {
        hw_property_format(property, hw_property_load(instance->dev, property), text, capacity);
    }
}
