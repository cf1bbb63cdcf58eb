/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ACPI tables as a guest's operating system finds them, and the tools that judge them. */
#ifndef OB_TESTS_LIB_ACPI_GUEST_H
#define OB_TESTS_LIB_ACPI_GUEST_H

#include <glib.h>

#include "qtest/client/drivers/acpi.h"

/* The table of that signature, NULL: there is none.  All else must be well. */
GBytes *acpi_table(ObClient *client, uint64_t ram, const char *signature);

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
