/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A PC's CMOS memory, where firmware finds RAM sizes and boot order (fw-cfg.rst): the
 * memory of an MC146818.  Its clock (cmos-clock.h) follows the virtual clock.
 */
#ifndef OB_CMOS_H
#define OB_CMOS_H

#include "qtest/machine/core/host.h"

/* Adds the device to the host, if its machine is a PC.  `boot` NULL: defaults.  Returns
 * false and sets `error` if a PC can't have the boot order. */
bool ob_cmos_create(ObHost *host, const ObBoot *boot, HwError *error);

#endif
