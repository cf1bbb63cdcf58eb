/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hw.pci/1 */
#include "plugins/qemu-bridge/device/pci.h"

#include "plugins/qemu-bridge/service/services.h"

/* Other devices have no interrupts of their own, and no address. */
static uint32_t pci_interrupts(HwDevice *dev)
{
    const BridgeDevice *device = bridge_device_of_instance(dev);

    return device->pci ? bridge_pci_interrupts(device) : HW_PCI_PIN;
}

static void pci_message(HwDevice *dev, uint32_t vector)
{
    BridgeDevice *device = bridge_device_of_instance(dev);

    if (device->pci) {
        bridge_pci_message(device, vector);
    }
}

static uint32_t pci_address(HwDevice *dev)
{
    const BridgeDevice *device = bridge_device_of_instance(dev);

    return device->pci ? (uint32_t)pci_bus_num(qdev_get_parent_bus(device->object)) << 8 |
                             device->pci->devfn
                       : 0;
}

static const HwPci service = {
    .abi = HW_ABI(HwPci),
    .interrupts = pci_interrupts,
    .message = pci_message,
    .address = pci_address,
};

const HwPci *bridge_pci(void)
{
    HW_ERROR(error, 256);

    return qemu_pci_learn(&error) ? &service : NULL;
}
