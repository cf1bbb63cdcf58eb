/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file of ACPI tables as firmware is to find it, and the script that links them.
 * Pointers hold offsets in their target's file until the script has run, and checksums 0.
 */
#ifndef HW_HOST_ACPI_TABLES_H
#define HW_HOST_ACPI_TABLES_H

#include "hw-api/ext/acpi.h"
#include "hw-api/host/acpi/loader-script.h"

enum {
    HW_ACPI_HEADER_LENGTH = 4,          /* where in a header: 4 bytes */
    HW_ACPI_HEADER_CHECKSUM = 9,        /* 1 byte */
};

typedef struct HwAcpiTables {
    const char *file;           /* its name in fw_cfg */
    HwAcpiBuffer bytes;
    HwAcpiBuffer script;
} HwAcpiTables;

bool hw_acpi_tables_failed(const HwAcpiTables *tables);         /* no memory */
void hw_acpi_tables_clear(HwAcpiTables *tables);

/* Stores a header that will be as long as its table, of `length` bytes.  QEMU's OEM;
 * `oem_table_id` has up to 8 characters, NULL: QEMU's. */
void hw_acpi_header_store(uint8_t *header, const char *signature, uint32_t revision,
                          const char *oem_table_id, uint32_t length);

/*
 * Appends a table: its header, then `body`.  Returns its place.  The pointers in it come
 * next, then its checksum, for the script runs in that order.
 */
uint32_t hw_acpi_tables_add(HwAcpiTables *tables, const char *signature, uint32_t revision,
                            const char *oem_table_id, const void *body, uint32_t size);

/* The `size` bytes at `offset` of the file point to `place` in the same file. */
void hw_acpi_tables_point(HwAcpiTables *tables, uint32_t offset, uint32_t size, uint32_t place);
void hw_acpi_tables_checksum(HwAcpiTables *tables, uint32_t table);

#endif
