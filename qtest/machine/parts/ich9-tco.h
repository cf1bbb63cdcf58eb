/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The watchdog of q35's ICH9, TCO (Intel ICH9 datasheet, 13.9), on the virtual clock, with the
 * register GCS that switches its reset off.  A part of the machine.
 */
#ifndef OB_ICH9_TCO_H
#define OB_ICH9_TCO_H

#include "qtest/machine/core/host.h"

/* Adds it, if the machine has an ICH9. */
bool ob_tco_create(ObHost *host, const ObHostConfig *config, HwError *error);

/* The guest has placed the ports of power management, 0: where firmware puts them, and the chipset's
 * registers in memory, 0: nowhere. */
void ob_tco_placed(ObHost *host, uint16_t ports, uint32_t chipset);

#endif
