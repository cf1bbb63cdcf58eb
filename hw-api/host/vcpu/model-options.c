/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/device/vcpu-name.h"
#include "hw-api/device/vcpu-policy.h"
#include "hw-api/host/vcpu/model.h"

typedef struct Option {
    const char *key;
    bool (*set)(HwVcpuModel *model, const struct Option *option, const char *value, HwError *error);
    HwVcpuAction form; /* the policy's action with the same syntax */
    bool (*change)(HwVcpuModel *model, const HwVcpuRule *rule);
    const char *failure;
} Option;

static bool class_set(HwVcpuModel *model, const Option *option, const char *value, HwError *error)
{
    (void)option;
    if (value[0] != 'K' || value[1] < '0' || value[1] >= '0' + HW_VCPU_MODEL_CLASSES || value[2]) {
        return hw_error_set(error, "class: invalid value '%.40s': expected K0 to K%d", value,
                            HW_VCPU_MODEL_CLASSES - 1);
    }
    return hw_vcpu_model_set_class(model, (uint32_t)(value[1] - '0')) ||
           hw_error_set(error, "class: out of memory");
}

static bool has_run_set(HwVcpuModel *model, const Option *option, const char *value, HwError *error)
{
    bool on = strcmp(value, "on") == 0;

    (void)option;
    if (!on && strcmp(value, "off") != 0) {
        return hw_error_set(error, "has-run: invalid value '%.40s': expected on or off", value);
    }
    hw_vcpu_model_set_has_run(model, on);
    return true;
}

static bool limit_change(HwVcpuModel *model, const HwVcpuRule *rule)
{
    return hw_vcpu_model_limit(model, rule->id, rule->value);
}

static bool with_change(HwVcpuModel *model, const HwVcpuRule *rule)
{
    return hw_vcpu_model_add(model, rule->id, rule->value, false);
}

static bool without_change(HwVcpuModel *model, const HwVcpuRule *rule)
{
    return hw_vcpu_model_remove(model, rule->id);
}

/* Reads a list of registers with the policy's parser. */
static bool list_set(HwVcpuModel *model, const Option *option, const char *value, HwError *error)
{
    HwVcpuPolicy rules = { .count = 0 };
    char name[HW_VCPU_NAME_SIZE];
    HW_ERROR(reason, 256);
    const char *behind;

    if (!hw_vcpu_policy_add(&rules, option->form, value, &reason)) {
        behind = strchr(reason.text, ':');
        return hw_error_set(error, "%s:%s", option->key, behind ? behind + 1 : reason.text);
    }
    for (uint32_t i = 0; i < rules.count; i++) {
        if (!option->change(model, &rules.rules[i])) {
            return hw_error_set(error, "%s: %s (0x%016" PRIx64 ") %s", option->key,
                                hw_vcpu_name(rules.rules[i].id, name), rules.rules[i].id,
                                option->failure);
        }
    }
    return true;
}

bool hw_vcpu_model_configure(HwVcpuModel *model, const char *key, const char *value, HwError *error)
{
    static const Option options[] = {
        { "class", class_set, 0, NULL, NULL },
        { "limit", list_set, HW_VCPU_PIN, limit_change,
          "is not a firmware register of this kernel" },
        { "with", list_set, HW_VCPU_PIN, with_change,
          "already exists, or has a size other than 4 and 8 bytes" },
        { "without", list_set, HW_VCPU_HIDE, without_change, "is not a register of this kernel" },
        { "has-run", has_run_set, 0, NULL, NULL },
    };

    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
        if (strcmp(options[i].key, key) == 0) {
            return options[i].set(model, &options[i], value, error);
        }
    }
    return hw_error_set(error,
                        "unknown key '%.40s', expected class, limit, with, without or "
                        "has-run",
                        key);
}
