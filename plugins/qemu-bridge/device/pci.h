/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A device as a PCI function.  QEMU's type "pci-device" has the configuration space and its
 * decoding, and this room fills it from the class's table (hw-api/ext/draft/pci.h).
 */
#ifndef BRIDGE_DEVICE_PCI_H
#define BRIDGE_DEVICE_PCI_H

#include "hw-api/ext/draft/pci.h"
#include "plugins/qemu-bridge/device/device.h"
#include "plugins/qemu-bridge/qemu/pci/pci.h"

#define BRIDGE_PCI_LINES HW_PCI_MSIX_MAX /* lines that hw_irq_set() may name */

typedef struct BridgePci {
    const HwPciFunction *table;
    uint8_t *config;                       /* QEMU's */
    QemuMemoryRegion *bars[HW_PCI_BARS];   /* containers of regions; NULL: no BAR */
    uint64_t lines[BRIDGE_PCI_LINES / 64]; /* levels by hw_irq_set() */
    uint32_t raised;                       /* how many lines are high */
    uint32_t devfn;                        /* device << 3 | function */
    bool has_express;                      /* each of these is there, and QEMU must end it */
    bool has_msi;
    bool has_msix;
    bool is_quiet;         /* edges send nothing: a load, or a reset */
    bool was_out_of_range; /* the user was told of a line that is too high */
} BridgePci;

/* True if the class is a PCI function, and QEMU can have it. */
static inline bool bridge_type_is_pci(const BridgeType *type)
{
    return type->cls->table.pci && !type->refusal;
}

/* ------------------------------------------------------------------- pci.c */

/* Checks a class of PCI functions against QEMU's own PCI devices. */
bool bridge_pci_class_check(const HwDeviceClass *table, HwError *error);

/* Begins before the realize hook, once the parent has made the configuration space. */
bool bridge_pci_open(BridgeDevice *device, HwError *error);

/* Fills the configuration space, and registers BARs, after the realize hook. */
bool bridge_pci_attach(BridgeDevice *device, HwError *error);

/* Ends what the two have begun.  The memory of the BARs is freed with the device. */
void bridge_pci_detach(BridgeDevice *device);
void bridge_pci_free(BridgeDevice *device);

/* -------------------------------------------------------------- pci-bars.c */

void bridge_pci_bars_register(BridgeDevice *device);

/* Takes the regions out of the BARs, when no guest can reach them any more. */
void bridge_pci_bars_empty(BridgeDevice *device);

/* ------------------------------------------------------ pci-capabilities.c */

bool bridge_pci_capabilities_add(BridgeDevice *device, HwError *error);

/* Ends QEMU's part in MSI, MSI-X and PCI Express. */
void bridge_pci_capabilities_end(BridgeDevice *device);

/* ------------------------------------------------------------ pci-config.c */

/* A guest's accesses to the configuration space. */
QemuPciRead bridge_pci_config_read;
QemuPciWrite bridge_pci_config_write;

/* ------------------------------------------------------------- pci-lines.c */

/* The kind of interrupts that the guest has switched on. */
HwPciInterrupts bridge_pci_interrupts(const BridgeDevice *device);
void bridge_pci_irq_set(BridgeDevice *device, uint32_t line, bool level);

/* Devices derive their lines after each access, and few accesses change one. */
static inline bool bridge_pci_line_is(const BridgePci *pci, uint32_t line, bool level)
{
    return line < BRIDGE_PCI_LINES && (pci->lines[line / 64] >> (line % 64) & 1) == level;
}
void bridge_pci_message(BridgeDevice *device, uint32_t vector);

/* Gives the pin its level again, after the guest or QEMU has changed the kind of interrupts. */
void bridge_pci_pin_update(BridgeDevice *device);

/* While it is on, lines that rise send no message.  Does nothing for other devices. */
void bridge_pci_quiet(BridgeDevice *device, bool on);

#endif
