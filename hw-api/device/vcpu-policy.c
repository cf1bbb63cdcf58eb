/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/device/vcpu-policy.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/device/vcpu-id.h"
#include "hw-api/device/vcpu-name.h"

#define TEXT_MAX 128 /* bytes of one rule */

/* The registers that upstream QEMU tolerates.  Kernels before 6.13 exposed the first three also
 * without the feature; 6.15 added the last, with no bit set. */
static const HwVcpuRule upstream_rules[] = {
    { .action = HW_VCPU_TOLERATE, .id = HW_VCPU_SYSREG(3, 0, 2, 0, 3) },  /* TCR2_EL1 */
    { .action = HW_VCPU_TOLERATE, .id = HW_VCPU_SYSREG(3, 0, 10, 2, 2) }, /* PIRE0_EL1 */
    { .action = HW_VCPU_TOLERATE, .id = HW_VCPU_SYSREG(3, 0, 10, 2, 3) }, /* PIR_EL1 */
    { .action = HW_VCPU_TOLERATE, .id = HW_VCPU_VENDOR_HYP_BMAP_2, .mask = UINT64_MAX },
};

/* Parts of a rule behind the name of the register. */
typedef enum Form { NAME_ALONE, VALUE_OPTIONAL, VALUE_AND_MASK_OPTIONAL, VALUE_NEEDED } Form;

static const struct {
    const char *name;
    Form form;
} actions[] = {
    [HW_VCPU_HIDE] = { "hide", NAME_ALONE },
    [HW_VCPU_PIN] = { "pin", VALUE_NEEDED },
    [HW_VCPU_OFFERED] = { "offered", VALUE_OPTIONAL },
    [HW_VCPU_TOLERATE] = { "tolerate", VALUE_AND_MASK_OPTIONAL },
    [HW_VCPU_KEEP] = { "keep", NAME_ALONE },
};

#define ACTION_COUNT (sizeof(actions) / sizeof(actions[0]))

/* ------------------------------------------------------------------- reading */

/* Hexadecimal with 0x, or decimal. */
static bool number_parse(const char *text, uint64_t *value)
{
    char *end;

    if (text[0] < '0' || text[0] > '9') {
        return false;
    }
    errno = 0;
    *value = strtoull(text, &end, strncmp(text, "0x", 2) == 0 ? 16 : 10);
    return !*end && errno == 0;
}

static bool rule_store(HwVcpuPolicy *policy, const HwVcpuRule *rule, HwError *error)
{
    if (policy->count == HW_VCPU_RULES_MAX) {
        return hw_error_set(error, "more than %d rules", HW_VCPU_RULES_MAX);
    }
    policy->rules[policy->count++] = *rule;
    return true;
}

/* Reads VALUE or VALUE/MASK of register `name`; it cuts `text` at the slash. */
static bool value_parse(char *text, const char *name, HwVcpuRule *rule, HwError *error)
{
    const char *action = actions[rule->action].name;
    char *slash = strchr(text, '/');

    rule->mask = UINT64_MAX;
    if (slash) {
        *slash++ = '\0';
    }
    if (!number_parse(text, &rule->value)) {
        return hw_error_set(error, "%s: %s: invalid value '%s': expected a number of up to 64 bits",
                            action, name, text);
    }
    if (slash && actions[rule->action].form != VALUE_AND_MASK_OPTIONAL) {
        return hw_error_set(error, "%s: %s has a mask, expected %s=VALUE", action, name, name);
    }
    if (slash && !number_parse(slash, &rule->mask)) {
        return hw_error_set(error, "%s: %s: invalid mask '%s': expected a number of up to 64 bits",
                            action, name, slash);
    }
    return !(rule->value & ~rule->mask) ||
           hw_error_set(error,
                        "%s: %s has bits outside of its mask: 0x%" PRIx64
                        ", expected only bits of 0x%" PRIx64,
                        action, name, rule->value, rule->mask);
}

/* Reads NAME[=VALUE[/MASK]]; it cuts `text` into words. */
static bool rule_parse(HwVcpuPolicy *policy, HwVcpuAction action, char *text, HwError *error)
{
    HwVcpuRule rule = { .action = action };
    char *equals = strchr(text, '=');

    if (action == HW_VCPU_TOLERATE && strcmp(text, "default") == 0) {
        for (size_t i = 0; i < sizeof(upstream_rules) / sizeof(upstream_rules[0]); i++) {
            if (!rule_store(policy, &upstream_rules[i], error)) {
                return false;
            }
        }
        return true;
    }
    if (equals) {
        *equals = '\0';
    }
    if (!hw_vcpu_id_parse(text, &rule.id)) {
        return hw_error_set(error, "%s: invalid register '%s': expected a name, or an id with 0x",
                            actions[action].name, text);
    }
    if (!equals && actions[action].form == VALUE_NEEDED) {
        return hw_error_set(error, "%s: %s has no value, expected %s=VALUE", actions[action].name,
                            text, text);
    }
    if (equals && actions[action].form == NAME_ALONE) {
        return hw_error_set(error, "%s: %s has a value, expected the name alone",
                            actions[action].name, text);
    }
    return (!equals || value_parse(equals + 1, text, &rule, error)) &&
           rule_store(policy, &rule, error);
}

/* Calls `parse` for each part between `separator`s; empty parts are skipped. */
static bool parts_parse(const char *text, char separator, HwError *error,
                        bool (*parse)(HwVcpuPolicy *policy, uint32_t detail, char *part,
                                      HwError *error),
                        HwVcpuPolicy *policy, uint32_t detail)
{
    while (*text) {
        const char *end = strchr(text, separator);
        size_t length = end ? (size_t)(end - text) : strlen(text);
        char *part = malloc(length + 1);
        bool good;

        if (!part) {
            return hw_error_set(error, "out of memory");
        }
        memcpy(part, text, length);
        part[length] = '\0';
        good = length == 0 || parse(policy, detail, part, error);
        free(part);
        if (!good) {
            return false;
        }
        text += length + (end ? 1 : 0);
    }
    return true;
}

