/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef OB_BENCH_BRIDGE_PCI_H
#define OB_BENCH_BRIDGE_PCI_H

#include "hw-api/hw-api.h"

/* Loads the plugin with edu, before QEMU makes devices. */
bool bench_pci_load(const char *set, HwError *error);

/* Adds the figures of PCI functions, once QEMU has its devices. */
void bench_pci_measure(void);

#endif
