/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/vcpu/model-rule.h"

#include <errno.h>
#include <string.h>

#include "hw-api/device/vcpu-id.h"

/* Levels of WORKAROUND_2: 0 not available, 1 unknown, 2 available, 3 not required. */
#define LEVEL_MASK           UINT64_C(0xf)
#define LEVEL_2_AVAILABLE    2
#define LEVEL_2_NOT_REQUIRED 3
#define LEVEL_2_ENABLED      UINT64_C(0x10)

static bool is_id_register(uint64_t id)
{
    const uint64_t first = HW_VCPU_SYSREG(3, 0, 0, 1, 0);
    const uint64_t last = HW_VCPU_SYSREG(3, 0, 0, 7, 7);

    return id >= first && id <= last;
}

static HwModelRuleKind firmware_kind(uint64_t id)
{
    if (HW_VCPU_ID_ARCH(id) != HW_VCPU_ID_ARM64) {
        return HW_MODEL_ANY;
    }
    if (HW_VCPU_KIND(id) == HW_VCPU_KIND_FIRMWARE_BITMAP) {
        return HW_MODEL_BITMAP;
    }
    if (HW_VCPU_KIND(id) != HW_VCPU_KIND_FIRMWARE) {
        return HW_MODEL_ANY;
    }
    return id == HW_VCPU_PSCI_VERSION   ? HW_MODEL_PSCI
           : id == HW_VCPU_WORKAROUND_2 ? HW_MODEL_LEVEL_2
                                        : HW_MODEL_LEVEL;
}

bool hw_model_rule_is_firmware(const HwModelRule *rule)
{
    return rule->kind >= HW_MODEL_PSCI;
}

HwModelRule hw_model_rule_for(uint64_t id, uint64_t limit, bool constant)
{
    return (HwModelRule) {
        .kind = constant ? HW_MODEL_CONSTANT : firmware_kind(id),
        .refusal = -EINVAL,
        .limit = limit,
    };
}

/* -------------------------------------------------------- limits from a file */

/* A VM's starting value may be below the limit; the file's attempts show newer versions and more
 * bits. */
static uint64_t limit_of(const HwRegsFile *file, const HwRegsRow *row, HwModelRuleKind kind)
{
    uint64_t limit = hw_regs_number(row);

    if (kind == HW_MODEL_LEVEL || kind == HW_MODEL_LEVEL_2) {
        return limit & LEVEL_MASK;
    }
    for (uint32_t i = 0; i < file->attempt_count; i++) {
        const HwRegsAttempt *attempt = &file->attempts[i];

        if (attempt->id != row->id || attempt->set != 0) {
            continue;
        }
        if (kind == HW_MODEL_BITMAP) {
            limit |= attempt->written;
        } else if (attempt->written > limit) {
            limit = attempt->written;
        }
    }
    return limit;
}

static HwModelRuleKind measured_kind(const HwRegsFile *file, const HwRegsRow *row)
{
    if (hw_regs_find_fields(file, row->id)) {
        return HW_MODEL_FIELDS;
    }
    if (row->set_flipped != 0) {
        return HW_MODEL_CONSTANT;
    }
    if (memcmp(row->value, row->read_back, row->size) == 0) {
        return HW_MODEL_IGNORED;
    }
    return is_id_register(row->id) && file->fields_count == 0 ? HW_MODEL_FIELDS : HW_MODEL_ANY;
}

/* The file has no line "fields": assumes that each field may be lowered.  Bit 0 was flipped when
 * the file was written, and accepted; so a field 3:0 whose bit 0 is clear accepts any value. */
static void fields_assume(HwModelRule *rule)
{
    for (uint32_t i = 0; i < HW_REGS_FIELDS; i++) {
        rule->accepted[i] = (uint16_t)((2u << (rule->limit >> 4 * i & 15)) - 1);
    }
    if (!(rule->limit & 1)) {
        rule->accepted[0] = UINT16_MAX;
    }
}

static void fields_fill(HwModelRule *rule, const HwRegsFields *fields)
{
    if (fields) {
        memcpy(rule->accepted, fields->accepted, sizeof(rule->accepted));
    } else if (rule->kind == HW_MODEL_FIELDS) {
        fields_assume(rule);
    }
}

