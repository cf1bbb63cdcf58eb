/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The disk that the firmware stand-in boots: -drive and -device ide-hd. */
#ifndef OB_RUN_BOOT_DISK_H
#define OB_RUN_BOOT_DISK_H

#include "qtest/host/run/system.h"

/* Boots the disk, if there is one.  Returns false and sets `error` on failure. */
bool ob_boot_disk_run(ObSystem *system, HwError *error);

#endif
