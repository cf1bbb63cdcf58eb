/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Maps the sections of a migration stream to devices.  Sections of one name are numbered as
 * in QEMU: a new device gets the highest number of the present devices plus one.  Its RAM
 * blocks have this number too, "NAME#1"; number 0 is left out.
 */
#ifndef OB_SECTIONS_H
#define OB_SECTIONS_H

#include "qtest/machine/core/host.h"

/* The name of the device's section: "tpm-crb", or of a PCI function "0000:00:04.0/edu", as in
 * QEMU.  The caller frees the result.  NULL: the device has no section. */
char *ob_section_name(const HwInstance *instance);

/* Returns NULL if there is no such device. */
HwInstance *ob_section_device(const ObHost *host, const char *name, uint32_t number);

/* Chooses HwInstance.number for a device that is being added. */
uint32_t ob_section_next_number(const ObHost *host, const HwInstance *instance);

/* hw_region_block_name() with the path in front: "0000:00:04.0/edu-ram". */
bool ob_block_name(const HwRegionState *region, char name[HW_BLOCK_NAME_MAX]);

/* True if a class of this host has a section, or a RAM block, of this name.  Else the name
 * belongs to a foreign device. */
bool ob_section_is_known(const ObHost *host, const char *name);
bool ob_block_is_known(const ObHost *host, const char *name);

#endif
