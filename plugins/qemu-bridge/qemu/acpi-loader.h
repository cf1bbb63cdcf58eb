/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Adds tables to the ACPI tables that QEMU builds, and commands to the loader script
 * ("etc/table-loader"), which tells firmware how to put tables into memory.
 */
#ifndef BRIDGE_ACPI_LOADER_H
#define BRIDGE_ACPI_LOADER_H

#include "hw-api/host/acpi/tables.h"

/* QEMU's fw_cfg files. */
#define ACPI_TABLES_FILE "etc/acpi/tables"
#define ACPI_RSDP_FILE   "etc/acpi/rsdp"
#define ACPI_SCRIPT_FILE "etc/table-loader"

enum { ACPI_PARTS_MAX = 64 };

/* The devices' tables, in a fw_cfg file of their own. */
typedef struct AcpiParts {
    const char *file;
    HwAcpiBuffer script;             /* commands that allocate and link it, and others */
    uint32_t places[ACPI_PARTS_MAX]; /* offsets of the tables in the file */
    uint32_t count;
} AcpiParts;

/*
 * Links our tables to QEMU's tables, unless they are linked: QEMU drops the links when it
 * builds its tables anew.  Returns false, sets `error` and leaves QEMU's tables unchanged on
 * failure.  Returns true if the machine has no tables.
 */
bool acpi_loader_link(const AcpiParts *parts, HwError *error);

#endif
