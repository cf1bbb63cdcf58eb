/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an id alone tells of a register: what doctor and filter go by where nobody has
 * measured what the destination does when the register is set. */
#ifndef OB_REGISTER_CLASS_H
#define OB_REGISTER_CLASS_H

#include <stdbool.h>
#include <stdint.h>

/* It tells of the hardware and no guest can write it: ID_*, CTR, CLIDR, CCSIDR, RMR... */
bool ob_register_is_constant(uint64_t id);

/* One of KVM's pseudo registers, behind which are versions, mitigations and hypercalls. */
bool ob_register_is_firmware(uint64_t id);

/* The value of a system register shows that no guest has used it: 0, or what Linux gives
 * those that nobody wrote. */
bool ob_register_is_unused(uint64_t id, uint64_t value);

#endif
