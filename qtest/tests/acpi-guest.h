/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ACPI tables as a guest's operating system finds them, and the tools that judge them. */
#ifndef OB_TEST_ACPI_GUEST_H
#define OB_TEST_ACPI_GUEST_H

#include <glib.h>

#include "qtest/client/client.h"

/* Looks for the RSDP in the 128 KiB below 1 MiB of RAM, which begins at `ram`.  0: there is
 * none. */
uint64_t acpi_find_rsdp(ObClient *client, uint64_t ram);

/*
 * The table of that signature, found from the RSDP on; its checksum, and that of all on the
 * way, must be right.  NULL: there is none.
 */
GBytes *acpi_table(ObClient *client, uint64_t ram, const char *signature);

/* The little-endian integer of `size` bytes at `offset`, which must be in there. */
uint64_t acpi_number(GBytes *table, gsize offset, uint32_t size);

/*
 * Disassembles the table with iasl, and compiles what comes out, without a complaint but on
 * what `iasl` options allow ("-f": names of devices).  Returns the text.
 */
char *acpi_disassemble(GBytes *table, const char *iasl);

/* Loads DSDTs and SSDTs in acpiexec, runs its commands ("evaluate \\_SB.TPM._STA") one after
 * the other and returns what it prints. */
char *acpi_execute(GBytes *const *tables, guint count, const char *commands);

/* Compiles ASL text. */
GBytes *acpi_compile(const char *text);

#endif
