/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds ACPI tables in guest memory as an operating system does. */
#ifndef OB_CLIENT_ACPI_H
#define OB_CLIENT_ACPI_H

#include "qtest/client/client.h"

/* Looks for the RSDP in the 128 KiB below 1 MiB of RAM, which begins at `ram`.  Returns 0 if
 * there is no RSDP. */
uint64_t ob_acpi_find_rsdp(ObClient *client, uint64_t ram);

/*
 * Returns the first table with this signature that the RSDP leads to.  All checksums on the way
 * and the table's own must be right.  Returns NULL and sets `error` if a checksum is wrong or
 * there is no such table.
 */
GBytes *ob_acpi_find_table(ObClient *client, uint64_t ram, const char *signature, HwError *error);

/* Returns the little-endian integer of `size` bytes (1 to 8) at `offset`, or 0 outside the
 * table. */
uint64_t ob_acpi_number(GBytes *table, gsize offset, uint32_t size);

#endif
