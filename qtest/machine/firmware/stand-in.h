/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A stand-in for firmware, since no CPU runs.  Through the registers that a guest has, it
 * does the work of SeaBIOS and OVMF on fw_cfg's loader script and tables.  So it checks
 * tables and their linking.  acpi.rst compares it with firmware.
 *
 * It trusts nothing in fw_cfg or in guest memory.  A run ends with all work done; or with
 * an error, and with no address left in fw_cfg's writable files.
 *
 * Under the device lock, never from a hook of a device.
 */
#ifndef OB_MACHINE_FIRMWARE_STAND_IN_H
#define OB_MACHINE_FIRMWARE_STAND_IN_H

#include "qtest/machine/core/host.h"

/* The results of a run. */
typedef struct ObFirmwareReport {
    uint32_t files;        /* allocated */
    uint32_t opaque_files; /* allocated files with more than ACPI tables in them */
    uint32_t pointers;     /* linked */
    uint32_t checksums;
    uint32_t written_back; /* pointers, in fw_cfg's writable files */
    uint32_t skipped;      /* unknown commands */
    uint64_t rsdp;         /* its address; 0: not found */
} ObFirmwareReport;

/* Runs the loader script, for power-on and for each reset.  `report` may be NULL.  Logs a
 * line for each file and one line at the end.  Returns false and sets `error` on failure. */
bool ob_firmware_boot(ObHost *host, ObFirmwareReport *report, HwError *error);

/* Wakes up from S3: writes back the pointers in the last boot's note.  Sets only
 * `written_back` in the report.  Returns false and sets `error` on failure. */
bool ob_firmware_resume(ObHost *host, ObFirmwareReport *report, HwError *error);

#endif
