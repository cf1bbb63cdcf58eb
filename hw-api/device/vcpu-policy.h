/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an operator lets happen to vCPU registers when a guest moves between kernels that
 * have different ones.  Without a rule, all are exposed, all are sent, and what a
 * destination lacks or refuses is an error.
 *
 *   source       hide      the register isn't sent; only where the guest loses nothing
 *                pin       the kernel is given this value before the guest runs
 *                clear-unknown   firmware bitmaps after the last known one are cleared
 *                offered   a destination offers these hypercalls always, without a
 *                          register: their bitmap may be hidden
 *   destination  tolerate  the register may be there on one side alone, or on the source
 *                          alone if its value passes a test
 *                keep      this host's value stays, whatever comes in
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
    uint32_t action;            /* HwVcpuAction */
    bool has_value;
    uint64_t id;
    uint64_t value;             /* pin; tolerate: what is expected in the bits of `mask` */
    uint64_t mask;
} HwVcpuRule;

#define HW_VCPU_RULES_MAX      128
#define HW_VCPU_KNOWN_BITMAPS  4            /* up to VENDOR_HYP_BMAP_2 */

/* Zeroed: no rule. */
typedef struct HwVcpuPolicy {
    HwVcpuRule rules[HW_VCPU_RULES_MAX];
    uint32_t count;
    bool clear_unknown;
} HwVcpuPolicy;

/*
 * Adds rules for each register of "NAME[=VALUE[/MASK]]:NAME...", by name or id
 * (vcpu-name.h); "CCSIDR_EL1[3-13]" is eleven.  Values are hexadecimal with 0x, or decimal.
 * pin needs a value, tolerate and offered may have one, the others have none.  The name
 * "default" of tolerate stands for what upstream QEMU tolerates with KVM: TCR2_EL1,
 * PIRE0_EL1, PIR_EL1 and VENDOR_HYP_BMAP_2=0.
 * False with a sentence, and the policy is as before.
 */
bool hw_vcpu_policy_add(HwVcpuPolicy *policy, HwVcpuAction action, const char *text,
                        HwError *error);

/* Pins PSCI_VERSION: "0.2", "1.0", "1.3". */
bool hw_vcpu_policy_set_psci(HwVcpuPolicy *policy, const char *version, HwError *error);

/*
 * All of it in one text: "hide=NAME:NAME,pin=NAME=VALUE,psci-version=0.2,offered=NAME,
 * tolerate=default,keep=NAME,clear-unknown=on", in any order; "" has no rule.
 */
bool hw_vcpu_policy_parse(HwVcpuPolicy *policy, const char *text, HwError *error);

/* The last rule of that action for the register, NULL if there is none. */
const HwVcpuRule *hw_vcpu_policy_find(const HwVcpuPolicy *policy, HwVcpuAction action,
                                      uint64_t id);

/* Whether clear-unknown clears this register. */
bool hw_vcpu_policy_clears(const HwVcpuPolicy *policy, uint64_t id);

/* Whether the incoming register may be left out on a destination that lacks it. */
bool hw_vcpu_policy_tolerates(const HwVcpuPolicy *policy, uint64_t id, uint64_t value);

/*
 * Whether `entry` may be left out of what is sent.  Not if the guest would lose a
 * mitigation, or something that it uses or may use: then a sentence with register, value,
 * reason and remedy.  `list` is the vCPU's, in any order: other registers tell what the
 * guest has.
 */
bool hw_vcpu_policy_may_hide(const HwVcpuPolicy *policy, const HwVcpuEntry *list,
                             uint32_t count, const HwVcpuEntry *entry, HwError *error);

#ifdef __cplusplus
}
#endif

#endif
