/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QEMU's functions for PCI devices, continued from api.h.  A PCI device is an object below the
 * type "pci-device", given as QemuObject here.
 *
 * The bridge works without them: then it refuses PCI functions (pci.h).
 */
#ifndef BRIDGE_QEMU_PCI_API_H
#define BRIDGE_QEMU_PCI_API_H

#include "plugins/qemu-bridge/qemu/learn-api.h"

#define QEMU_PCI_BAR_IO       1
#define QEMU_PCI_BAR_64       4
#define QEMU_PCI_BAR_PREFETCH 8

QEMU_WEAK void pci_register_bar(QemuObject *pci, int number, uint8_t type,
                                QemuMemoryRegion *region);
/* Drives the interrupt pin.  A call that changes nothing does nothing. */
QEMU_WEAK void pci_set_irq(QemuObject *pci, int level);
QEMU_WEAK int pci_add_capability(QemuObject *pci, uint8_t id, uint8_t offset, uint8_t size,
                                 QemuError **errp);
QEMU_WEAK void pcie_add_capability(QemuObject *pci, uint16_t id, uint8_t version, uint16_t offset,
                                   uint16_t size);
QEMU_WEAK uint32_t pci_default_read_config(QemuObject *pci, uint32_t address, int size);
QEMU_WEAK void pci_default_write_config(QemuObject *pci, uint32_t address, uint32_t value,
                                        int size);
QEMU_WEAK QemuAddressSpace *pci_device_iommu_address_space(QemuObject *pci);
QEMU_WEAK int pci_bus_num(QemuObject *bus);

QEMU_WEAK int msi_init(QemuObject *pci, uint8_t offset, unsigned vectors, bool is_64_bit,
                       bool has_masks, QemuError **errp);
QEMU_WEAK void msi_uninit(QemuObject *pci);
QEMU_WEAK bool msi_enabled(const QemuObject *pci);
QEMU_WEAK unsigned msi_nr_vectors_allocated(const QemuObject *pci);
QEMU_WEAK void msi_notify(QemuObject *pci, unsigned vector);

QEMU_WEAK int msix_init_exclusive_bar(QemuObject *pci, uint16_t vectors, uint8_t bar,
                                      QemuError **errp);
QEMU_WEAK void msix_uninit_exclusive_bar(QemuObject *pci);
QEMU_WEAK void msix_vector_use(QemuObject *pci, unsigned vector);
QEMU_WEAK int msix_enabled(QemuObject *pci);
QEMU_WEAK void msix_notify(QemuObject *pci, unsigned vector);

/* Return the capability's offset, or a negative number. */
QEMU_WEAK int pcie_endpoint_cap_init(QemuObject *pci, uint8_t offset);
QEMU_WEAK void pcie_cap_exit(QemuObject *pci);
QEMU_WEAK void pcie_cap_flr_init(QemuObject *pci);
QEMU_WEAK void pcie_cap_flr_write_config(QemuObject *pci, uint32_t address, uint32_t value,
                                         int size);

QEMU_WEAK QemuObject *qdev_get_parent_bus(QemuObject *device);
QEMU_WEAK QemuObject *object_dynamic_cast(QemuObject *object, const char *type);

QEMU_WEAK const char vmstate_pci_device[];
QEMU_WEAK const char vmstate_msix[];

#endif
