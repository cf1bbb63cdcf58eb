/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The firmware of a machine with flash memory, such as virt. */
#ifndef BRIDGE_FIRMWARE_H
#define BRIDGE_FIRMWARE_H

#include <stdbool.h>

/* True if the machine starts with UEFI firmware, such as EDK2.  False: it has other firmware, such
 * as U-Boot, or none. */
bool bridge_firmware_is_uefi(void);

#endif
