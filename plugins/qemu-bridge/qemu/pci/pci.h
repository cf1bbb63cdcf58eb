/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QEMU's PCI devices: what the bridge must know of the structure PCIDevice. */
#ifndef BRIDGE_QEMU_PCI_H
#define BRIDGE_QEMU_PCI_H

#include "hw-api/hw-api.h"
#include "plugins/qemu-bridge/qemu/pci/pci-api.h"

/* Checks that this QEMU has the functions for PCI devices, and learns what they don't show, once.
 * Afterwards VMStateDescriptions may have fields that are objects (description.h).  Returns false
 * and sets `error` to the first missing symbol or sign. */
bool qemu_pci_learn(HwError *error);

/* The device's configuration space, once the parent's realize has made it.  Returns NULL and sets
 * `error` if it does not lie where it was learned. */
uint8_t *qemu_pci_config(QemuObject *pci, HwError *error);

typedef uint32_t QemuPciRead(QemuObject *pci, uint32_t address, int size);
typedef void QemuPciWrite(QemuObject *pci, uint32_t address, uint32_t value, int size);

/* Lets QEMU call these functions for a guest's accesses to the configuration space.  Returns
 * false and sets `error` if the device's own functions are not found. */
bool qemu_pci_watch_config(QemuObject *pci, QemuPciRead *read, QemuPciWrite *write, HwError *error);

#endif
