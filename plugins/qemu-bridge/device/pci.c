/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plugins/qemu-bridge/device/pci.h"

#include <stdlib.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"

enum {
    VENDOR = 0x00, /* places in the header: PCI 6.1 */
    DEVICE = 0x02,
    REVISION = 0x08,
    CLASS_CODE = 0x09,
    SUBSYSTEM_VENDOR = 0x2c,
    SUBSYSTEM = 0x2e,
    INTERRUPT_PIN = 0x3d,
};

/* QEMU aborts if a type has a property of its parent once more. */
bool bridge_pci_class_check(const HwDeviceClass *table, HwError *error)
{
    const HwProperties *properties = &table->properties;

    for (uint32_t i = 0; i < properties->count; i++) {
        const char *name = properties->entries[i].name;

        if (object_class_property_find(object_class_by_name("pci-device"), name)) {
            return hw_error_set(error,
                                "class %s: property '%s' already exists for each PCI device of "
                                "QEMU, expected another name",
                                table->name, name);
        }
    }
    return true;
}

/* QEMU does not look: a device of PCI Express would get a bus that can't reach half of its
 * configuration space. */
static bool bus_fits(const BridgeDevice *device, HwError *error)
{
    QemuObject *bus = qdev_get_parent_bus(device->object);

    if ((device->pci->table->flags & HW_PCI_EXPRESS) && !object_dynamic_cast(bus, "PCIE")) {
        return hw_error_set(error,
                            "%s: is a PCI Express function, and its bus is conventional PCI, "
                            "expected a PCI Express bus, as q35's root bus or a pcie-root-port's",
                            device->instance->id);
    }
    return true;
}

static void header_fill(BridgePci *pci)
{
    const HwPciFunction *table = pci->table;

    hw_store_le(pci->config + VENDOR, table->vendor, 2);
    hw_store_le(pci->config + DEVICE, table->device, 2);
    hw_store_le(pci->config + REVISION, table->revision, 1);
    hw_store_le(pci->config + CLASS_CODE, table->class_code, 3);
    if (table->subsystem_vendor || table->subsystem) {
        hw_store_le(pci->config + SUBSYSTEM_VENDOR, table->subsystem_vendor, 2);
        hw_store_le(pci->config + SUBSYSTEM, table->subsystem, 2);
    }
    hw_store_le(pci->config + INTERRUPT_PIN, table->interrupt_pin, 1);
}

bool bridge_pci_open(BridgeDevice *device, HwError *error)
{
    BridgePci *pci = calloc(1, sizeof(*pci));

    if (!pci) {
        return hw_error_set(error, "%s: out of memory", device->instance->id);
    }
    device->pci = pci;
    pci->table = device->instance->cls->table.pci;
    pci->devfn = (uint32_t)object_property_get_uint(device->object, "addr", NULL);
    device->instance->dev->reserved[0] = device->object; /* for the description of its state */
    pci->config = qemu_pci_config(device->object, error);
    return pci->config && bus_fits(device, error);
}

bool bridge_pci_attach(BridgeDevice *device, HwError *error)
{
    header_fill(device->pci);
    if (!qemu_pci_watch_config(device->object, bridge_pci_config_read, bridge_pci_config_write,
                               error) ||
        !bridge_pci_capabilities_add(device, error)) {
        return false;
    }
    bridge_pci_bars_register(device);
    return true;
}

void bridge_pci_detach(BridgeDevice *device)
{
    if (device->pci) {
        bridge_pci_bars_empty(device);
        bridge_pci_capabilities_end(device);
    }
}

void bridge_pci_free(BridgeDevice *device)
{
    for (uint32_t i = 0; device->pci && i < HW_PCI_BARS; i++) {
        free(device->pci->bars[i]);
    }
    free(device->pci);
    device->pci = NULL;
}
