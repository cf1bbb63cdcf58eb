/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Classifies registers by their ids.  doctor and filter use the class if no measurement shows
 * how the destination reacts to a write of the register. */
#ifndef OB_REGISTER_CLASS_H
#define OB_REGISTER_CLASS_H

#include <stdbool.h>
#include <stdint.h>

/* True if the register describes the hardware and no guest can write it: ID_*, CTR, RMR ... */
bool ob_register_is_constant(uint64_t id);

/* True for a key of pointer authentication.  A guest that has set it signs return addresses. */
bool ob_register_is_key(uint64_t id);

/* The group of registers that a vCPU has only with this feature: "PMU"; NULL: none. */
const char *ob_register_group(uint64_t id);

/* A heading for the register in lists: its group, else "ID registers", "EL2", "AArch32" ... */
const char *ob_register_heading(uint64_t id);

/* True for KVM's pseudo registers, which hold versions, mitigations and hypercalls. */
bool ob_register_is_firmware(uint64_t id);

/* True if the value shows that no guest has used the system register: 0, or Linux's value for
 * registers that nobody wrote. */
bool ob_register_is_unused(uint64_t id, uint64_t value);

#endif
