/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Adds tables to the ACPI tables that QEMU builds, and commands to the loader script
 * ("etc/table-loader"), which tells firmware how to put tables into memory.
 */
#ifndef BRIDGE_ACPI_LOADER_H
#define BRIDGE_ACPI_LOADER_H

#include "hw-api/host/acpi/tables.h"
#include "plugins/qemu-bridge/qemu/acpi-block.h"

/* Our own fw_cfg file. */
#define ACPI_PARTS_FILE "etc/outboard/tables"

enum { ACPI_PARTS_MAX = 64 };

/* The devices' tables, in our file or behind QEMU's tables. */
typedef struct AcpiParts {
    const char *file; /* ACPI_PARTS_FILE or ACPI_TABLES_FILE */
    HwAcpiBuffer tables;
    HwAcpiBuffer script;             /* commands that allocate and link the tables, and others */
    uint32_t places[ACPI_PARTS_MAX]; /* offsets of the tables in `tables` */
    uint32_t count;
} AcpiParts;

/* Sizes of QEMU's files. */
typedef struct AcpiSizes {
    uint64_t tables;
    uint64_t script;
} AcpiSizes;

AcpiSizes acpi_loader_sizes(void);

/*
 * Links our tables to QEMU's tables, unless they are linked: QEMU drops the links when it
 * builds its tables anew.  Returns true if the machine has no tables.  Returns false and sets
 * `error` on failure.
 *
 * `told` has the sizes that firmware may have read from fw_cfg's directory, from before QEMU built
 * its tables anew; the files keep these sizes.  NULL: firmware has not read them since the last
 * reset.  The files then get room for all that QEMU may add later.
 */
bool acpi_loader_link(const AcpiParts *parts, const AcpiSizes *told, HwError *error);

#endif
