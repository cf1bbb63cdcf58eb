/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One QEMU type for each device class. */
#include "plugins/qemu-bridge/bridge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "plugins/qemu-bridge/qemu/layout.h"

#define PREFIX        "outboard-"

#define CATEGORY_MISC 7 /* DeviceCategory, for the list of -device help */

static uint8_t *class_member(QemuObjectClass *cls, uint32_t offset)
{
    return (uint8_t *)cls + offset;
}

/* QEMU has no functions for these members. */
static void class_describe(QemuObjectClass *cls, const char *description)
{
    const QemuDeviceClassLayout *layout = &qemu_layout->device_class;

    /* A device without a bus can't be unplugged: device_del would abort QEMU. */
    *(bool *)class_member(cls, layout->hotpluggable) = false;
    *(const char **)class_member(cls, layout->description) = description;
    *(unsigned long *)class_member(cls, layout->categories) |= 1ul << CATEGORY_MISC;
}

static void type_class_init(QemuObjectClass *cls, const void *data)
{
    BridgeType *type = (BridgeType *)(uintptr_t)data;

    class_describe(cls, type->cls->table.description);
    device_class_set_parent_realize(cls, bridge_realize, &type->parent_realize);
    device_class_set_parent_unrealize(cls, bridge_unrealize, &type->parent_unrealize);
    bridge_add_properties(type, cls);
}

static void type_instance_finalize(QemuObject *object)
{
    BridgeDevice *device = bridge_device_take(object);

    if (device) {
        bridge_device_end(device);
        bridge_regions_free(device);
        bridge_device_free(device);
    }
}

static char *type_name(const char *name)
{
    size_t size = sizeof(PREFIX) + strlen(name);
    char *text = malloc(size);

    if (text) {
        snprintf(text, size, "%s%s", object_class_by_name(name) ? PREFIX : "", name);
    }
    return text;
}

static bool type_describe(BridgeType *type, const HwDeviceClass *table, HwError *error)
{
    type->descriptions = calloc(table->layouts.count + 1, sizeof(*type->descriptions));
    if (!type->descriptions) {
        return hw_error_set(error, "%s: out of memory", table->name);
    }
    for (uint32_t i = 0; i <= table->layouts.count; i++) {
        const HwState *state = i ? table->layouts.entries[i - 1].state : table->state;

        type->descriptions[i] = state ? bridge_describe_state(state, error) : NULL;
        if (state && !type->descriptions[i]) {
            return false;
        }
    }
    return true;
}

static bool type_register(BridgeType *type, const HwClass *cls, HwError *error)
{
    type->cls = cls;
    type->name = type_name(cls->table.name);
    if (!type->name) {
        return hw_error_set(error, "%s: out of memory", cls->table.name);
    }
    if (object_class_by_name(type->name)) {
        return hw_error_set(error, "%s: a QEMU type of this name already exists", type->name);
    }
    if (!type_describe(type, &cls->table, error)) {
        return false;
    }
    type_register_static(&(QemuTypeInfo) {
        .name = type->name,
        .parent = "device",
        .instance_size = QEMU_OBJECT_ROOM,
        .instance_finalize = type_instance_finalize,
        .class_init = type_class_init,
        .class_data = type,
    });
    return true;
}

bool bridge_register_types(HwError *error)
{
    uint32_t count = hw_plugin_set_class_count(bridge.set);

    bridge.types = calloc(count + 1, sizeof(*bridge.types));
    if (!bridge.types) {
        return hw_error_set(error, "out of memory");
    }
    for (uint32_t i = 0; i < count; i++) {
        if (!type_register(&bridge.types[i], hw_plugin_set_class(bridge.set, i), error)) {
            return false;
        }
        bridge.type_count = i + 1;
    }
    return true;
}
