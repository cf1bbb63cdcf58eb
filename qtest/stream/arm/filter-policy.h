/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a filter may do to a guest's registers, beyond what the guest can't notice.  The rules
 * of hw-api/device/vcpu-policy.h, and such as stand for registers that nobody could list:
 *
 *   drop=REG:...|all           leave out registers that the destination hasn't got; none of
 *                              firmware, for which tolerate= is
 *   constants=REG:...|all      give registers that tell of the hardware the destination's value
 *   drop-subsection=NAME:...   leave out subsections of section "cpu": "cpu/wfxt-timer"
 *
 * Here REG is a name as doctor prints it, or an id with 0x.
 */
#ifndef OB_FILTER_POLICY_H
#define OB_FILTER_POLICY_H

#include <glib.h>

#include "hw-api/device/vcpu-policy.h"

typedef enum ObPermission {
    OB_PERMIT_NOTHING,          /* it needs none */
    OB_PERMIT_DROP,
    OB_PERMIT_CONSTANTS,
    OB_PERMIT_PIN,              /* a value by which the destination takes it */
} ObPermission;

typedef struct ObFilterPolicy ObFilterPolicy;

ObFilterPolicy *ob_filter_policy_new(void);
void ob_filter_policy_free(ObFilterPolicy *policy);     /* NULL is allowed */

/* Adds "KEY=ITEMS,KEY=ITEMS...".  False with a sentence. */
bool ob_filter_policy_add(ObFilterPolicy *policy, const char *text, HwError *error);

/* Whether a register with this value may be dropped, or given the destination's value. */
bool ob_filter_policy_permits(const ObFilterPolicy *policy, ObPermission permission, uint64_t id,
                              uint64_t value);
bool ob_filter_policy_drops_subsection(const ObFilterPolicy *policy, const char *name);

const HwVcpuPolicy *ob_filter_policy_rules(const ObFilterPolicy *policy);

/* The pin of a register that is in a stream; NULL: it has none. */
const HwVcpuRule *ob_filter_policy_pin(const ObFilterPolicy *policy, uint64_t id);

/* A name that no register or subsection had, and so may be misspelt; NULL: none.  Of the
 * device's rules those of pin.  The policy's, until the next call. */
const char *ob_filter_policy_unused(const ObFilterPolicy *policy);

#endif
