/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A guest without ACPI finds the GUID in a page of the device, by a node of the device tree.
 * The binding is Linux's Documentation/devicetree/bindings/rng/microsoft,vmgenid.yaml.  The
 * device uses the page's address as if firmware had written it.
 */
#include <string.h>

#include "devices/vmgenid-core.h"
#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "hw-api/ext/draft/device-tree.h"

#define NODE "vmgenid"

bool vmgenid_tree_realize(VmGenId *s, HwError *error)
{
    static const char compatible[] = "microsoft,vmgenid";
    const HwDeviceTree *tree = hw_device_tree(&s->dev);

    if (!s->device_tree) {
        return true;
    }
    if (!tree || !tree->add_node(&s->dev, NODE, s->page, GUID_SIZE, HW_DEVICE_TREE_SYSTEM)) {
        return hw_error_set(error,
                            "%s: device-tree: invalid value 'on': expected off on a machine "
                            "without a device tree for its guest",
                            s->dev.id);
    }
    tree->set(&s->dev, NODE, s->page, "compatible", compatible, sizeof(compatible));
    tree->set_event(&s->dev, NODE, s->page, VMGENID_GPE);
    return true;
}

void vmgenid_tree_reset(VmGenId *s)
{
    if (!s->device_tree) {
        return;
    }
    hw_store_le(s->address, s->page, VMGENID_ADDR_SIZE);
    s->address_written = VMGENID_ADDRESS_WHOLE;
    s->memory->write(&s->dev, s->page, vmgenid_guid(s), GUID_SIZE);
}
