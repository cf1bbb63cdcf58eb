/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The class's properties as QEMU properties.  QEMU parses a value first: text on the
 * command line, or a typed value in JSON.  Then hw-api parses it and checks its range.
 */
#include "plugins/qemu-bridge/device/device.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/host/run/property.h"
#include "plugins/qemu-bridge/qemu/log.h"

/* A reload may have changed the class since QEMU learned of the property.  NULL with an error. */
static const HwProperty *property_of(BridgeDevice *device, const char *name, QemuError **errp)
{
    const HwProperty *property = device ? hw_instance_property(device->instance, name) : NULL;

    if (!device) {
        bridge_fail(errp, "out of memory");
    } else if (!property) {
        bridge_fail(errp, "the plugin was reloaded without the property");
    }
    return property;
}

typedef bool PropertyRead(QemuVisitor *visitor, const char *name, char **text, QemuError **errp);

static bool read_bool(QemuVisitor *visitor, const char *name, char **text, QemuError **errp)
{
    bool value;

    if (!visit_type_bool(visitor, name, &value, errp)) {
        return false;
    }
    *text = strdup(value ? "on" : "off");
    return true;
}

/* By QEMU's reader of the type. */
static bool read_by(QemuVisitor *visitor, const char *name, char **text, QemuError **errp,
                    bool (*visit)(QemuVisitor *visitor, const char *name, uint64_t *value,
                                  QemuError **errp))
{
    uint64_t value;

    if (!visit(visitor, name, &value, errp)) {
        return false;
    }
    *text = malloc(sizeof("18446744073709551615"));
    if (*text) {
        sprintf(*text, "%" PRIu64, value);
    }
    return true;
}

static bool read_number(QemuVisitor *visitor, const char *name, char **text, QemuError **errp)
{
    return read_by(visitor, name, text, errp, visit_type_uint64);
}

static bool read_size(QemuVisitor *visitor, const char *name, char **text, QemuError **errp)
{
    return read_by(visitor, name, text, errp, visit_type_size);
}

static bool read_string(QemuVisitor *visitor, const char *name, char **text, QemuError **errp)
{
    return visit_type_str(visitor, name, text, errp);
}

static const struct {
    const char *type; /* the type that -device NAME,help shows */
    PropertyRead *read;
} kinds[] = {
    [HW_PROPERTY_BOOL] = { "bool", read_bool },
    [HW_PROPERTY_U32] = { "uint32", read_number },
    [HW_PROPERTY_U64] = { "uint64", read_number },
    [HW_PROPERTY_ADDRESS] = { "str", read_string }, /* may be "auto"; a visitor reads once */
    [HW_PROPERTY_STRING] = { "str", read_string },
    [HW_PROPERTY_CHOICE] = { "str", read_string },
    [HW_PROPERTY_SIZE] = { "size", read_size },
};

static void property_set(QemuObject *object, QemuVisitor *visitor, const char *name, void *opaque,
                         QemuError **errp)
{
    BridgeDevice *device = bridge_device_of(object);
    const HwProperty *property = property_of(device, name, errp);
    HW_ERROR(error, 256);
    char *text = NULL;

    (void)opaque;
    if (!property || !kinds[property->type].read(visitor, name, &text, errp)) {
        return;
    }
    if (!text) {
        bridge_fail(errp, "out of memory");
    } else if (!hw_instance_set(device->instance, name, text, &error)) {
        bridge_fail(errp, error.text);
    } else {
        bridge_device_changed(device);
    }
    free(text);
}

static void property_get(QemuObject *object, QemuVisitor *visitor, const char *name, void *opaque,
                         QemuError **errp)
{
    BridgeDevice *device = bridge_device_of(object);
    const HwProperty *property = property_of(device, name, errp);
    char text[4096];
    char *string = text;
    bool on;
    uint64_t number;

    (void)opaque;
    if (!property) {
        return;
    }
    hw_instance_get(device->instance, property, text, sizeof(text));
    switch (property->type) {
    case HW_PROPERTY_BOOL:
        on = strcmp(text, "on") == 0;
        visit_type_bool(visitor, name, &on, errp);
        break;
    case HW_PROPERTY_U32:
    case HW_PROPERTY_U64:
    case HW_PROPERTY_SIZE:
        number = strtoull(text, NULL, 0);
        visit_type_uint64(visitor, name, &number, errp);
        break;
    default:
        visit_type_str(visitor, name, &string, errp);
        break;
    }
}

void bridge_add_properties(const BridgeType *type, QemuObjectClass *cls)
{
    const HwProperties *properties = &type->cls->table.properties;

    for (uint32_t i = 0; i < properties->count; i++) {
        const HwProperty *property = &properties->entries[i];

        if (object_class_property_find(cls, property->name)) {
            continue;
        }
        object_class_property_add(cls, property->name, kinds[property->type].type, property_get,
                                  property_set, NULL, NULL);
        if (property->description) {
            object_class_property_set_description(cls, property->name, property->description);
        }
    }
}
