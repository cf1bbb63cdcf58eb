/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which section of a migration stream belongs to which device.  Sections of one name are
 * numbered as in QEMU: a device gets the number after the highest of those that are there
 * when it comes.  Its RAM blocks have that number too, "NAME#1", but for number 0.
 */
#ifndef OB_SECTIONS_H
#define OB_SECTIONS_H

#include "qtest/machine/core/host.h"

/* NULL: there is no such device. */
HwInstance *ob_section_device(const ObHost *host, const char *name, uint32_t number);

/* For one that comes: its HwInstance.number. */
uint32_t ob_section_next_number(const ObHost *host, const HwInstance *instance);

/* Whether a class that this host could have a device of calls its section, or a RAM block,
 * so: then it is not a foreign device's. */
bool ob_section_is_known(const ObHost *host, const char *name);
bool ob_block_is_known(const ObHost *host, const char *name);

#endif
