/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Saves and loads the list of registers: ids and values, in any order. */
#include "devices/arm-sysreg-sync.h"

#include <inttypes.h>
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "hw-api/device/vcpu-id.h"
#include "hw-api/device/vcpu-name.h"

/* --------------------------------------------------------------------- saving */

/* The value for the destination.  For a mitigation this is the level that the guest saw. */
static uint64_t sent_value(const ArmSysregSync *s, uint32_t index)
{
    uint64_t value = hw_vcpu_sent_value(&s->policy, &s->list.entries[index]);

    return s->list.told[index] < value && s->list.told[index] != ARM_SYSREG_NOT_TOLD
               ? s->list.told[index]
               : value;
}

/* A hidden register is sent, not lost, if its value has come to matter since. */
static bool is_left_out(const ArmSysregSync *s, uint32_t index)
{
    HW_ERROR(reason, HW_VCPU_EXPLAIN_SIZE);
    const ArmSysregList *list = &s->list;

    if (!hw_vcpu_policy_find(&s->policy, HW_VCPU_HIDE, list->entries[index].id)) {
        return false;
    }
    if (hw_vcpu_policy_may_hide(&s->policy, list->entries, list->count, &list->entries[index],
                                &reason)) {
        return true;
    }
    hw_log((HwDevice *)&s->dev, HW_LOG_WARNING, "%s; it is sent", reason.text);
    return false;
}

static void section_make(HwDevice *dev)
{
    ArmSysregSync *s = HW_DEVICE(ArmSysregSync, dev);
    uint8_t *to = s->section;
    int answer = arm_sysreg_list_from_kernel(s);
    char name[HW_VCPU_NAME_SIZE];

    if (answer) {
        hw_log(dev, HW_LOG_ERROR,
               "%s (0x%016" PRIx64 ") can't be read: answer %d; its last value "
               "is saved",
               hw_vcpu_name(s->list.entries[s->failed].id, name), s->list.entries[s->failed].id,
               answer);
    }
    for (uint32_t i = 0; i < s->list.count; i++) {
        if (!is_left_out(s, i)) {
            hw_store_be64(to, s->list.entries[i].id);
            hw_store_be64(to + 8, sent_value(s, i));
            to += ARM_SYSREG_BYTES;
        }
    }
    s->section_vcpu = s->vcpu;
    s->section_length = (uint32_t)(to - s->section);
}

/* -------------------------------------------------------------------- loading */

static void step_report(ArmSysregSync *s, const HwVcpuStep *step)
{
    char text[HW_VCPU_EXPLAIN_SIZE];

    if (hw_vcpu_step_is_refused(step)) {
        hw_log(&s->dev, HW_LOG_ERROR, "%s", hw_vcpu_explain(step, text, sizeof(text)));
    } else if (step->kind != HW_VCPU_STEP_SET) {
        hw_log(&s->dev, HW_LOG_WARNING, "%s", hw_vcpu_explain(step, text, sizeof(text)));
    }
}

/* The kernel may accept a value and store another value. */
static void step_compare(ArmSysregSync *s, const HwVcpuStep *step)
{
    int32_t index = arm_sysreg_index(s, step->id);
    char name[HW_VCPU_NAME_SIZE];
    uint64_t stored;

    if (index < 0 || step->kind != HW_VCPU_STEP_SET || arm_sysreg_is_count(step->id)) {
        return;
    }
    stored = s->list.entries[index].value;
    if (HW_VCPU_KIND(step->id) == HW_VCPU_KIND_FIRMWARE && step->id != HW_VCPU_PSCI_VERSION &&
        step->incoming < ARM_SYSREG_NOT_TOLD) {
        s->list.told[index] = (uint8_t)step->incoming;
    } else if (stored != step->incoming) {
        hw_log(&s->dev, HW_LOG_WARNING,
               "%s (0x%016" PRIx64 "): incoming 0x%" PRIx64 ", but the kernel stores 0x%" PRIx64,
               hw_vcpu_name(step->id, name), step->id, step->incoming, stored);
    }
}

/* A step for each register of the stream and of this vCPU. */
typedef struct Plan {
    HwVcpuStep steps[2 * ARM_SYSREG_MAX];
    uint32_t count;
} Plan;

