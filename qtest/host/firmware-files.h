/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files that the user gives to the firmware. */
#ifndef OB_FIRMWARE_FILES_H
#define OB_FIRMWARE_FILES_H

#include "qtest/host/run/system.h"

/* Adds the files of -fw_cfg and of -boot splash=.  Returns false and sets `error` on failure. */
bool ob_firmware_files_add(ObSystem *system, HwError *error);

/* Adds the SMBIOS structures, which can name devices.  Returns false and sets `error` on failure. */
bool ob_firmware_smbios_add(ObSystem *system, HwError *error);

#endif
