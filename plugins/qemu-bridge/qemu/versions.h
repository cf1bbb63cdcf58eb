/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The layouts of the releases that the bridge was tested with.  The bridge learns the layout
 * of the running QEMU (learn.h).  For these releases it checks that it has learned this.
 */
#ifndef BRIDGE_QEMU_VERSIONS_H
#define BRIDGE_QEMU_VERSIONS_H

#include "hw-api/hw-api.h"
#include "plugins/qemu-bridge/qemu/layout.h"

/* Returns NULL if the release has no row. */
const QemuLayout *qemu_version_find(unsigned major, unsigned minor);

/* True if the layout is that of the release's row, or the release has no row. */
bool qemu_version_agrees(unsigned major, unsigned minor, const QemuLayout *learned, HwError *error);

#endif
