/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sees the guest's writes to fw_cfg before fw_cfg does.  A region of the bridge overlies the
 * registers and passes all accesses on.
 */
#ifndef BRIDGE_FW_CFG_OVERLAY_H
#define BRIDGE_FW_CFG_OVERLAY_H

#include "plugins/qemu-bridge/qemu/fw-cfg-port.h"

/* Call it once, with the port open.  `selecting` is called before the guest selects a file.
 * Selections that `selecting` itself makes by the port don't call it again.  Returns false
 * and sets `error` on failure. */
bool fw_cfg_overlay_install(void (*selecting)(uint16_t key), HwError *error);

#endif
