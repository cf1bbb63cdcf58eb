/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a filter may do to a guest's registers, beyond what the guest can't notice:
 *
 *   drop=REG,...|all           leave out registers that the destination hasn't got
 *   constants=REG,...|all      give registers that tell of the hardware the destination's value
 *   set=REG=VALUE              give a register this value; psci-version=1.1 is short for one
 *   drop-subsection=NAME,...   leave out subsections of section "cpu": "cpu/wfxt-timer"
 *
 * A register is its name as doctor prints it, or its id with 0x.
 */
#ifndef OB_FILTER_POLICY_H
#define OB_FILTER_POLICY_H

#include <glib.h>

#include "hw-api/hw-api.h"

typedef enum ObPermission {
    OB_PERMIT_NOTHING,          /* it needs none */
    OB_PERMIT_DROP,
    OB_PERMIT_CONSTANTS,
    OB_PERMIT_SET,
    OB_PERMIT_SUBSECTION,
} ObPermission;

typedef struct ObFilterPolicy ObFilterPolicy;

ObFilterPolicy *ob_filter_policy_new(void);
void ob_filter_policy_free(ObFilterPolicy *policy);     /* NULL is allowed */

/* Adds "KEY=ITEMS".  False with a sentence. */
bool ob_filter_policy_add(ObFilterPolicy *policy, const char *text, HwError *error);

/* Whether a register is named, or all are. */
bool ob_filter_policy_permits(const ObFilterPolicy *policy, ObPermission permission, uint64_t id);
bool ob_filter_policy_permits_name(const ObFilterPolicy *policy, const char *subsection);

/* The value that a register is to have; false: none is told. */
bool ob_filter_policy_value(const ObFilterPolicy *policy, uint64_t id, uint64_t *value);

/* An item that has never been asked for, and so may be misspelt; NULL: none. */
const char *ob_filter_policy_unused(const ObFilterPolicy *policy);

/* The key of a permission: "drop". */
const char *ob_permission_key(ObPermission permission);

#endif
