/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The changes of registers that a filter may make although the guest could notice them.  A
 * policy has the rules of hw-api/device/vcpu-policy.h, and these, for large groups of registers:
 *
 *   drop=REG:...|all           leave out registers that the destination does not have, but no
 *                              firmware registers: tolerate= is for them
 *   constants=REG:...|all      give registers that describe the hardware the destination's value
 *   drop-subsection=NAME:...   leave out subsections, of structs in a section too, that the
 *                              destination has not sent: "cpu/wfxt-timer"
 *
 * REG is a name as doctor prints it, or an id with 0x.
 */
#ifndef OB_FILTER_POLICY_H
#define OB_FILTER_POLICY_H

#include <glib.h>

#include "hw-api/device/vcpu-policy.h"

typedef enum ObPermission {
    OB_PERMIT_NOTHING, /* the change needs no permission */
    OB_PERMIT_DROP,
    OB_PERMIT_CONSTANTS,
    OB_PERMIT_PIN, /* a pin to a value that the destination accepts */
} ObPermission;

typedef struct ObFilterPolicy ObFilterPolicy;

ObFilterPolicy *ob_filter_policy_new(void);
void ob_filter_policy_free(ObFilterPolicy *policy); /* NULL is allowed */

/* Adds "KEY=ITEMS,KEY=ITEMS...".  False with a sentence. */
bool ob_filter_policy_add(ObFilterPolicy *policy, const char *text, HwError *error);

/* Lets a section or subsection of this name pass that the destination is not known to take. */
void ob_filter_policy_pass(ObFilterPolicy *policy, const char *name);
bool ob_filter_policy_passes(const ObFilterPolicy *policy, const char *name);

/* True if the policy permits the change of a register that has `value`. */
bool ob_filter_policy_permits(const ObFilterPolicy *policy, ObPermission permission, uint64_t id,
                              uint64_t value);
bool ob_filter_policy_drops_subsection(const ObFilterPolicy *policy, const char *name);

const HwVcpuPolicy *ob_filter_policy_rules(const ObFilterPolicy *policy);

/* The pin of a register of the stream; NULL: none.  Counts the pin as used. */
const HwVcpuRule *ob_filter_policy_pin(const ObFilterPolicy *policy, uint64_t id);

/* A name that no register or subsection had, so it may be misspelt; NULL: none.  Among the
 * rules of vcpu-policy.h only pins are looked at.  The name is valid until the next call. */
const char *ob_filter_policy_unused(const ObFilterPolicy *policy);

#endif
