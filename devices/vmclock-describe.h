/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The description of vmclock for its guest, in ACPI tables and in a device tree. */
#ifndef VMCLOCK_DESCRIBE_H
#define VMCLOCK_DESCRIBE_H

#include "hw-api/ext/acpi.h"

/* Adds the SSDT with the page's address and the event. */
void vmclock_describe(HwDevice *dev, HwAcpiBuild *build, uint64_t page);

/* Adds the node if it is wanted.  Returns false with a sentence if the machine has no tree. */
bool vmclock_tree_realize(HwDevice *dev, uint64_t page, bool wanted, bool notifies, HwError *error);

#endif
