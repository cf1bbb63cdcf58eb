/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files of a PCI function. */
#ifndef HW_HOST_PCI_UNIT_INTERNAL_H
#define HW_HOST_PCI_UNIT_INTERNAL_H

#include "hw-api/host/pci/function.h"

/* bars.c: completes the BARs, and writes their registers. */
void hw_pci_bars_init(HwPciUnit *unit);
void hw_pci_bars_reset(HwPciUnit *unit);

/* Decodes the BARs again, and tells the host of a change. */
void hw_pci_bars_update(HwPciUnit *unit);

/* capabilities.c: adds the host's capabilities and the class's. */
bool hw_pci_capabilities_init(HwPciUnit *unit, HwError *error);

/* The class's capability that has `offset`; NULL: none has it. */
HwRegionState *hw_pci_capability_at(HwPciUnit *unit, uint32_t offset, uint32_t *start);

/* Accesses to it; bytes of the header are the host's. */
uint32_t hw_pci_capability_read(HwPciUnit *unit, HwRegionState *region, uint32_t start,
                                uint32_t offset, uint32_t size);
void hw_pci_capability_write(HwRegionState *region, uint32_t start, uint32_t offset, uint32_t value,
                             uint32_t size);

/* interrupts.c: the guest wrote a byte that decides over interrupts. */
void hw_pci_interrupts_update(HwPciUnit *unit);
void hw_pci_interrupts_reset(HwPciUnit *unit);

/* msi.c */
bool hw_pci_msi_init(HwPciUnit *unit);
/* Addresses of 32 bits, and masks for the class's vectors. */
bool hw_pci_msi_init_masked(HwPciUnit *unit, uint32_t offset);
bool hw_pci_msi_is_on(const HwPciUnit *unit);
void hw_pci_msi_written(HwPciUnit *unit);
void hw_pci_msi_reset(HwPciUnit *unit);
void hw_pci_msi_send(HwPciUnit *unit, uint32_t vector);

/* msix.c */
bool hw_pci_msix_init(HwPciUnit *unit);
bool hw_pci_msix_is_on(const HwPciUnit *unit);
void hw_pci_msix_written(HwPciUnit *unit);
void hw_pci_msix_reset(HwPciUnit *unit);
void hw_pci_msix_send(HwPciUnit *unit, uint32_t vector);
void hw_pci_msix_free(HwPciUnit *unit);
uint32_t hw_pci_msix_table_size(const HwPciUnit *unit);
uint32_t hw_pci_msix_pending_size(const HwPciUnit *unit); /* in a stream */
/* The table and the pending bits came with a stream. */
void hw_pci_msix_loaded(HwPciUnit *unit);

/* express.c */
bool hw_pci_express_init(HwPciUnit *unit);
/* True if the guest has just asked for a function-level reset. */
bool hw_pci_express_takes_reset(HwPciUnit *unit);

/* interrupts.c: sends a message if the guest allows it. */
void hw_pci_unit_send(HwPciUnit *unit, uint64_t address, uint32_t data);

#endif
