/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a release's row of versions.h is true of the QEMU that runs. */
#ifndef BRIDGE_SELF_CHECK_H
#define BRIDGE_SELF_CHECK_H

#include "plugins/qemu-bridge/qemu/versions.h"

/*
 * `fifo` is QEMU's description of the state "Fifo8", which all releases export and which has
 * kept its name, version and fields: an array, then "head" and "num" of type `uint32`.  Nothing
 * outside of the file that `fifo` is in is read.
 */
bool bridge_check_state_layout(const QemuVersion *version, const void *fifo, const void *uint32,
                               HwError *error);

/* `device` is QEMU's class of that name, which leaves both of its switches on. */
bool bridge_check_device_layout(const QemuVersion *version, const void *device, HwError *error);

#endif
