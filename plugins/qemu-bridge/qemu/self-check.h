/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks that a release's row in versions.h fits the running QEMU. */
#ifndef BRIDGE_SELF_CHECK_H
#define BRIDGE_SELF_CHECK_H

#include "plugins/qemu-bridge/qemu/versions.h"

/*
 * `fifo` is QEMU's description of the state "Fifo8".  All releases export it, with the same
 * name, version and fields: an array, then "head" and "num" of type `uint32`.  The check reads
 * nothing outside the file that `fifo` lies in.
 */
bool bridge_check_state_layout(const QemuVersion *version, const void *fifo, const void *uint32,
                               HwError *error);

/* `device` is QEMU's class "device", whose two switches are on. */
bool bridge_check_device_layout(const QemuVersion *version, const void *device, HwError *error);

#endif
