/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The list of devices, by their QEMU objects. */
#include "plugins/qemu-bridge/device/device.h"

#include <stdlib.h>
#include <string.h>

Bridge bridge;

BridgeType *bridge_type_of(QemuObject *object)
{
    const char *name = object_get_typename(object);

    for (uint32_t i = 0; i < bridge.type_count; i++) {
        if (strcmp(bridge.types[i]->name, name) == 0) {
            return bridge.types[i];
        }
    }
    return NULL;
}

void bridge_device_free(BridgeDevice *device)
{
    bridge_lines_free(device);
    hw_instance_free(device->instance);
    free(device->memory);
    free(device->before);
    free(device->outputs);
    free(device);
}

/*
 * QEMU sets an object's id after instance_init and before the first property, so the
 * instance can't be made earlier.  The id is the last part of the path, unless QEMU
 * made that part up: "device[0]".
 */
static BridgeDevice *device_new(QemuObject *object)
{
    BridgeDevice *device = calloc(1, sizeof(*device));
    BridgeType *type = bridge_type_of(object);
    const char *id = object_get_canonical_path_component(object);

    if (!device || !type) {
        free(device);
        return NULL;
    }
    if (id && strchr(id, '[')) {
        id = NULL;
    }
    device->object = object;
    device->type = type;
    device->instance = hw_instance_new(bridge.host, type->cls, id, device);
    if (device->instance) {
        device->memory = calloc(device->instance->region_count + 1, sizeof(*device->memory));
    }
    if (!device->memory || !bridge_lines_new(device)) {
        bridge_device_free(device);
        return NULL;
    }
    device->next = bridge.devices;
    bridge.devices = device;
    return device;
}

BridgeDevice *bridge_device_of(QemuObject *object)
{
    for (BridgeDevice *device = bridge.devices; device; device = device->next) {
        if (device->object == object) {
            return device;
        }
    }
    return device_new(object);
}

BridgeDevice *bridge_device_take(QemuObject *object)
{
    for (BridgeDevice **at = &bridge.devices; *at; at = &(*at)->next) {
        BridgeDevice *device = *at;

        if (device->object == object) {
            *at = device->next;
            return device;
        }
    }
    return NULL;
}
