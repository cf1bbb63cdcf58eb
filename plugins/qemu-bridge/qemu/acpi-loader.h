/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Adds to the ACPI tables that QEMU builds, and to the script ("etc/table-loader") by which
 * firmware puts them into memory.
 */
#ifndef BRIDGE_ACPI_LOADER_H
#define BRIDGE_ACPI_LOADER_H

#include "hw-api/host/acpi/tables.h"

/* QEMU's files. */
#define ACPI_TABLES_FILE "etc/acpi/tables"
#define ACPI_RSDP_FILE   "etc/acpi/rsdp"
#define ACPI_SCRIPT_FILE "etc/table-loader"

enum { ACPI_PARTS_MAX = 64 };

/* Tables of ours in a file of their own. */
typedef struct AcpiParts {
    const char *file;
    HwAcpiBuffer script;                /* what allocates and links the file, and more of ours */
    uint32_t places[ACPI_PARTS_MAX];    /* of the tables in it */
    uint32_t count;
} AcpiParts;

/*
 * Links our tables to QEMU's, unless they are linked: QEMU forgets it when it builds anew.
 * False with a sentence; then QEMU's tables are as they were.  True where the machine has no
 * tables.
 */
bool acpi_loader_link(const AcpiParts *parts, HwError *error);

#endif
