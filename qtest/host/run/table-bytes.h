/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ACPI tables as arrays of bytes. */
#ifndef OB_RUN_TABLE_BYTES_H
#define OB_RUN_TABLE_BYTES_H

#include <glib.h>

#include "hw-api/host/acpi/tables.h"

/* A table with room for its header. */
GByteArray *ob_table_begin(void);

/* Appends a little-endian number of `size` bytes, up to 8. */
void ob_table_number(GByteArray *table, uint64_t value, uint32_t size);

/* Stores the header, with this maker, and adds the table to `tables`, as GBytes. */
void ob_table_end(GPtrArray *tables, GByteArray *table, const HwAcpiOem *oem, const char *signature,
                  uint32_t revision);

#endif
