/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Changes a vCPU's registers from the kernel's starting values to the policy's. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/device/vcpu-id.h"
#include "hw-api/device/vcpu-merge.h"
#include "hw-api/device/vcpu-name.h"

/* The kernel ignores a write to a mitigation's level: it keeps the host's. */
static bool is_level(uint64_t id)
{
    return HW_VCPU_ID_ARCH(id) == HW_VCPU_ID_ARM64 && HW_VCPU_KIND(id) == HW_VCPU_KIND_FIRMWARE &&
           id != HW_VCPU_PSCI_VERSION;
}

static bool is_firmware(uint64_t id)
{
    return HW_VCPU_ID_ARCH(id) == HW_VCPU_ID_ARM64 &&
           (HW_VCPU_KIND(id) == HW_VCPU_KIND_FIRMWARE ||
            HW_VCPU_KIND(id) == HW_VCPU_KIND_FIRMWARE_BITMAP);
}

static bool pin_refuse(uint64_t id, uint64_t value, HwError *error, const char *reason,
                       uint64_t own)
{
    char name[HW_VCPU_NAME_SIZE];

    return hw_error_set(error,
                        "%s (0x%016" PRIx64 ") can't be pinned to 0x%" PRIx64 ": %s, the "
                        "register has 0x%" PRIx64,
                        hw_vcpu_name(id, name), id, value, reason, own);
}

/* Sets one register and reads it back: a kernel may accept a value and store another one. */
static bool pin_set(const HwVcpuPort *port, HwVcpuEntry *entry, uint64_t value, HwError *error)
{
    uint64_t own = entry->value;
    uint64_t stored = 0;

    if (own == value) {
        return true;
    }
    if (is_firmware(entry->id) && port->service->has_run(port->dev)) {
        return pin_refuse(entry->id, value, error, "a vCPU has already run", own);
    }
    if (is_level(entry->id)) {
        return value < own || pin_refuse(entry->id, value, error, "this host is less safe", own);
    }
    if (hw_vcpu_write(port, entry->id, value) != 0) {
        return pin_refuse(entry->id, value, error, "the kernel refuses the value", own);
    }
    hw_vcpu_read(port, entry->id, &stored);
    if (stored != value) {
        hw_vcpu_write(port, entry->id, own);
        return pin_refuse(entry->id, value, error, "the kernel stores another value", stored);
    }
    entry->value = value;
    return true;
}

/* The value that the register gets. */
static uint64_t wanted_value(const HwVcpuPolicy *policy, const HwVcpuEntry *entry)
{
    const HwVcpuRule *pin = hw_vcpu_policy_find(policy, HW_VCPU_PIN, entry->id);

    if (pin) {
        return pin->value;
    }
    return hw_vcpu_policy_clears(policy, entry->id) ? 0 : entry->value;
}

/* A kernel without the register behaves like one with PSCI 0.2, no bits and level 0. */
static bool absent_check(const HwVcpuRule *pin, HwError *error)
{
    char name[HW_VCPU_NAME_SIZE];
    uint64_t implied = pin->id == HW_VCPU_PSCI_VERSION ? HW_PSCI_VERSION(0, 2) : 0;

    if (is_firmware(pin->id) && pin->value == implied) {
        return true;
    }
    return hw_error_set(error,
                        "%s (0x%016" PRIx64 ") can't be pinned to 0x%" PRIx64 ": this "
                        "kernel does not have the register",
                        hw_vcpu_name(pin->id, name), pin->id, pin->value);
}

static bool absent_pins_check(const HwVcpuPolicy *policy, const HwVcpuEntry *list, uint32_t count,
                              HwError *error)
{
    for (uint32_t i = 0; i < policy->count; i++) {
        const HwVcpuRule *rule = &policy->rules[i];

        if (rule->action == HW_VCPU_PIN && !hw_vcpu_find(list, count, rule->id) &&
            !absent_check(rule, error)) {
            return false;
        }
    }
    return true;
}

static bool hides_check(const HwVcpuPolicy *policy, const HwVcpuEntry *list, uint32_t count,
                        HwError *error)
{
    for (uint32_t i = 0; i < count; i++) {
        if (hw_vcpu_policy_find(policy, HW_VCPU_HIDE, list[i].id) &&
            !hw_vcpu_policy_may_hide(policy, list, count, &list[i], error)) {
            return false;
        }
    }
    return true;
}

/* *done: the number of registers that were handled; on failure pin_set() has undone the next. */
static bool pins_set(const HwVcpuPort *port, const HwVcpuPolicy *policy, HwVcpuEntry *list,
                     uint32_t count, uint32_t *done, HwError *error)
{
    for (*done = 0; *done < count; ++*done) {
        if (!pin_set(port, &list[*done], wanted_value(policy, &list[*done]), error)) {
            return false;
        }
    }
    return true;
}

bool hw_vcpu_enforce(const HwVcpuPort *port, const HwVcpuPolicy *policy, HwVcpuEntry *list,
                     uint32_t count, HwError *error)
{
    HwVcpuEntry *before = malloc((count + 1) * sizeof(*before));
    uint32_t done = 0;
    bool good;

    if (!before) {
        return hw_error_set(error, "out of memory");
    }
    memcpy(before, list, count * sizeof(*before));
    good = absent_pins_check(policy, list, count, error) &&
           pins_set(port, policy, list, count, &done, error) &&
           hides_check(policy, list, count, error);
    while (!good && done-- > 0) {
        if (before[done].value != list[done].value) {
            hw_vcpu_write(port, before[done].id, before[done].value);
            list[done].value = before[done].value;
        }
    }
    free(before);
    return good;
}

uint64_t hw_vcpu_sent_value(const HwVcpuPolicy *policy, const HwVcpuEntry *entry)
{
    const HwVcpuRule *pin = is_level(entry->id)
                                ? hw_vcpu_policy_find(policy, HW_VCPU_PIN, entry->id)
                                : NULL;

    return pin && pin->value < entry->value ? pin->value : entry->value;
}
