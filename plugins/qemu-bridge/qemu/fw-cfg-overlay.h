/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the guest writes to fw_cfg, seen before fw_cfg does: a region of ours over the
 * registers passes everything on.
 */
#ifndef BRIDGE_FW_CFG_OVERLAY_H
#define BRIDGE_FW_CFG_OVERLAY_H

#include "plugins/qemu-bridge/qemu/fw-cfg-port.h"

/* Once, with the port open.  `selecting` is called before the guest selects a file; what it
 * selects itself by the port is not seen.  False with a sentence. */
bool fw_cfg_overlay_install(void (*selecting)(uint16_t key), HwError *error);

#endif