HwModelRule hw_model_rule_of(const HwRegsFile *file, const HwRegsRow *row)
{
    HwModelRule rule = {
        .kind = firmware_kind(row->id),
        .get_error = row->get,
        .busy = hw_regs_is_busy(file, row->id),
        .refusal = row->set_flipped ? row->set_flipped : -EINVAL,
        .limit = hw_regs_number(row),
    };

    if (hw_model_rule_is_firmware(&rule)) {
        rule.refusal = -EINVAL;
        rule.limit = limit_of(file, row, rule.kind);
    } else {
        rule.kind = measured_kind(file, row);
        fields_fill(&rule, hw_regs_find_fields(file, row->id));
    }
    return rule;
}

uint64_t hw_model_rule_default(uint64_t id, const HwModelRule *rule)
{
    /* The bits of this newer register are off until userspace sets them. */
    return id == HW_VCPU_VENDOR_HYP_BMAP_2 ? 0 : rule->limit;
}

/* -------------------------------------------------------------------- checks */

static bool fields_fit(const HwModelRule *rule, uint64_t value)
{
    for (uint32_t i = 0; i < HW_REGS_FIELDS; i++) {
        if (!(rule->accepted[i] >> (value >> 4 * i & 15) & 1)) {
            return false;
        }
    }
    return true;
}

static bool psci_fits(uint64_t newest, uint64_t value)
{
    const uint64_t psci_0_1 = 1;
    const uint64_t psci_0_2 = 2;

    if (newest == psci_0_1) {
        return value == psci_0_1;
    }
    return value == psci_0_2 || (value >= HW_PSCI_VERSION(1, 0) && value <= newest);
}

/* KVM tells only two of the four levels apart: not required, or any other. */
static bool level_2_fits(uint64_t host, uint64_t value)
{
    uint64_t level = value & LEVEL_MASK;

    if (value & ~(LEVEL_MASK | LEVEL_2_ENABLED) || level > LEVEL_2_NOT_REQUIRED) {
        return false;
    }
    if (value & LEVEL_2_ENABLED && level != LEVEL_2_AVAILABLE) {
        return false;
    }
    return level < LEVEL_2_AVAILABLE || host == LEVEL_2_NOT_REQUIRED;
}

static int bitmap_check(const HwModelRule *rule, uint64_t current, uint64_t value, bool has_run)
{
    if (value & ~rule->limit) {
        return rule->refusal;
    }
    return has_run && value != current ? -EBUSY : 0;
}

int hw_model_rule_check(const HwModelRule *rule, uint64_t current, uint64_t value, bool has_run,
                        bool *store)
{
    bool fits = true;

    *store = true;
    if (rule->busy && has_run && value != current && rule->kind != HW_MODEL_BITMAP) {
        return -EBUSY;
    }
    switch (rule->kind) {
    case HW_MODEL_ANY:
        break;
    case HW_MODEL_IGNORED:
        *store = false;
        break;
    case HW_MODEL_CONSTANT:
        fits = value == current;
        break;
    case HW_MODEL_FIELDS:
        fits = fields_fit(rule, value);
        break;
    case HW_MODEL_PSCI:
        fits = psci_fits(rule->limit, value);
        break;
    case HW_MODEL_LEVEL:
        fits = !(value & ~LEVEL_MASK) && value <= rule->limit;
        *store = false;
        break;
    case HW_MODEL_LEVEL_2:
        fits = level_2_fits(rule->limit, value);
        *store = false;
        break;
    case HW_MODEL_BITMAP:
        return bitmap_check(rule, current, value, has_run);
    }
    return fits ? 0 : rule->refusal;
}

const char *hw_model_rule_name(const HwModelRule *rule)
{
    static const char *const names[] = {
        [HW_MODEL_ANY] = "any",           [HW_MODEL_IGNORED] = "ignored",
        [HW_MODEL_CONSTANT] = "constant", [HW_MODEL_FIELDS] = "fields",
        [HW_MODEL_PSCI] = "psci",         [HW_MODEL_LEVEL] = "level",
        [HW_MODEL_LEVEL_2] = "level-2",   [HW_MODEL_BITMAP] = "bitmap",
    };

    return names[rule->kind];
}
