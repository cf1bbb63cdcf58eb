/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The QEMU that loaded the bridge: its release, and what was learned of it. */
#ifndef BRIDGE_QEMU_RUNNING_H
#define BRIDGE_QEMU_RUNNING_H

#include "hw-api/hw-api.h"

/* The qemu_plugin_version that this QEMU accepts. */
int qemu_running_plugin_api(void);

/* Calls `function` when QEMU makes its types, behind all of QEMU's own.  Does nothing if they
 * are made already. */
void qemu_running_when_types_are_made(void (*function)(void));

/* Learns the layouts (layout.h), once, and compares them with the release's row. */
bool qemu_running_learn(HwError *error);

/* Proves by use what was learned, once.  QEMU has made its machine. */
bool qemu_running_try(HwError *error);

/* Learns the layouts that PCI functions need, before qemu_running_try(), which proves them. */
bool qemu_running_learn_pci(HwError *error);

/* The same for I2C targets. */
bool qemu_running_learn_i2c(HwError *error);

/* Prints what was learned to the standard output. */
void qemu_running_report(void);

#endif
