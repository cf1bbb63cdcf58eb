/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Facts about QEMU's machines that QEMU has no function for. */
#ifndef BRIDGE_MACHINE_H
#define BRIDGE_MACHINE_H

#include "hw-api/hw-api.h"

/* Finds room for `size` bytes in the machine's range for regions without an address. */
bool bridge_machine_place(uint32_t space, uint64_t size, uint64_t *address, HwError *error);

/* True if the machine type's name begins so: "pc-" is pc and q35. */
bool bridge_machine_is(const char *prefix);

/* The value of the machine's property, a string, for free(); NULL: it does not have one. */
char *bridge_machine_text(const char *property);

/* True if the machine has this property, a string, and its value is neither empty nor `text`. */
bool bridge_machine_property_is_not(const char *property, const char *text);

bool bridge_machine_has_ports(void);
uint64_t bridge_machine_fw_cfg(void); /* address of its registers, 0: unknown */
uint32_t bridge_machine_event(void);  /* HwAcpiEventKind for our devices, 0: none */

/* True if the machine is being saved, or about to be: to a stream or a snapshot. */
bool bridge_machine_is_migrating(void);

/* Lets the vCPUs reach devices during slow work, which must not.  Returns false if this QEMU has no
 * such function.  The second function takes the result, and takes the lock again. */
bool bridge_machine_unlock(void);
void bridge_machine_lock(bool unlocked);

#endif
