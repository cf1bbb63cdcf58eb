/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A PCI function's lines become messages or the level of its pin. */
#include "plugins/qemu-bridge/device/pci.h"

HwPciInterrupts bridge_pci_interrupts(const BridgeDevice *device)
{
    if (device->pci->has_msix && msix_enabled(device->object)) {
        return HW_PCI_MSIX;
    }
    return device->pci->has_msi && msi_enabled(device->object) ? HW_PCI_MSI : HW_PCI_PIN;
}

/* QEMU itself keeps messages back while a vector is masked, and drops them without the bus master
 * bit. */
void bridge_pci_message(BridgeDevice *device, uint32_t vector)
{
    switch (bridge_pci_interrupts(device)) {
    case HW_PCI_MSIX:
        if (vector < device->pci->table->msix_vectors) {
            msix_notify(device->object, vector);
        }
        break;
    case HW_PCI_MSI:
        msi_notify(device->object, vector % msi_nr_vectors_allocated(device->object));
        break;
    case HW_PCI_PIN:
        break;
    }
}

void bridge_pci_pin_update(BridgeDevice *device)
{
    if (device->pci->table->interrupt_pin) {
        pci_set_irq(device->object,
                    device->pci->raised > 0 && bridge_pci_interrupts(device) == HW_PCI_PIN);
    }
}

static void line_refuse(BridgeDevice *device, uint32_t line)
{
    if (!device->pci->was_out_of_range) {
        device->pci->was_out_of_range = true;
        error_report("%s: a PCI function has no interrupt line %u, expected 0 to %u",
                     device->instance->id, line, BRIDGE_PCI_LINES - 1);
    }
}

static void line_change(BridgeDevice *device, uint32_t line, bool level)
{
    BridgePci *pci = device->pci;

    pci->lines[line / 64] ^= UINT64_C(1) << (line % 64);
    pci->raised += level ? 1 : UINT32_MAX;
    if (level && !pci->is_quiet && !(pci->table->flags & HW_PCI_MESSAGE_BY_EVENT)) {
        bridge_pci_message(device, line);
    }
    bridge_pci_pin_update(device);
}

void bridge_pci_irq_set(BridgeDevice *device, uint32_t line, bool level)
{
    if (line >= BRIDGE_PCI_LINES) {
        line_refuse(device, line);
    } else if (!bridge_pci_line_is(device->pci, line, level)) {
        line_change(device, line, level);
    }
}

void bridge_pci_quiet(BridgeDevice *device, bool on)
{
    if (device->pci) {
        device->pci->is_quiet = on;
    }
}
