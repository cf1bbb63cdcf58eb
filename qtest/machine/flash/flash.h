/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Firmware's images in a machine's memory: a ROM, or flash chips that firmware can program. */
#ifndef OB_FLASH_H
#define OB_FLASH_H

#include "qtest/machine/core/host.h"

/* The places of a kind of machine: ObMachine.flash. */
typedef struct ObFlashBoard ObFlashBoard;
extern const ObFlashBoard ob_flash_pc, ob_flash_virt;

/* Adds the parts that hold the images of `config`.  A machine without images gets none.  Returns
 * false and sets `error` in QEMU's words on failure. */
bool ob_flash_create(ObHost *host, const ObHostConfig *config, HwError *error);

/* On virt, whose chips follow one another from address 0 on: the bytes of each, and of the bus.
 * False: the machine has none. */
bool ob_flash_describe(const ObHost *host, uint64_t *size, uint32_t *width);

#endif