/* NAME[3-13] stands for NAME[3] to NAME[13].  Returns the opening bracket; NULL: `part` has no
 * such range. */
static const char *range_find(const char *part, uint32_t *first, uint32_t *last)
{
    const char *open = strchr(part, '[');
    int end = 0;

    if (open && sscanf(open, "[%3" SCNu32 "-%3" SCNu32 "]%n", first, last, &end) == 2 && end) {
        return open;
    }
    return NULL;
}

static bool named_rule_parse(HwVcpuPolicy *policy, uint32_t action, char *part, HwError *error)
{
    uint32_t first, last;
    const char *open = range_find(part, &first, &last);
    char text[TEXT_MAX + 8];

    if (strlen(part) >= TEXT_MAX) {
        return hw_error_set(error, "%s: a rule is longer than %d bytes", actions[action].name,
                            TEXT_MAX - 1);
    }
    if (!open) {
        return rule_parse(policy, (HwVcpuAction)action, part, error);
    }
    for (uint32_t i = first; i <= last; i++) {
        snprintf(text, sizeof(text), "%.*s[%" PRIu32 "]%s", (int)(open - part), part, i,
                 strchr(open, ']') + 1);
        if (!rule_parse(policy, (HwVcpuAction)action, text, error)) {
            return false;
        }
    }
    return first <= last ||
           hw_error_set(error, "%s: invalid range '%s': expected the smaller number first",
                        actions[action].name, part);
}

bool hw_vcpu_policy_add(HwVcpuPolicy *policy, HwVcpuAction action, const char *text, HwError *error)
{
    uint32_t before = policy->count;

    if (!parts_parse(text, ':', error, named_rule_parse, policy, action)) {
        policy->count = before;
        return false;
    }
    return true;
}

bool hw_vcpu_policy_set_psci(HwVcpuPolicy *policy, const char *version, HwError *error)
{
    HwVcpuRule rule = { .action = HW_VCPU_PIN, .id = HW_VCPU_PSCI_VERSION };
    unsigned int major, minor;
    int end = 0;

    if (strspn(version, "0123456789.") != strlen(version) ||
        sscanf(version, "%1u.%2u%n", &major, &minor, &end) != 2 || version[end]) {
        return hw_error_set(error,
                            "psci-version: invalid value '%.40s': expected 0.2, 1.0, "
                            "1.1 ...",
                            version);
    }
    if (major == 0 && minor != 2) {
        return hw_error_set(error, "psci-version: invalid value '%s': expected 0.2, 1.0, 1.1 ...",
                            version);
    }
    rule.value = HW_PSCI_VERSION(major, minor);
    return rule_store(policy, &rule, error);
}

static bool word_parse(HwVcpuPolicy *policy, uint32_t detail, char *part, HwError *error)
{
    char *value = strchr(part, '=');

    (void)detail;
    if (!value) {
        return hw_error_set(error, "'%.40s' has no value, expected KEY=VALUE", part);
    }
    *value++ = '\0';
    for (uint32_t i = 0; i < ACTION_COUNT; i++) {
        if (strcmp(actions[i].name, part) == 0) {
            return hw_vcpu_policy_add(policy, (HwVcpuAction)i, value, error);
        }
    }
    if (strcmp(part, "psci-version") == 0) {
        return hw_vcpu_policy_set_psci(policy, value, error);
    }
    if (strcmp(part, "clear-unknown") == 0) {
        policy->clear_unknown = strcmp(value, "on") == 0;
        return policy->clear_unknown || strcmp(value, "off") == 0 ||
               hw_error_set(error, "clear-unknown: invalid value '%.40s': expected on or off",
                            value);
    }
    return hw_error_set(error,
                        "unknown policy '%.40s', expected hide, pin, psci-version, offered, "
                        "tolerate, keep or clear-unknown",
                        part);
}

bool hw_vcpu_policy_parse(HwVcpuPolicy *policy, const char *text, HwError *error)
{
    uint32_t before = policy->count;
    bool cleared = policy->clear_unknown;

    if (!parts_parse(text, ',', error, word_parse, policy, 0)) {
        policy->count = before;
        policy->clear_unknown = cleared;
        return false;
    }
    return true;
}

/* ------------------------------------------------------------------- asking */

const HwVcpuRule *hw_vcpu_policy_find(const HwVcpuPolicy *policy, HwVcpuAction action, uint64_t id)
{
    for (uint32_t i = policy->count; i-- > 0;) {
        if (policy->rules[i].id == id && policy->rules[i].action == (uint32_t)action) {
            return &policy->rules[i];
        }
    }
    return NULL;
}

bool hw_vcpu_policy_clears(const HwVcpuPolicy *policy, uint64_t id)
{
    return policy->clear_unknown && HW_VCPU_ID_ARCH(id) == HW_VCPU_ID_ARM64 &&
           HW_VCPU_KIND(id) == HW_VCPU_KIND_FIRMWARE_BITMAP &&
           (id & 0xffff) >= HW_VCPU_KNOWN_BITMAPS;
}

bool hw_vcpu_policy_tolerates(const HwVcpuPolicy *policy, uint64_t id, uint64_t value)
{
    const HwVcpuRule *rule = hw_vcpu_policy_find(policy, HW_VCPU_TOLERATE, id);

    return rule && (value & rule->mask) == rule->value;
}
