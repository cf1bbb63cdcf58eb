/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Base address registers as a class's tables describe them, for the checks and the hosts. */
#ifndef HW_HOST_LOAD_PCI_BAR_H
#define HW_HOST_LOAD_PCI_BAR_H

#include "hw-api/ext/draft/pci.h"

/*
 * Stores BAR `number`, with its size filled in, in `bar`.  False: the class has neither an entry
 * nor a region for this number.  The BAR of MSI-X is not among them.  `table` has a PCI function;
 * its regions have been checked one by one.
 */
bool hw_pci_bar(const HwDeviceClass *table, uint32_t number, HwPciBar *bar);

/* Bytes from the BAR's start to the end of its last region; 0: no region is in the BAR. */
uint64_t hw_pci_bar_extent(const HwRegions *regions, uint32_t number);

#endif
