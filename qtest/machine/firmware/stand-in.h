/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A stand-in for firmware, since there is no CPU to run any: it does with fw_cfg's loader
 * script and tables what SeaBIOS and OVMF do, through the registers that a guest has.  It
 * checks tables and their linking.  acpi.rst says what is as in firmware and what is not.
 *
 * Nothing in fw_cfg or in guest memory is trusted: whatever is there, a run ends with all
 * done or with a sentence and nothing left in fw_cfg's writable files.
 *
 * Under the device lock, not from inside a hook of a device.
 */
#ifndef OB_MACHINE_FIRMWARE_STAND_IN_H
#define OB_MACHINE_FIRMWARE_STAND_IN_H

#include "qtest/machine/core/host.h"

/* What a run has done. */
typedef struct ObFirmwareReport {
    uint32_t files;             /* allocated */
    uint32_t opaque_files;      /* of these, those with more than ACPI tables in them */
    uint32_t pointers;          /* linked */
    uint32_t checksums;
    uint32_t written_back;      /* pointers, in fw_cfg's writable files */
    uint32_t skipped;           /* commands that it does not know */
    uint64_t rsdp;              /* its address, 0: there is none */
} ObFirmwareReport;

/* Runs the loader script, as after power-on and after each reset.  `report` may be NULL.
 * Logs a line for each file and one at the end.  False with a sentence. */
bool ob_firmware_boot(ObHost *host, ObFirmwareReport *report, HwError *error);

/* Wakes up from S3: writes back the pointers that the last boot has noted in guest memory.
 * Only `written_back` is reported.  False with a sentence. */
bool ob_firmware_resume(ObHost *host, ObFirmwareReport *report, HwError *error);

#endif
