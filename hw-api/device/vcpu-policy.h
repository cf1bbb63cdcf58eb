/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An operator's rules for vCPU registers when a guest migrates between kernels whose registers
 * differ.  Without a rule, all registers are exposed and sent, and the destination must have and
 * accept each of them.
 *
 *   source       hide      the register isn't sent; only if the guest loses nothing
 *                pin       the kernel is given this value before the guest runs
 *                clear-unknown   firmware bitmaps after the last known one are cleared
 *                offered   a destination always offers these hypercalls, without a
 *                          register: their bitmap may be hidden
 *   destination  tolerate  only one side needs to have the register; with a value, the
 *                          source's register may be dropped only if it matches
 *                keep      this host's value stays; the incoming value is ignored
 *
 * Linked into each plugin and host.  Any thread.
 */
#ifndef HW_DEVICE_VCPU_POLICY_H
#define HW_DEVICE_VCPU_POLICY_H

#include "hw-api/hw-api.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A register of 4 or 8 bytes and its value. */
typedef struct HwVcpuEntry {
    uint64_t id;
    uint64_t value;
} HwVcpuEntry;

typedef enum HwVcpuAction {
    HW_VCPU_HIDE,
    HW_VCPU_PIN,
    HW_VCPU_OFFERED,
    HW_VCPU_TOLERATE,
    HW_VCPU_KEEP,
} HwVcpuAction;

typedef struct HwVcpuRule {
    uint32_t action; /* HwVcpuAction */
    uint64_t id;
    uint64_t value; /* pin, offered; tolerate: the value that the bits of `mask` must have */
    uint64_t mask;  /* tolerate, offered: 0 if the rule has no value */
} HwVcpuRule;

#define HW_VCPU_RULES_MAX     128
#define HW_VCPU_KNOWN_BITMAPS 4 /* up to VENDOR_HYP_BMAP_2 */

/* Zeroed: no rule. */
typedef struct HwVcpuPolicy {
    HwVcpuRule rules[HW_VCPU_RULES_MAX];
    uint32_t count;
    bool clear_unknown;
} HwVcpuPolicy;

/*
 * Adds rules for each register of "NAME[=VALUE[/MASK]]:NAME...", by name or id (vcpu-name.h);
 * "CCSIDR_EL1[3-13]" is eleven registers.  Values are hexadecimal with 0x, or decimal.  pin needs
 * a value, tolerate and offered may have a value, the other actions have no value.  tolerate
 * knows the name "default": the registers that upstream QEMU tolerates with KVM (TCR2_EL1,
 * PIRE0_EL1, PIR_EL1 and VENDOR_HYP_BMAP_2=0).
 * False with a sentence, and the policy is as before.
 */
bool hw_vcpu_policy_add(HwVcpuPolicy *policy, HwVcpuAction action, const char *text,
                        HwError *error);

/* Pins PSCI_VERSION: "0.2", "1.0", "1.3". */
bool hw_vcpu_policy_set_psci(HwVcpuPolicy *policy, const char *version, HwError *error);

/*
 * Reads a whole policy: "hide=NAME:NAME,pin=NAME=VALUE,psci-version=0.2,offered=NAME,
 * tolerate=default,keep=NAME,clear-unknown=on", in any order; "" has no rule.
 */
bool hw_vcpu_policy_parse(HwVcpuPolicy *policy, const char *text, HwError *error);

/* The last rule with that action for the register; NULL: no rule applies. */
const HwVcpuRule *hw_vcpu_policy_find(const HwVcpuPolicy *policy, HwVcpuAction action, uint64_t id);

/* True if clear-unknown clears this register. */
bool hw_vcpu_policy_clears(const HwVcpuPolicy *policy, uint64_t id);

/* True if a destination that does not have the incoming register may drop it. */
bool hw_vcpu_policy_tolerates(const HwVcpuPolicy *policy, uint64_t id, uint64_t value);

/*
 * True if `entry` need not be sent.  False, with a sentence, if the guest would lose a mitigation
 * or a feature that it uses or may use.  The sentence has register, value, reason and remedy.
 * `list` is the vCPU's, in any order: other registers tell which features the guest has.
 */
bool hw_vcpu_policy_may_hide(const HwVcpuPolicy *policy, const HwVcpuEntry *list, uint32_t count,
                             const HwVcpuEntry *entry, HwError *error);

#ifdef __cplusplus
}
#endif

#endif
