/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The device's lines become messages or the level of the pin. */
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/host/pci/unit-internal.h"

uint32_t hw_pci_unit_interrupts(const HwPciUnit *unit)
{
    return hw_pci_msix_is_on(unit) ? HW_PCI_MSIX : hw_pci_msi_is_on(unit) ? HW_PCI_MSI : HW_PCI_PIN;
}

/* The status bit shows the device's request, also while the command register keeps it from
 * the pin (PCI 6.2.3). */
void hw_pci_interrupts_update(HwPciUnit *unit)
{
    uint8_t *status = &unit->config.bytes[HW_PCI_STATUS];
    bool driven;

    unit->pin = unit->raised && unit->table->interrupt_pin &&
                hw_pci_unit_interrupts(unit) == HW_PCI_PIN;
    *status = (uint8_t)(unit->pin ? *status | HW_PCI_STATUS_INTERRUPT
                                  : *status & ~HW_PCI_STATUS_INTERRUPT);
    driven = unit->pin &&
             !(hw_pci_config_get(&unit->config, HW_PCI_COMMAND, 2) & HW_PCI_COMMAND_NO_INTX);
    if (driven != unit->driven) {
        unit->driven = driven;
        unit->port->pin(unit, driven);
    }
}

void hw_pci_interrupts_reset(HwPciUnit *unit)
{
    memset(unit->lines, 0, sizeof(unit->lines));
    unit->raised = 0;
    hw_pci_interrupts_update(unit);
}

/* A message may be a write to the function's own registers, and these may send the next.  Such a
 * chain has no end, so the second message is dropped, as QEMU refuses the write. */
void hw_pci_unit_send(HwPciUnit *unit, uint64_t address, uint32_t data)
{
    if (!hw_pci_unit_is_master(unit)) {
        return;
    }
    if (unit->sending) {
        hw_log(unit->instance->dev, HW_LOG_GUEST_ERROR,
               "the message to 0x%llx makes the function send another, ignored",
               (unsigned long long)address);
        return;
    }
    unit->sending = true;
    unit->port->message(unit, address, data);
    unit->sending = false;
}

void hw_pci_unit_message(HwPciUnit *unit, uint32_t vector)
{
    if (hw_pci_msix_is_on(unit)) {
        hw_pci_msix_send(unit, vector);
    } else if (hw_pci_msi_is_on(unit)) {
        hw_pci_msi_send(unit, vector);
    }
}

bool hw_pci_unit_irq_set(HwPciUnit *unit, uint32_t line, bool level)
{
    uint64_t bit = UINT64_C(1) << (line % 64);
    uint64_t *word;

    if (line >= HW_PCI_LINES) {
        return false;
    }
    word = &unit->lines[line / 64];
    if (!(*word & bit) == !level) {
        return true;
    }
    *word ^= bit;
    unit->raised += level ? 1 : UINT32_MAX;
    if (level && !unit->adopting && !(unit->table->flags & HW_PCI_MESSAGE_BY_EVENT)) {
        hw_pci_unit_message(unit, line);
    }
    hw_pci_interrupts_update(unit);
    return true;
}

void hw_pci_unit_adopt(HwPciUnit *unit, bool adopting)
{
    unit->adopting = adopting;
}
