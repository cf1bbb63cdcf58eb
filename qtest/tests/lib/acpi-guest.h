/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ACPI tables in the view of a guest's operating system, and the tools that check them. */
#ifndef OB_TESTS_LIB_ACPI_GUEST_H
#define OB_TESTS_LIB_ACPI_GUEST_H

#include <glib.h>

#include "qtest/client/drivers/acpi.h"

/* The table with that signature; NULL: it does not exist.  Another error fails the test. */
GBytes *acpi_table(ObClient *client, uint64_t ram, const char *signature);

/*
 * Disassembles the table with iasl, and compiles the result, which must give no warning.  `iasl`
 * has options that permit some ("-f": names of devices).  Returns the text.
 */
char *acpi_disassemble(GBytes *table, const char *iasl);

/* Disassembles the table with iasl alone, and returns the text. */
char *acpi_decode(GBytes *table);

/* Loads DSDTs and SSDTs in acpiexec, runs commands ("evaluate \\_SB.TPM._STA") one after the other,
 * and returns acpiexec's output. */
char *acpi_execute(GBytes *const *tables, guint count, const char *commands);

/* Compiles ASL text. */
GBytes *acpi_compile(const char *text);

#endif
