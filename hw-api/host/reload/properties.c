/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A second instance with the properties of the first. */
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/host/reload/reload-internal.h"
#include "hw-api/host/run/property-value.h"
#include "hw-api/host/run/property.h"

/* The user's text; NULL: none, so that the class's default counts. */
static const char *text_of(const HwInstance *instance, const HwProperty *property, char *room,
                           size_t capacity)
{
    size_t index = (size_t)(property - instance->cls->table.properties.entries);

    if (property->type == HW_PROPERTY_STRING) {
        return instance->strings[index];
    }
    hw_property_format(property, hw_property_load(instance->dev, property), room, capacity);
    return room;
}

static bool property_carry(const HwInstance *instance, const HwProperty *property, HwInstance *next,
                           HwError *error)
{
    const HwProperty *now = hw_instance_property(next, property->name);
    const char *cls = instance->cls->table.name;
    char room[256];
    const char *text = text_of(instance, property, room, sizeof(room));

    if (!now) {
        return hw_error_set(error, "%s: property '%s' is gone, expected it to stay", cls,
                            property->name);
    }
    if (now->type != property->type) {
        return hw_error_set(error, "%s: property '%s' is of another type, expected it to stay", cls,
                            property->name);
    }
    return !text || hw_instance_set(next, now->name, text, error);
}

static bool properties_carry(const HwInstance *instance, HwInstance *next, HwError *error)
{
    const HwProperties *properties = &instance->cls->table.properties;

    for (uint32_t i = 0; i < properties->count; i++) {
        if (!property_carry(instance, &properties->entries[i], next, error)) {
            return false;
        }
    }
    return true;
}

HwInstance *hw_reload_make(const HwInstance *instance, const HwClass *cls, HwError *error)
{
    HwInstance *next = hw_instance_new(instance->dev->host, cls, instance->id, instance->owner);

    if (!next) {
        hw_error_set(error, "%s: no memory for an instance of '%s'", instance->id, cls->table.name);
        return NULL;
    }
    next->number = instance->number;
    if (!properties_carry(instance, next, error) || !hw_instance_settle(next, error)) {
        hw_instance_free(next);
        return NULL;
    }
    return next;
}
