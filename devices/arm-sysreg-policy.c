/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes the policy from the device's properties. */
#include "devices/arm-sysreg-sync.h"

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
