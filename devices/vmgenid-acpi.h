/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ACPI part of vmgenid. */
#ifndef VMGENID_ACPI_H
#define VMGENID_ACPI_H

#include "hw-api/ext/acpi.h"

/* Adds the SSDT, and the loader's commands that link both files.  `source_offset`: firmware
 * writes back the blob's address plus this offset. */
void vmgenid_describe(HwDevice *dev, HwAcpiBuild *build, uint32_t source_offset);

#endif
