/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One QEMU type for each device class. */
#include "plugins/qemu-bridge/types.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "plugins/qemu-bridge/bridge.h"
#include "plugins/qemu-bridge/device/i2c.h"
#include "plugins/qemu-bridge/device/pci.h"
#include "plugins/qemu-bridge/qemu/layout.h"

#define PREFIX        "outboard-"

#define CATEGORY_MISC 7 /* DeviceCategory, for the list of -device help */

static uint8_t *class_member(QemuObjectClass *cls, uint32_t offset)
{
    return (uint8_t *)cls + offset;
}

/* A device without a bus can't be unplugged: device_del would abort QEMU.  Files of fw_cfg and
 * ACPI tables can't leave a machine. */
static bool is_hotpluggable(const BridgeType *type)
{
    const HwDeviceClass *table = &type->cls->table;

    return bridge_type_is_pci(type) && table->fw_cfg_files.count == 0 && !table->build_acpi;
}

/* QEMU has no functions for these members. */
void bridge_type_describe(const BridgeType *type, QemuObjectClass *cls)
{
    const QemuDeviceClassLayout *layout = &qemu_layout->device_class;

    *(bool *)class_member(cls, layout->hotpluggable) = is_hotpluggable(type);
    *(const char **)class_member(cls, layout->description) = type->cls->table.description;
    *(unsigned long *)class_member(cls, layout->categories) |= 1ul << CATEGORY_MISC;
    bridge_add_properties(type, cls);
}

static void type_class_init(QemuObjectClass *cls, const void *data)
{
    BridgeType *type = (BridgeType *)(uintptr_t)data;

    resettable_class_set_parent_phases(object_class_dynamic_cast(cls, "resettable"), NULL,
                                       bridge_reset_hold, bridge_reset_leave, &type->parent_phases);
    device_class_set_parent_realize(cls, bridge_realize, &type->parent_realize);
    device_class_set_parent_unrealize(cls, bridge_unrealize, &type->parent_unrealize);
    if (bridge_type_is_i2c(type)) {
        bridge_i2c_class_init(cls);
    }
    bridge_type_describe(type, cls);
}

static void type_instance_finalize(QemuObject *object)
{
    BridgeDevice *device = bridge_device_take(object);

    if (device) {
        bridge_device_end(device);
        bridge_regions_free(device);
        bridge_pci_free(device);
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

/* A function that is not PCI Express may sit on a bus of either kind. */
static const void *interfaces_of(const HwDeviceClass *table)
{
    static const char *const conventional[] = { "conventional-pci-device", NULL };
    static const char *const express[] = { "pci-express-device", NULL };

    return table->pci->flags & HW_PCI_EXPRESS ? express : conventional;
}

static const char *type_parent(const BridgeType *type)
{
    return bridge_type_is_pci(type)   ? "pci-device"
           : bridge_type_is_i2c(type) ? "i2c-slave"
                                      : "device";
}

/* QEMU's own size of a device on a bus is unknown here: 0 stands for the parent's. */
void bridge_type_add(BridgeType *type)
{
    bool is_pci = bridge_type_is_pci(type);

    type_register_static(&(QemuTypeInfo) {
        .name = type->name,
        .parent = type_parent(type),
        .instance_size = is_pci || bridge_type_is_i2c(type) ? 0 : QEMU_OBJECT_ROOM,
        .instance_init = bridge_lines_offer,
        .instance_finalize = type_instance_finalize,
        .class_init = type_class_init,
        .class_data = type,
        .interfaces = is_pci ? interfaces_of(&type->cls->table) : NULL,
    });
    bridge.types[bridge.type_count++] = type;
}

/* A QEMU that can't have devices on the bus still gets the class: its devices say why they fail. */
static bool bus_prepare(BridgeType *type, HwError *error)
{
    const HwDeviceClass *table = &type->cls->table;
    HW_ERROR(why, 512);

    if (!table->pci && !table->i2c) {
        return true;
    }
    if (table->pci ? qemu_pci_learn(&why) : qemu_i2c_learn(&why)) {
        return !table->pci || bridge_pci_class_check(table, error);
    }
    type->refusal = strdup(why.text);
    return type->refusal || hw_error_set(error, "%s: out of memory", type->name);
}

void bridge_type_free(BridgeType *type)
{
    if (type) {
        bridge_descriptions_free(type->descriptions);
        free(type->refusal);
        free(type->name);
        free(type);
    }
}

BridgeType *bridge_type_new(const HwClass *cls, HwError *error)
{
    BridgeType *type = calloc(1, sizeof(*type));

    if (!type) {
        hw_error_set(error, "%s: out of memory", cls->table.name);
        return NULL;
    }
    type->cls = cls;
    type->name = type_name(cls->table.name);
    if (!type->name) {
        hw_error_set(error, "%s: out of memory", cls->table.name);
    } else if (object_class_by_name(type->name)) {
        hw_error_set(error, "%s: a QEMU type of this name already exists", type->name);
    } else if (bus_prepare(type, error)) {
        type->descriptions = type->refusal ? NULL : bridge_descriptions_new(&cls->table, error);
        if (type->descriptions || type->refusal) {
            return type;
        }
    }
    bridge_type_free(type);
    return NULL;
}

bool bridge_types_reserve(uint32_t count, HwError *error)
{
    BridgeType **types = realloc(bridge.types, (count + 1) * sizeof(BridgeType *));

    if (!types) {
        return hw_error_set(error, "out of memory");
    }
    bridge.types = types;
    return true;
}

bool bridge_register_types(HwError *error)
{
    uint32_t count = hw_plugin_set_class_count(bridge.set);
    bool good = bridge_types_reserve(count, error);

    for (uint32_t i = 0; good && i < count; i++) {
        BridgeType *type = bridge_type_new(hw_plugin_set_class(bridge.set, i), error);

        good = type != NULL;
        if (good) {
            bridge_type_add(type);
        }
    }
    return good;
}
