/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files of bridges. */
#ifndef HW_HOST_PCI_BRIDGE_INTERNAL_H
#define HW_HOST_PCI_BRIDGE_INTERNAL_H

#include "hw-api/host/pci/bridge.h"
#include "hw-api/host/pci/unit-internal.h"

/* A register of 2 or 4 bytes: its value after creation, and a guest's bits. */
typedef struct HwPciField {
    uint16_t offset; /* from the start of the capability */
    uint16_t size;
    uint32_t value;
    uint32_t writable;
    uint32_t clears;
} HwPciField;

void hw_pci_fields_store(HwPciConfig *config, uint32_t start, const HwPciField *fields,
                         uint32_t count);

/* bridge.c: makes the header; `is_express`: the secondary bus is PCI Express. */
void hw_pci_bridge_init(HwPciUnit *unit, bool is_express);
void hw_pci_bridge_written(HwPciUnit *unit, const HwPciWrite *write);

/* Reset values; `is_closed`: with windows that nothing fits through. */
void hw_pci_bridge_reset(HwPciUnit *unit, bool is_closed);
void hw_pci_bridge_loaded(HwPciUnit *unit);

/* slot.c: places in the Express capability, from its start. */
enum {
    HW_PCI_LINK_STATUS = 0x12,
    HW_PCI_SLOT = 0x14,
    HW_PCI_SLOT_CONTROL = 0x18,
    HW_PCI_SLOT_STATUS = 0x1a,
};
void hw_pci_slot_init(HwPciUnit *unit, uint32_t number, bool is_hot_plug);
void hw_pci_slot_written(HwPciUnit *unit, const HwPciWrite *write);
void hw_pci_slot_reset(HwPciUnit *unit);
void hw_pci_slot_loaded(HwPciUnit *unit);

/* reserve.c: adds the capability if a property asks for one.  False with a sentence. */
bool hw_pci_reserve_init(HwPciUnit *unit, const HwPciRootPort *s, HwError *error);

#endif
