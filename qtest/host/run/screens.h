/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The screens of the machine's devices.  For the loop's thread. */
#ifndef OB_SCREENS_H
#define OB_SCREENS_H

#include "hw-api/host/run/screen.h"
#include "qtest/machine/core/host.h"

/* The first screen of the machine: devices in order of their creation.  NULL: there is none. */
HwScreen *ob_screen_first(const ObHost *host);

/* The screen of a device.  Returns NULL and sets `error` in QEMU's words if there is none;
 * `no_device`, which may be NULL, tells if the device is missing. */
HwScreen *ob_screen_find(const ObHost *host, const char *device, int64_t head, bool *no_device,
                         HwError *error);

#endif
