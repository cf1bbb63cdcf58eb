/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device that has a part in ACPI's tables, and the machine's ACPI registers. */
#ifndef OB_TESTS_PARTS_ACPI_PART_H
#define OB_TESTS_PARTS_ACPI_PART_H

#include "qtest/tests/lib/gadget.h"

#define ACPI_PART_EVENT 5 /* vmgenid's */

/*
 * Adds class "part": bad=on makes it add a table that the host refuses, rings=on raise its event
 * once loaded.  A load with value=0xbad is refused.
 */
HwDevice *acpi_part_add(GadgetHost *f, const char *options);
void acpi_event_raise(HwDevice *dev, uint32_t gpe);

/* A port of the host's machine. */
uint64_t acpi_in(GadgetHost *f, uint64_t port, uint32_t size);
void acpi_out(GadgetHost *f, uint64_t port, uint64_t value, uint32_t size);

#endif
