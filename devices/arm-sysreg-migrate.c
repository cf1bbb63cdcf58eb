/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The registers in a migration stream: ids and values, in any order. */
#include "devices/arm-sysreg-sync.h"

#include <inttypes.h>
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "hw-api/device/vcpu-id.h"
#include "hw-api/device/vcpu-name.h"

/* --------------------------------------------------------------------- saving */

/* What a destination is told: of a mitigation's level, what the guest was. */
static uint64_t sent_value(const ArmSysregSync *s, uint32_t index)
{
    uint64_t value = hw_vcpu_sent_value(&s->policy, &s->list.entries[index]);

    return s->list.told[index] < value && s->list.told[index] != ARM_SYSREG_NOT_TOLD
               ? s->list.told[index] : value;
}

/* Hidden ones whose value came to matter since are sent, not lost. */
static bool is_left_out(const ArmSysregSync *s, uint32_t index)
{
    char sentence[HW_VCPU_EXPLAIN_SIZE];
    HwError reason = { sentence, sizeof(sentence), 0 };
    const ArmSysregList *list = &s->list;

    if (!hw_vcpu_policy_find(&s->policy, HW_VCPU_HIDE, list->entries[index].id)) {
        return false;
    }
    if (hw_vcpu_policy_may_hide(&s->policy, list->entries, list->count, &list->entries[index],
                                &reason)) {
        return true;
    }
    hw_log((HwDevice *)&s->dev, HW_LOG_WARNING, "%s; it is sent", sentence);
    return false;
}

static void section_make(HwDevice *dev)
{
    ArmSysregSync *s = HW_DEVICE(ArmSysregSync, dev);
    uint8_t *to = s->section;
    int answer = arm_sysreg_list_from_kernel(s);
    char name[HW_VCPU_NAME_SIZE];

    if (answer) {
        hw_log(dev, HW_LOG_ERROR, "%s (0x%016" PRIx64 ") can't be read: answer %d; its last value "
               "is saved", hw_vcpu_name(s->list.entries[s->failed].id, name),
               s->list.entries[s->failed].id, answer);
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

/* The kernel may take a value and store another. */
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
        hw_log(&s->dev, HW_LOG_WARNING, "%s (0x%016" PRIx64 "): incoming 0x%" PRIx64
               ", but the kernel stores 0x%" PRIx64, hw_vcpu_name(step->id, name), step->id,
               step->incoming, stored);
    }
}

static bool section_read(const ArmSysregSync *s, HwVcpuEntry *incoming, uint32_t *count,
                         HwError *error)
{
    if (s->section_vcpu != s->vcpu) {
        return hw_error_set(error, "%s: registers of vCPU %" PRIu32 ", expected vCPU %" PRIu32,
                            s->dev.id, s->section_vcpu, s->vcpu);
    }
    if (s->section_length % ARM_SYSREG_BYTES) {
        return hw_error_set(error, "%s: the list of registers has %" PRIu32 " bytes, expected a "
                            "multiple of %d", s->dev.id, s->section_length, ARM_SYSREG_BYTES);
    }
    *count = s->section_length / ARM_SYSREG_BYTES;
    for (uint32_t i = 0; i < *count; i++) {
        incoming[i].id = hw_load_be64(s->section + i * ARM_SYSREG_BYTES);
        incoming[i].value = hw_load_be64(s->section + i * ARM_SYSREG_BYTES + 8);
    }
    return true;
}

static void before_keep(ArmSysregSync *s)
{
    if (!s->has_before) {
        memcpy(s->before, s->list.entries, s->list.count * sizeof(s->before[0]));
        memcpy(s->before_told, s->list.told, sizeof(s->before_told));
        s->before_count = s->list.count;
    }
}

/* Sets the incoming list, or leaves all as it is. */
static bool list_adopt(ArmSysregSync *s, HwVcpuEntry *incoming, uint32_t incoming_count,
                       HwError *error)
{
    static const HwVcpuPolicy no_policy;
    HwVcpuStep steps[2 * ARM_SYSREG_MAX];
    char reason[HW_VCPU_EXPLAIN_SIZE + 80];
    HwError why = { reason, sizeof(reason), 0 };
    uint32_t count;
    bool good;

    if (!hw_vcpu_sort(incoming, incoming_count, &why) ||
        !hw_vcpu_read_values(&s->port, s->list.entries, s->list.count, &why)) {
        return hw_error_set(error, "%s: %s", s->dev.id, reason);
    }
    count = hw_vcpu_merge(s->has_before ? &no_policy : &s->policy, incoming, incoming_count,
                          s->list.entries, s->list.count, steps);
    good = hw_vcpu_apply(&s->port, steps, count, &why);
    for (uint32_t i = 0; i < count && !s->has_before; i++) {
        step_report(s, &steps[i]);
    }
    if (!good) {
        return hw_error_set(error, "%s: %s", s->dev.id, reason);
    }
    before_keep(s);
    arm_sysreg_list_from_kernel(s);
    for (uint32_t i = 0; i < count && !s->has_before; i++) {
        step_compare(s, &steps[i]);
    }
    arm_sysreg_list_to_state(s);
    return true;
}

/*
 * A host that gives up because another device refused its state stores the fields of
 * before once more and calls this again.  They are of an older save, or of none: the
 * list that was read before the load is what counts.
 */
static bool section_load(HwDevice *dev, uint32_t version, HwError *error)
{
    ArmSysregSync *s = HW_DEVICE(ArmSysregSync, dev);
    HwVcpuEntry incoming[ARM_SYSREG_MAX];
    uint32_t count = 0;
    bool good;

    (void)version;
    if (s->has_before) {
        count = s->before_count;
        memcpy(incoming, s->before, count * sizeof(incoming[0]));
        good = list_adopt(s, incoming, count, error);
        memcpy(s->list.told, s->before_told, sizeof(s->before_told));
        s->has_before = false;
        return good;
    }
    if (!section_read(s, incoming, &count, error)) {
        return false;
    }
    s->has_before = list_adopt(s, incoming, count, error);
    return s->has_before;
}

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
