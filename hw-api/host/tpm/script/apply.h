/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rule for a command, and its changes of the answer. */
#ifndef HW_HOST_TPM_APPLY_H
#define HW_HOST_TPM_APPLY_H

#include "hw-api/host/tpm/script/rules.h"

/* Counts the command for each rule, and returns the rule that decides; NULL: none.  `seen` has a
 * count for each rule. */
const HwTpmRule *hw_tpm_rules_decide(const HwTpmRules *rules, uint32_t *seen, uint32_t command);

/* Changes an answer of `size` bytes in a buffer of `capacity` bytes, and returns its new size.  Bytes
 * beyond the answer are not changed. */
uint32_t hw_tpm_rule_edit(const HwTpmRule *rule, uint8_t *answer, uint32_t size, uint32_t capacity);

#endif
