/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "hw-api/device/error.h"
#include "hw-api/host/run/instance.h"

static uint8_t *member(const HwInstance *instance, const HwProperty *property)
{
    return (uint8_t *)instance->dev + property->offset;
}

static bool parse_bool(const char *text, bool *value)
{
    static const struct {
        const char *text;
        bool value;
    } words[] = {
        { "on", true },   { "yes", true }, { "true", true },   { "y", true },
        { "off", false }, { "no", false }, { "false", false }, { "n", false },
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcasecmp(text, words[i].text) == 0) {
            *value = words[i].value;
            return true;
        }
    }
    return false;
}

/* A C literal in base 8, 10 or 16; strtoull() alone would take signs and spaces. */
static bool parse_number(const char *text, uint64_t *value)
{
    char *end;

    if (text[0] < '0' || text[0] > '9') {
        return false;
    }
    errno = 0;
    *value = strtoull(text, &end, 0);
    return errno == 0 && *end == '\0';
}

uint64_t hw_property_maximum(const HwProperty *property)
{
    if (property->maximum) {
        return property->maximum;
    }
    switch (property->type) {
    case HW_PROPERTY_U32:
        return UINT32_MAX;
    case HW_PROPERTY_ADDRESS:
        return HW_ADDRESS_AUTO - 1;     /* "auto" has a word of its own */
    default:
        return UINT64_MAX;
    }
}

static void store(HwInstance *instance, const HwProperty *property, uint64_t value)
{
    uint8_t *at = member(instance, property);

    switch (property->type) {
    case HW_PROPERTY_BOOL:
        *(bool *)at = value != 0;
        break;
    case HW_PROPERTY_U32:
    case HW_PROPERTY_CHOICE:
        *(uint32_t *)at = (uint32_t)value;
        break;
    default:
        *(uint64_t *)at = value;
        break;
    }
}

static void format(const HwProperty *property, uint64_t value, char *text, size_t capacity)
{
    switch (property->type) {
    case HW_PROPERTY_BOOL:
        snprintf(text, capacity, "%s", value ? "on" : "off");
        break;
    case HW_PROPERTY_ADDRESS:
        if (value == HW_ADDRESS_AUTO) {
            snprintf(text, capacity, "auto");
        } else {
            snprintf(text, capacity, "0x%" PRIx64, value);
        }
        break;
    case HW_PROPERTY_CHOICE:
        /* The device may have stored something else. */
        snprintf(text, capacity, "%s", value < property->choices.count
                                           ? property->choices.entries[value] : "");
        break;
    default:
        snprintf(text, capacity, "%" PRIu64, value);
        break;
    }
}

void hw_instance_store_defaults(HwInstance *instance)
{
    const HwProperties *properties = &instance->cls->table.properties;

    for (uint32_t i = 0; i < properties->count; i++) {
        const HwProperty *property = &properties->entries[i];

        if (property->type == HW_PROPERTY_STRING) {
            *(const char **)member(instance, property) = property->default_string;
        } else {
            store(instance, property, property->default_value);
        }
    }
}

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
    *(const char **)member(instance, property) = copy;
    return true;
}

static bool read_bool(const HwInstance *instance, const HwProperty *property, const char *text,
                      uint64_t *value, HwError *error)
{
    bool on;

    if (!parse_bool(text, &on)) {
        return hw_error_set(error, "%s: %s: '%s' is no switch, expected 'on' or 'off'",
                            instance->id, property->name, text);
    }
    *value = on;
    return true;
}

static bool read_number(const HwInstance *instance, const HwProperty *property, const char *text,
                        uint64_t *value, HwError *error)
{
    if (property->type == HW_PROPERTY_ADDRESS && strcmp(text, "auto") == 0) {
        *value = HW_ADDRESS_AUTO;
        return true;
    }
    if (!parse_number(text, value)) {
        return hw_error_set(error, "%s: %s: '%s' is no number, expected %s", instance->id,
                            property->name, text,
                            property->type == HW_PROPERTY_ADDRESS ? "an address or 'auto'"
                                                                  : "digits, 0x for hexadecimal");
    }
    if (*value < property->minimum || *value > hw_property_maximum(property)) {
        return hw_error_set(error,
                            "%s: %s: %s is out of range, expected %" PRIu64 " to %" PRIu64,
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
    return hw_error_set(error, "%s: %s: '%s' is no choice, expected %s", instance->id,
                        property->name, text, expected);
}

static bool set_created(HwInstance *instance, const HwProperty *property, const char *text,
                        uint64_t value, HwError *error)
{
    if (property->type == HW_PROPERTY_STRING) {
        return set_string(instance, property, text, error);
    }
    store(instance, property, value);
    return true;
}

static bool set_realized(HwInstance *instance, const HwProperty *property, const char *text,
                         uint64_t value, HwError *error)
{
    char plain[32];

    if (instance->phase != HW_PHASE_REALIZED || !property->set) {
        return hw_error_set(error, "%s: %s: can't be changed after the device was realized",
                            instance->id, property->name);
    }
    if (property->type != HW_PROPERTY_STRING && property->type != HW_PROPERTY_CHOICE) {
        format(property, value, plain, sizeof(plain));
        text = plain;
    }
    if (!property->set(instance->dev, text, error)) {
        return false;
    }
    hw_instance_update(instance);
    return true;
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

static uint64_t load(const HwProperty *property, const uint8_t *at)
{
    switch (property->type) {
    case HW_PROPERTY_BOOL:
        return *(const bool *)at;
    case HW_PROPERTY_U32:
    case HW_PROPERTY_CHOICE:
        return *(const uint32_t *)at;
    default:
        return *(const uint64_t *)at;
    }
}

void hw_instance_get(const HwInstance *instance, const HwProperty *property, char *text,
                     size_t capacity)
{
    const uint8_t *at = member(instance, property);
    const char *string;

    if (instance->phase == HW_PHASE_REALIZED && property->get) {
        text[0] = '\0';
        property->get(instance->dev, text, (uint32_t)capacity);
        text[capacity - 1] = '\0';
    } else if (property->type == HW_PROPERTY_STRING) {
        string = *(const char *const *)at;
        snprintf(text, capacity, "%s", string ? string : "");
    } else {
        format(property, load(property, at), text, capacity);
    }
}
