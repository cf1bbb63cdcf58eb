/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ACPI's device of a serial port. */
#ifndef NS16550A_ACPI_H
#define NS16550A_ACPI_H

#include "devices/serial/ns16550a.h"
#include "hw-api/ext/acpi.h"

/* Adds PNP0501 with the base and interrupt of `s`, at I/O ports or in memory. */
void uart_acpi_add(Uart *s, HwAcpiBuild *build, bool ports);

#endif
