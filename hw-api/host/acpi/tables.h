/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file of ACPI tables, in the form that firmware loads, and the script that links the tables.
 * Until the script has run, pointers hold offsets in their target's file, and checksums are 0.
 */
#ifndef HW_HOST_ACPI_TABLES_H
#define HW_HOST_ACPI_TABLES_H

#include "hw-api/ext/acpi.h"
#include "hw-api/host/acpi/loader-script.h"

enum {
    HW_ACPI_HEADER_LENGTH = 4,   /* offset in a header: 4 bytes */
    HW_ACPI_HEADER_CHECKSUM = 9, /* offset: 1 byte */
};

/* The maker in each header (ACPI 6.5, section 5.2.6).  Zeros follow a shorter text. */
typedef struct HwAcpiOem {
    char id[6];
    char table_id[8];
} HwAcpiOem;

/* Takes two texts; NULL: QEMU's.  Returns false and sets `error` if one is too long. */
bool hw_acpi_oem_set(HwAcpiOem *oem, const char *id, const char *table_id, HwError *error);

typedef struct HwAcpiTables {
    const char *file;     /* its name in fw_cfg */
    const HwAcpiOem *oem; /* NULL: QEMU's */
    HwAcpiBuffer bytes;
    HwAcpiBuffer script;
} HwAcpiTables;

bool hw_acpi_tables_failed(const HwAcpiTables *tables); /* no memory */
void hw_acpi_tables_clear(HwAcpiTables *tables);

/* Stores the header of a table of `length` bytes, header included.  `oem` NULL: QEMU's.
 * `oem_table_id` has up to 8 characters; NULL: the one of `oem`. */
void hw_acpi_header_store(uint8_t *header, const HwAcpiOem *oem, const char *signature,
                          uint32_t revision, const char *oem_table_id, uint32_t length);

/*
 * Appends a table, header and `body`, and returns its offset.  Then call _point() for its pointers
 * and _checksum() last, since the script runs in this order.
 */
uint32_t hw_acpi_tables_add(HwAcpiTables *tables, const char *signature, uint32_t revision,
                            const char *oem_table_id, const void *body, uint32_t size);

/* The `size` bytes at `offset` of the file point to `place` in the same file. */
void hw_acpi_tables_point(HwAcpiTables *tables, uint32_t offset, uint32_t size, uint32_t place);
void hw_acpi_tables_checksum(HwAcpiTables *tables, uint32_t table);

#endif
