/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The functions of the bus, and what they tell it. */
#include "qtest/machine/pci/pci-internal.h"

ObPci *ob_host_pci(const ObHost *host)
{
    return host->pci;
}

const ObPciBoard *ob_pci_board(const ObPci *pci)
{
    return pci->board;
}

uint64_t ob_pci_ecam_at(const ObPci *pci, uint64_t *size)
{
    *size = pci->ecam_size;
    return pci->ecam_size ? pci->ecam : 0;
}

HwPciUnit *ob_pci_unit(ObPci *pci, uint32_t address)
{
    return address < OB_PCI_FUNCTIONS ? pci->units[address] : NULL;
}

/* ------------------------------------------------------- configuration space */

uint32_t ob_pci_config_read(ObPci *pci, uint32_t address, uint32_t offset, uint32_t size)
{
    HwPciUnit *unit = address < OB_PCI_FUNCTIONS ? pci->units[address] : NULL;

    return unit ? hw_pci_unit_read(unit, offset, size) : UINT32_MAX >> (32 - 8 * size);
}

static void fixed_written(ObPci *pci, uint32_t slot)
{
    for (uint32_t i = 0; i < pci->board->fixed_count; i++) {
        const ObPciFixed *fixed = &pci->board->fixed[i];

        if (fixed->slot == slot && fixed->written) {
            fixed->written(pci);
        }
    }
}

void ob_pci_config_write(ObPci *pci, uint32_t address, uint32_t offset, uint32_t value,
                         uint32_t size)
{
    HwPciUnit *unit = ob_pci_unit(pci, address);

    if (unit) {
        hw_pci_unit_write(unit, offset, value, size);
        if (!pci->devices[address]) {
            fixed_written(pci, address);
        }
    }
}

/* ---------------------------------------------------------------- callbacks */

static void unit_moved(HwPciUnit *unit)
{
    ob_pci_map(unit->owner);
}

static void unit_pin(HwPciUnit *unit, bool level)
{
    ObPci *pci = unit->owner;

    (void)level;
    pci->board->route(pci, unit->instance->dev);
}

/* A message is a write on the bus.  In the interrupt controller's range it is an interrupt, and
 * elsewhere a write to RAM or to another device. */
static void unit_message(HwPciUnit *unit, uint64_t address, uint32_t data)
{
    ObPci *pci = unit->owner;

    if (address - pci->board->message >= pci->board->message_size) {
        ob_host_store(pci->host, HW_SPACE_MEMORY, address, data, 4);
    } else if (pci->message) {
        pci->message(pci->message_opaque, address, data);
    }
}

const HwPciPort ob_pci_port = { .moved = unit_moved, .pin = unit_pin, .message = unit_message };

void ob_host_observe_messages(ObHost *host,
                              void (*sent)(void *opaque, uint64_t address, uint32_t data),
                              void *opaque)
{
    if (host->pci) {
        host->pci->message = sent;
        host->pci->message_opaque = opaque;
    }
}
