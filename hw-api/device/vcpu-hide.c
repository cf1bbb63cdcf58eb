/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decides which registers can be hidden without a loss for the guest. */
#include <inttypes.h>
#include <stddef.h>

#include "hw-api/device/error.h"
#include "hw-api/device/vcpu-id.h"
#include "hw-api/device/vcpu-name.h"
#include "hw-api/device/vcpu-policy.h"

#define ID_AA64MMFR3_EL1 HW_VCPU_SYSREG(3, 0, 0, 7, 3)
#define CLIDR_EL1        HW_VCPU_SYSREG(3, 1, 0, 0, 1)
#define TCR2_EL1         HW_VCPU_SYSREG(3, 0, 2, 0, 3)
#define PIRE0_EL1        HW_VCPU_SYSREG(3, 0, 10, 2, 2)
#define PIR_EL1          HW_VCPU_SYSREG(3, 0, 10, 2, 3)
#define CNTP_CTL_EL0     HW_VCPU_SYSREG(3, 3, 14, 2, 1)
#define CNTP_CVAL_EL0    HW_VCPU_SYSREG(3, 3, 14, 2, 2)
#define CCSIDR(index)    (HW_VCPU_ID_ARM64 | HW_VCPU_ID_U32 | UINT64_C(0x110000) | (index))

typedef struct Question {
    const HwVcpuPolicy *policy;
    const HwVcpuEntry *list;
    uint32_t count;
    const HwVcpuEntry *entry;
} Question;

/* The value of another register; `absent` if the vCPU does not have that register. */
static uint64_t other_value(const Question *q, uint64_t id, uint64_t absent)
{
    for (uint32_t i = 0; i < q->count; i++) {
        if (q->list[i].id == id) {
            return q->list[i].value;
        }
    }
    return absent;
}

static bool psci_is_old(const Question *q)
{
    return q->entry->value == HW_PSCI_VERSION(0, 1) || q->entry->value == HW_PSCI_VERSION(0, 2);
}

static bool value_is_zero(const Question *q)
{
    return q->entry->value == 0;
}

static bool calls_are_offered(const Question *q)
{
    const HwVcpuRule *rule = hw_vcpu_policy_find(q->policy, HW_VCPU_OFFERED, q->entry->id);
    uint64_t offered = rule ? rule->value | ~rule->mask : 0;

    return (q->entry->value & ~offered) == 0;
}

/* ID_AA64MMFR3_EL1, Arm ARM D17.2.68: TCRX 3:0, S1PIE 11:8. */
static bool has_no_tcr2(const Question *q)
{
    return (other_value(q, ID_AA64MMFR3_EL1, UINT64_MAX) & 0xf) == 0;
}

static bool has_no_permission_indirection(const Question *q)
{
    return (other_value(q, ID_AA64MMFR3_EL1, UINT64_MAX) >> 8 & 0xf) == 0;
}

static bool physical_timer_is_off(const Question *q)
{
    return (other_value(q, CNTP_CTL_EL0, 1) & 1) == 0;
}

/* CLIDR_EL1.Ctype<n>: 0 none, 1 instruction, 2 data, 3 both, 4 unified. */
static bool cache_does_not_exist(const Question *q)
{
    uint32_t selected = (uint32_t)q->entry->id & 0xf;
    uint32_t type = (uint32_t)(other_value(q, CLIDR_EL1, UINT64_MAX) >> (selected / 2 * 3)) & 7;

    return selected & 1 ? type != 1 && type != 3 : type < 2;
}

static bool never(const Question *q)
{
    (void)q;
    return false;
}

/* The first row that fits the id applies. */
static const struct {
    uint64_t first;
    uint64_t last;
    bool (*is_harmless)(const Question *q);
    const char *reason;
    const char *remedy;
} hide_rules[] = {
    { HW_VCPU_PSCI_VERSION, HW_VCPU_PSCI_VERSION, psci_is_old,
      "the guest would lose the mitigations that it finds through PSCI 1.0 and later",
      "psci-version=0.2 before the guest first runs" },
    { HW_VCPU_FIRMWARE(1), HW_VCPU_FIRMWARE(0xffff), value_is_zero,
      "the guest would lose a mitigation", "a destination that has the register" },
    { HW_VCPU_FIRMWARE_BITMAP(0), HW_VCPU_FIRMWARE_BITMAP(0xffff), calls_are_offered,
      "the guest may use these hypercalls",
      "a pin to 0 before the guest first runs, or offered= if the destination always has them" },
    { TCR2_EL1, TCR2_EL1, has_no_tcr2, "the guest has FEAT_TCR2 (ID_AA64MMFR3_EL1.TCRX)",
      "a destination that has the register" },
    { PIRE0_EL1, PIR_EL1, has_no_permission_indirection,
      "the guest has FEAT_S1PIE (ID_AA64MMFR3_EL1.S1PIE)", "a destination that has the register" },
    { HW_VCPU_PTIMER_CNT, HW_VCPU_PTIMER_CNT, physical_timer_is_off,
      "the guest uses its physical timer", "a destination that has the register" },
    { CNTP_CTL_EL0, CNTP_CVAL_EL0, physical_timer_is_off, "the guest uses its physical timer",
      "a destination that has the register" },
    { CCSIDR(0), CCSIDR(0xff), cache_does_not_exist, "CLIDR_EL1 tells the guest of this cache",
      "a destination that has the register" },
    { 0, UINT64_MAX, never, "the guest may use it", "a destination that has the register" },
};

bool hw_vcpu_policy_may_hide(const HwVcpuPolicy *policy, const HwVcpuEntry *list, uint32_t count,
                             const HwVcpuEntry *entry, HwError *error)
{
    const Question question = { policy, list, count, entry };
    char name[HW_VCPU_NAME_SIZE];
    uint32_t i = 0;

    while (entry->id < hide_rules[i].first || entry->id > hide_rules[i].last) {
        i++;
    }
    if (hide_rules[i].is_harmless(&question)) {
        return true;
    }
    return hw_error_set(error,
                        "%s (0x%016" PRIx64 ") can't be hidden with the value 0x%" PRIx64
                        ": %s, expected %s",
                        hw_vcpu_name(entry->id, name), entry->id, entry->value,
                        hide_rules[i].reason, hide_rules[i].remedy);
}
