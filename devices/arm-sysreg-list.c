/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The list of registers, its way between kernel and CPU state in both directions, and the policy
 * that hides some of them. */
#include "devices/arm-sysreg-sync.h"

#include <string.h>

#include "hw-api/device/vcpu-id.h"

bool arm_sysreg_is_count(uint64_t id)
{
    return id == HW_VCPU_TIMER_CNT || id == HW_VCPU_PTIMER_CNT;
}

int32_t arm_sysreg_index(const ArmSysregSync *s, uint64_t id)
{
    const HwVcpuEntry *entry = hw_vcpu_find(s->list.entries, s->list.count, id);

    return entry ? (int32_t)(entry - s->list.entries) : -1;
}

/* A constant of the CPU has the kernel's value, as with QEMU's -cpu host. */
static void constants_take(ArmSysregSync *s)
{
    const ArmSysregList *list = &s->list;

    for (uint32_t i = 0; i < list->count; i++) {
        if (list->place[i] >= 0 && arm_cpu_registers[list->place[i]].writable == 0) {
            s->state.values[list->place[i]] = list->entries[i].value;
        }
    }
}

bool arm_sysreg_list_make(ArmSysregSync *s, HwError *error)
{
    ArmSysregList *list = &s->list;
    int32_t count = hw_vcpu_list_ids(&s->port, list->entries, ARM_SYSREG_MAX, error);

    list->count = count < 0 ? 0 : (uint32_t)count;
    memset(list->stuck, 0, sizeof(list->stuck));
    memset(list->told, ARM_SYSREG_NOT_TOLD, sizeof(list->told));
    if (count < 0 || !hw_vcpu_read_values(&s->port, list->entries, list->count, error)) {
        return false;
    }
    for (uint32_t i = 0; i < list->count; i++) {
        list->place[i] = (int16_t)arm_cpu_register_find(list->entries[i].id);
    }
    memset(&s->state, 0, sizeof(s->state));
    constants_take(s);
    return true;
}

void arm_sysreg_list_set(ArmSysregSync *s, uint32_t index, uint64_t value)
{
    s->list.entries[index].value = value;
    s->list.stuck[index] = false;
}

/* --------------------------------------------------- kernel -> list -> CPU state */

int arm_sysreg_list_from_kernel(ArmSysregSync *s)
{
    int first = 0;

    for (uint32_t i = 0; i < s->list.count; i++) {
        HwVcpuEntry *entry = &s->list.entries[i];
        uint64_t value = 0;
        int answer = hw_vcpu_read(&s->port, entry->id, &value);

        if (answer == 0) {
            s->list.stuck[i] = s->list.stuck[i] && value == entry->value;
            entry->value = value;
        } else if (first == 0) {
            first = answer;
            s->failed = i;
        }
    }
    return first;
}

void arm_sysreg_list_to_state(ArmSysregSync *s)
{
    ArmSysregList *list = &s->list;

    for (uint32_t i = 0; i < list->count; i++) {
        list->stuck[i] = list->place[i] >= 0 &&
                         arm_cpu_state_write(&s->state, (uint32_t)list->place[i],
                                             list->entries[i].value);
    }
}

/* --------------------------------------------------- CPU state -> list -> kernel */

/* form=read-back: writes the list's value again to see if the value had stuck. */
static bool sticks(ArmSysregSync *s, uint32_t place, uint64_t listed)
{
    uint64_t current = s->state.values[place];

    if (!arm_cpu_state_write(&s->state, place, listed)) {
        return false;
    }
    arm_cpu_state_write(&s->state, place, current);
    return true;
}

void arm_sysreg_state_to_list(ArmSysregSync *s)
{
    ArmSysregList *list = &s->list;

    for (uint32_t i = 0; i < list->count; i++) {
        HwVcpuEntry *entry = &list->entries[i];
        int32_t place = list->place[i];

        if (place < 0 || s->state.values[place] == entry->value) {
            continue;
        }
        if (s->form == ARM_SYSREG_READ_BACK ? sticks(s, (uint32_t)place, entry->value)
                                            : list->stuck[i]) {
            entry->value = s->state.values[place];
        }
    }
}

int arm_sysreg_list_to_kernel(ArmSysregSync *s, bool with_counts)
{
    int first = 0;

    for (uint32_t i = 0; i < s->list.count; i++) {
        const HwVcpuEntry *entry = &s->list.entries[i];
        int answer = 0;

        if (with_counts || !arm_sysreg_is_count(entry->id)) {
            answer = hw_vcpu_write(&s->port, entry->id, entry->value);
        }
        if (answer && first == 0) {
            first = answer;
            s->failed = i;
        }
    }
    return first;
}

/* ----------------------------------------------------------------- policy */

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
    return !s->psci_version || hw_vcpu_policy_set_psci(&s->policy, s->psci_version, error);
}

bool arm_sysreg_is_hidden(const ArmSysregSync *s, uint32_t index)
{
    const ArmSysregList *list = &s->list;

    return hw_vcpu_policy_find(&s->policy, HW_VCPU_HIDE, list->entries[index].id) &&
           hw_vcpu_policy_may_hide(&s->policy, list->entries, list->count, &list->entries[index],
                                   NULL);
}
