/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ACPI tables as an operating system finds them in guest memory. */
#ifndef OB_CLIENT_ACPI_H
#define OB_CLIENT_ACPI_H

#include "qtest/client/client.h"

/* Looks for the RSDP in the 128 KiB below 1 MiB of RAM, which begins at `ram`.  0: there is
 * none. */
uint64_t ob_acpi_find_rsdp(ObClient *client, uint64_t ram);

/*
 * The first table of that signature on the way from the RSDP.  All checksums on the way and
 * its own must be right.  NULL with a sentence: there is none, or something is wrong.
 */
GBytes *ob_acpi_find_table(ObClient *client, uint64_t ram, const char *signature,
                           HwError *error);

/* The little-endian integer of `size` bytes, 1 to 8, at `offset`; 0 outside of the table. */
uint64_t ob_acpi_number(GBytes *table, gsize offset, uint32_t size);

#endif
