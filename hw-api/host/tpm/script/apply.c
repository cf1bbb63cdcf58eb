/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/tpm/script/apply.h"

#include <string.h>

const HwTpmRule *hw_tpm_rules_decide(const HwTpmRules *rules, uint32_t *seen, uint32_t command)
{
    const HwTpmRule *decides = NULL;

    for (uint32_t i = 0; i < rules->count; i++) {
        const HwTpmRule *rule = &rules->rules[i];

        if (!rule->any && rule->command != command) {
            continue;
        }
        seen[i] += seen[i] < UINT32_MAX;
        if (!decides && seen[i] >= rule->first && seen[i] <= rule->last) {
            decides = rule;
        }
    }
    return decides;
}

static uint32_t min(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

uint32_t hw_tpm_rule_edit(const HwTpmRule *rule, uint8_t *answer, uint32_t size, uint32_t capacity)
{
    for (uint32_t i = 0; i < rule->edit_count; i++) {
        const HwTpmEdit *edit = &rule->edits[i];
        uint32_t behind = edit->at < size ? size - edit->at : 0;

        switch (edit->kind) {
        case HW_TPM_CUT:
            size = min(size, edit->at);
            break;
        case HW_TPM_PAD:
            memset(answer + size, 0, min(edit->at, capacity - size));
            size += min(edit->at, capacity - size);
            break;
        case HW_TPM_FLIP:
            if (behind) {
                answer[edit->at] ^= edit->mask;
            }
            break;
        case HW_TPM_PUT:
            if (behind) {
                memcpy(answer + edit->at, edit->bytes, min(edit->size, behind));
            }
            break;
        }
    }
    return size;
}
