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

typedef struct LabPlaces {
    uint64_t bar;
    uint64_t ram; /* BAR 2 */
    uint32_t capability;
} LabPlaces;

/* Line 1 is high, and has sent its message. */
static inline LabPlaces lab_prepare(ObClient *c)
{
    LabPlaces at = { pci_map(c, LAB, 0, 0), 0, pci_find(c, LAB, 0x09) };

    pci_write(c, LAB, PCI_BAR_0 + 12, 0, 4);
    at.ram = pci_map(c, LAB, 2, 2);
    pci_msi_on(c, LAB, 0x40, 2);
    ob_client_writel(c, at.bar + DATA, 0xabcd);
    ob_client_writel(c, at.bar + LINES, 2);
    g_assert_cmphex(pci_message(c), ==, 0x41);
    ob_client_writel(c, at.ram + 0x123, 0x5a5a5a5a);
    pci_write(c, LAB, at.capability + 4, 0x99887766, 4);
    return at;
}

/* Nothing was sent since, and the next edge sends. */
static inline void lab_assert(ObClient *c, const LabPlaces *at)
{
    g_assert_cmphex(pci_message(c), ==, 0);
    g_assert_cmphex(ob_client_readl(c, at->bar + DATA), ==, 0xabcd);
    g_assert_cmphex(ob_client_readl(c, at->bar + LINES), ==, 2);
    g_assert_cmphex(ob_client_readl(c, at->ram + 0x123), ==, 0x5a5a5a5a);
    g_assert_cmphex(pci_read(c, LAB, at->capability + 4, 4), ==, 0x99887766);
    ob_client_writel(c, at->bar + LINES, 2 | 8);
    g_assert_cmphex(pci_message(c), ==, 0x43);
    ob_client_writel(c, at->bar + LINES, 2);
}

#endif
