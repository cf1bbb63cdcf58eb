/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device's section in streams. */
#include "plugins/qemu-bridge/device/pci.h"

/* A PCI device's section has the name of its slot, as QEMU's have. */
static QemuObject *section_owner(const BridgeDevice *device)
{
    return device->pci ? device->object : NULL;
}

/* The names of the device's RAM blocks contain the number.  A PCI device's names have the slot
 * instead. */
void bridge_section_choose(BridgeDevice *device)
{
    uint32_t number = 0;

    device->description = device->type->descriptions
                              ->by_layout[hw_instance_layout(device->instance)];
    if (device->pci) {
        return;
    }
    for (BridgeDevice *other = bridge.devices; other; other = other->next) {
        if (other != device && other->type == device->type &&
            other->description == device->description && other->mapped) {
            number = other->instance->number < number ? number : other->instance->number + 1;
        }
    }
    device->instance->number = number;
}

bool bridge_section_register(BridgeDevice *device, QemuError **errp)
{
    HwDevice *dev = device->instance->dev;

    if (!device->description) {
        return true;
    }
    if (vmstate_register_with_alias_id(section_owner(device), QEMU_INSTANCE_ID_ANY,
                                       device->description, dev, -1, 0, errp) < 0) {
        return false;
    }
    device->described = dev;
    return true;
}

void bridge_section_unregister(BridgeDevice *device)
{
    if (device->described) {
        vmstate_unregister(section_owner(device), device->description, device->described);
        device->described = NULL;
    }
}
