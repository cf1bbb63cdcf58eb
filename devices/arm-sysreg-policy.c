/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the user wants to be different from what the kernel starts a vCPU with. */
#include "devices/arm-sysreg-sync.h"

#include <inttypes.h>

#include "hw-api/device/error.h"
#include "hw-api/device/vcpu-id.h"
#include "hw-api/device/vcpu-name.h"

bool arm_sysreg_policy_read(ArmSysregSync *s, HwError *error)
{
    s->policy.count = 0;
    s->policy.clear_unknown = s->clear_unknown;
    for (uint32_t action = HW_VCPU_HIDE; action <= HW_VCPU_KEEP; action++) {
        const char *text = s->rules[action];

        if (text && !hw_vcpu_policy_add(&s->policy, (HwVcpuAction)action, text, error)) {
            return false;
        }
    }
    return !s->psci_version ||
           hw_vcpu_policy_set_psci(&s->policy, s->psci_version, error);
}

/* The kernel keeps its own level of a mitigation, whatever it is given. */
static bool is_level(uint64_t id)
{
    return HW_VCPU_ID_ARCH(id) == HW_VCPU_ID_ARM64 &&
           HW_VCPU_KIND(id) == HW_VCPU_KIND_FIRMWARE && id != HW_VCPU_PSCI_VERSION;
}

static bool is_firmware(uint64_t id)
{
    return HW_VCPU_ID_ARCH(id) == HW_VCPU_ID_ARM64 &&
           (HW_VCPU_KIND(id) == HW_VCPU_KIND_FIRMWARE ||
            HW_VCPU_KIND(id) == HW_VCPU_KIND_FIRMWARE_BITMAP);
}

static bool pin_refuse(uint64_t id, uint64_t value, HwError *error, const char *reason, uint64_t own)
{
    char name[HW_VCPU_NAME_SIZE];

    return hw_error_set(error, "%s (0x%016" PRIx64 ") can't be pinned to 0x%" PRIx64 ": %s, it has "
                        "0x%" PRIx64, hw_vcpu_name(id, name), id, value, reason, own);
}

/* Sets one register and looks whether it is there. */
static bool pin_set(ArmSysregSync *s, HwVcpuEntry *entry, uint64_t value, HwError *error)
{
    uint64_t own = entry->value;
    uint64_t stored = 0;

    if (own == value) {
        return true;
    }
    if (is_firmware(entry->id) && s->port.service->has_run(s->port.dev)) {
        return pin_refuse(entry->id, value, error, "a vCPU has run already", own);
    }
    if (is_level(entry->id)) {
        return value < own || pin_refuse(entry->id, value, error,
                                         "this host is not as safe", own);
    }
    if (hw_vcpu_write(&s->port, entry->id, value) != 0) {
        return pin_refuse(entry->id, value, error, "the kernel refuses that", own);
    }
    hw_vcpu_read(&s->port, entry->id, &stored);
    if (stored != value) {
        hw_vcpu_write(&s->port, entry->id, own);
        return pin_refuse(entry->id, value, error, "the kernel stores another value", stored);
    }
    entry->value = value;
    return true;
}

/* What is to become of a register of the list. */
static uint64_t wanted_value(const ArmSysregSync *s, const HwVcpuEntry *entry)
{
    const HwVcpuRule *pin = hw_vcpu_policy_find(&s->policy, HW_VCPU_PIN, entry->id);

    if (pin) {
        return pin->value;
    }
    return hw_vcpu_policy_clears(&s->policy, entry->id) ? 0 : entry->value;
}

/* A kernel without the register has PSCI 0.2, and no bits or levels. */
static bool absent_check(const HwVcpuRule *pin, HwError *error)
{
    char name[HW_VCPU_NAME_SIZE];
    uint64_t implied = pin->id == HW_VCPU_PSCI_VERSION ? HW_PSCI_VERSION(0, 2) : 0;

    if (is_firmware(pin->id) && pin->value == implied) {
        return true;
    }
    return hw_error_set(error, "%s (0x%016" PRIx64 ") can't be pinned to 0x%" PRIx64 ": this kernel "
                        "lacks it", hw_vcpu_name(pin->id, name), pin->id, pin->value);
}

static bool hides_check(const ArmSysregSync *s, HwError *error)
{
    const ArmSysregList *list = &s->list;

    for (uint32_t i = 0; i < list->count; i++) {
        if (hw_vcpu_policy_find(&s->policy, HW_VCPU_HIDE, list->entries[i].id) &&
            !hw_vcpu_policy_may_hide(&s->policy, list->entries, list->count, &list->entries[i],
                                     error)) {
            return false;
        }
    }
    return true;
}

static bool pins_set(ArmSysregSync *s, uint32_t *done, HwError *error)
{
    ArmSysregList *list = &s->list;

    for (uint32_t i = 0; i < s->policy.count; i++) {
        const HwVcpuRule *rule = &s->policy.rules[i];

        if (rule->action == HW_VCPU_PIN && arm_sysreg_index(s, rule->id) < 0 &&
            !absent_check(rule, error)) {
            return false;
        }
    }
    for (*done = 0; *done < list->count; ++*done) {
        HwVcpuEntry *entry = &list->entries[*done];

        if (!pin_set(s, entry, wanted_value(s, entry), error)) {
            return false;
        }
    }
    return true;
}

bool arm_sysreg_policy_enforce(ArmSysregSync *s, HwError *error)
{
    ArmSysregList *list = &s->list;
    uint32_t done = 0;

    /* The values before, for the way back. */
    for (uint32_t i = 0; i < list->count; i++) {
        s->before[i] = list->entries[i];
    }
    if (pins_set(s, &done, error) && hides_check(s, error)) {
        return true;
    }
    while (done-- > 0) {
        if (s->before[done].value != list->entries[done].value) {
            hw_vcpu_write(&s->port, s->before[done].id, s->before[done].value);
        }
    }
    return false;
}

bool arm_sysreg_is_hidden(const ArmSysregSync *s, uint32_t index)
{
    const ArmSysregList *list = &s->list;

    return hw_vcpu_policy_find(&s->policy, HW_VCPU_HIDE, list->entries[index].id) &&
           hw_vcpu_policy_may_hide(&s->policy, list->entries, list->count, &list->entries[index],
                                   NULL);
}
