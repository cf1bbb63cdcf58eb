/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules of a modelled kernel; shared by model.c and model-rule.c. */
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
    int get_error;  /* the answer to a read */
    int refusal;    /* the answer to a write of a value that the rule doesn't allow */
    bool busy;      /* the value is fixed after a vCPU has run */
    uint64_t limit; /* newest version, level, bits, or an ID register's value */
    uint16_t accepted[HW_REGS_FIELDS]; /* FIELDS: values of each field, as in the file */
} HwModelRule;

/* The rule for a file's register. */
HwModelRule hw_model_rule_of(const HwRegsFile *file, const HwRegsRow *row);

/* A firmware register gets the rule of its kind.  Any other register accepts all values, or only
 * `limit` if `constant`. */
HwModelRule hw_model_rule_for(uint64_t id, uint64_t limit, bool constant);

bool hw_model_rule_is_firmware(const HwModelRule *rule);

/* The value of a firmware register when a VM starts. */
uint64_t hw_model_rule_default(uint64_t id, const HwModelRule *rule);

/* The answer to a write: 0 or a negative errno.  *store: true if the write changes the value. */
int hw_model_rule_check(const HwModelRule *rule, uint64_t current, uint64_t value, bool has_run,
                        bool *store);

const char *hw_model_rule_name(const HwModelRule *rule);

#endif
