/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The hooks of a device's files (hw-api/ext/fw-cfg.h), with `update` after them.  Under the device lock. */
#ifndef HW_HOST_FILE_H
#define HW_HOST_FILE_H

#include "hw-api/ext/fw-cfg.h"
#include "hw-api/host/run/instance.h"

/* The guest has selected the file. */
void hw_file_selected(HwInstance *instance, const HwFwCfgFile *file);

/* The guest has stored bytes, which are in the instance already. */
void hw_file_written(HwInstance *instance, const HwFwCfgFile *file, uint32_t offset,
                     uint32_t length);

#endif