static bool section_read(const ArmSysregSync *s, HwVcpuEntry *incoming, uint32_t *count,
                         HwError *error)
{
    if (s->section_vcpu != s->vcpu) {
        return hw_error_set(error, "registers of vCPU %" PRIu32 ", expected vCPU %" PRIu32,
                            s->section_vcpu, s->vcpu);
    }
    if (s->section_length % ARM_SYSREG_BYTES) {
        return hw_error_set(error,
                            "the list of registers has %" PRIu32 " bytes, expected a "
                            "multiple of %d",
                            s->section_length, ARM_SYSREG_BYTES);
    }
    *count = s->section_length / ARM_SYSREG_BYTES;
    for (uint32_t i = 0; i < *count; i++) {
        incoming[i].id = hw_load_be64(s->section + i * ARM_SYSREG_BYTES);
        incoming[i].value = hw_load_be64(s->section + i * ARM_SYSREG_BYTES + 8);
    }
    return hw_vcpu_sort(incoming, *count, error);
}

/* Until the load is accepted, the list has the kernel's values from before the load. */
static bool plan_make(ArmSysregSync *s, Plan *plan, HwError *error)
{
    HwVcpuEntry incoming[ARM_SYSREG_MAX];
    uint32_t count = 0;

    if (!section_read(s, incoming, &count, error)) {
        return false;
    }
    plan->count = hw_vcpu_merge(&s->policy, incoming, count, s->list.entries, s->list.count,
                                plan->steps);
    return true;
}

/* Sets the values already here: only the kernel knows which values it accepts. */
static bool plan_try(ArmSysregSync *s, Plan *plan, HwError *error)
{
    bool good = hw_vcpu_apply(&s->port, plan->steps, plan->count, error);

    for (uint32_t i = 0; i < plan->count; i++) {
        step_report(s, &plan->steps[i]);
    }
    return good;
}

static bool section_load(HwDevice *dev, uint32_t version, HwError *error)
{
    ArmSysregSync *s = HW_DEVICE(ArmSysregSync, dev);
    HW_ERROR(reason, HW_VCPU_EXPLAIN_SIZE + 80);
    Plan plan;

    (void)version;
    if (hw_vcpu_read_values(&s->port, s->list.entries, s->list.count, &reason) &&
        plan_make(s, &plan, &reason) && plan_try(s, &plan, &reason)) {
        return true;
    }
    return hw_error_set(error, "%s: %s", dev->id, reason.text);
}

void arm_sysreg_loaded(HwDevice *dev)
{
    ArmSysregSync *s = HW_DEVICE(ArmSysregSync, dev);
    Plan plan;

    if (!plan_make(s, &plan, NULL)) {
        return; /* post_load has refused the section */
    }
    arm_sysreg_list_from_kernel(s);
    for (uint32_t i = 0; i < plan.count; i++) {
        step_compare(s, &plan.steps[i]);
    }
    arm_sysreg_list_to_state(s);
}

/* The restored fields are from an older save, or zero if nothing was saved.  So take the list,
 * which has the kernel's values from before the load. */
void arm_sysreg_load_undone(HwDevice *dev)
{
    static const HwVcpuPolicy no_policy;
    ArmSysregSync *s = HW_DEVICE(ArmSysregSync, dev);
    const ArmSysregList *list = &s->list;
    HW_ERROR(reason, HW_VCPU_EXPLAIN_SIZE + 80);
    HwVcpuEntry current[ARM_SYSREG_MAX];
    Plan plan;

    memcpy(current, list->entries, list->count * sizeof(current[0]));
    hw_vcpu_read_values(&s->port, current, list->count, NULL);
    plan.count = hw_vcpu_merge(&no_policy, list->entries, list->count, current, list->count,
                               plan.steps);
    if (!hw_vcpu_apply(&s->port, plan.steps, plan.count, &reason)) {
        hw_log(dev, HW_LOG_ERROR, "the values that the load has replaced can't be set: %s",
               reason.text);
    }
    arm_sysreg_list_to_state(s);
}

/* clang-format off */
const HwState arm_sysreg_state = {
    .name = "arm-sysreg-sync",
    .version = 1,
    .minimum_version = 1,
    .fields = HW_ROWS(HwStateField,
        HW_SAVED(ArmSysregSync, regs),
        HW_SAVED_AS("vcpu", ArmSysregSync, section_vcpu, 0),
        HW_SAVED_BYTES("registers", ArmSysregSync, section_length, section)),
    .pre_save = section_make,
    .post_load = section_load,
};
/* clang-format on */
