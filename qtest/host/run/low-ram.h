/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -machine max-ram-below-4g. */
#ifndef OB_LOW_RAM_H
#define OB_LOW_RAM_H

#include "qtest/host/options/options.h"

/* Checks the size, and warns about one that QEMU warns about.  Returns false and sets `error` if the machine
 * can't have it. */
bool ob_low_ram_check(const ObOptions *options, const ObMachine *machine, HwError *error);

/* The user's size for this machine; 0: none. */
uint64_t ob_low_ram_most(const ObOptions *options, const ObMachine *machine);

#endif
