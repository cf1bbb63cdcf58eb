/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules of a modelled kernel; between model.c and model-rule.c. */
#ifndef HW_HOST_VCPU_MODEL_RULE_H
#define HW_HOST_VCPU_MODEL_RULE_H

#include "hw-api/host/vcpu/regs-file.h"

typedef enum HwModelRuleKind {
    HW_MODEL_ANY,
    HW_MODEL_IGNORED,
    HW_MODEL_CONSTANT,
    HW_MODEL_FIELDS,
    HW_MODEL_PSCI,
    HW_MODEL_LEVEL,
    HW_MODEL_LEVEL_2,
    HW_MODEL_BITMAP,
} HwModelRuleKind;

typedef struct HwModelRule {
    HwModelRuleKind kind;
    int get_error;              /* what reading answers */
    int refusal;                /* what a value that the rule doesn't allow answers */
    bool busy;                  /* no other value once a vCPU has run */
    uint64_t limit;             /* newest version, level, bits, or an ID register's value */
    uint16_t accepted[HW_REGS_FIELDS];  /* FIELDS: values of each field, as in the file */
} HwModelRule;

/* The rule for a file's register. */
HwModelRule hw_model_rule_of(const HwRegsFile *file, const HwRegsRow *row);

/* The rule of the id's kind, if it is a firmware register; else the register stores
 * anything, or only `limit`. */
HwModelRule hw_model_rule_for(uint64_t id, uint64_t limit, bool constant);

bool hw_model_rule_is_firmware(const HwModelRule *rule);

/* The value of a firmware register of such a kernel when a VM starts. */
uint64_t hw_model_rule_default(uint64_t id, const HwModelRule *rule);

/* Whether a set is accepted: 0 or a negative errno; *store: whether it changes the value. */
int hw_model_rule_check(const HwModelRule *rule, uint64_t current, uint64_t value, bool has_run,
                        bool *store);

const char *hw_model_rule_name(const HwModelRule *rule);

#endif
