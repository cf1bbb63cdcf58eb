/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plugin pci-lab in slot 4 of a stock QEMU. */
#ifndef OB_TESTS_BRIDGE_PCI_LAB_H
#define OB_TESTS_BRIDGE_PCI_LAB_H

#include "qtest/tests/bridge/pci/pci-machine.h"

enum {
    LAB = PCI_SLOT(4),
    LINES = 0x00, /* registers of BAR 0 */
    ADDRESS = 0x04,
    GO = 0x08,
    DATA = 0x0c,
    RESULT = 0x10,
    KIND = 0x14,
    PLACE = 0x18,
    MESSAGE = 0x1c,
    RESETS = 0x20,
    CELL = 0x1000,
    READ = 1,
    WRITE = 2,
    WELL = 1,
    BADLY = 2,
    PIN = 0,
    MSI = 1,
    MSIX = 2,
};

/* Starts a machine with this type in the slot, and maps its BAR 0. */
static inline ObClient *lab_start_as(const char *type, uint64_t *bar)
{
    g_autofree char *device = g_strdup_printf("-device %s,addr=4", type);
    ObClient *c = pci_start(device);

    *bar = pci_map(c, LAB, 0, 0);
    return c;
}

static inline ObClient *lab_start(uint64_t *bar)
{
    return lab_start_as("pci-lab", bar);
}

static inline ObClient *express_start(uint64_t *bar)
{
    return lab_start_as("pci-lab-express", bar);
}

static inline bool has_pin(ObClient *c)
{
    return pci_read(c, LAB, PCI_STATUS, 2) & PCI_STATUS_INTERRUPT;
}

#endif
