/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The service hw.pci/1. */
#include "qtest/machine/pci/pci-internal.h"

static uint32_t service_interrupts(HwDevice *dev)
{
    const HwPciUnit *unit = hw_instance_of(dev)->pci;

    return unit ? hw_pci_unit_interrupts(unit) : HW_PCI_PIN;
}

static void service_message(HwDevice *dev, uint32_t vector)
{
    HwPciUnit *unit = hw_instance_of(dev)->pci;

    if (unit) {
        hw_pci_unit_message(unit, vector);
    }
}

static uint32_t service_address(HwDevice *dev)
{
    const HwPciUnit *unit = hw_instance_of(dev)->pci;

    return unit ? ob_pci_address(unit) : 0;
}

static const HwPci service = {
    .abi = HW_ABI(HwPci),
    .interrupts = service_interrupts,
    .message = service_message,
    .address = service_address,
};

const HwPci *ob_pci_service(void)
{
    return &service;
}
