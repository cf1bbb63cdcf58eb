/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A PC's boot sector: 512 bytes that firmware loads to 0x7c00 and jumps to.  No CPU runs here.  The
 * stand-in follows only the real-mode instructions by which a test's sector leaves a mark in
 * memory: moves through AX to memory, jumps and HLT.
 *
 * Under the device lock, never from a hook of a device.
 */
#ifndef OB_MACHINE_FIRMWARE_BOOT_SECTOR_H
#define OB_MACHINE_FIRMWARE_BOOT_SECTOR_H

#include "qtest/machine/core/host.h"

enum { OB_BOOT_SECTOR_SIZE = 512 };

/* Loads the sector and follows it until HLT.  Returns false and sets `error` if the sector has no
 * boot signature, or has an unknown instruction.  The effects of earlier instructions stay. */
bool ob_firmware_boot_sector(ObHost *host, const uint8_t *sector, HwError *error);

#endif
