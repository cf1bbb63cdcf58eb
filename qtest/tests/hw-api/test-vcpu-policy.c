/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Policies for vCPU registers, and a destination's handling of an incoming list. */
#include <errno.h>
#include <glib.h>
#include <string.h>

#include "hw-api/device/vcpu-id.h"
#include "hw-api/device/vcpu-merge.h"
#include "hw-api/host/vcpu/stock.h"

#define SCTLR_EL1    HW_VCPU_SYSREG(3, 0, 1, 0, 0)
#define TCR2_EL1     HW_VCPU_SYSREG(3, 0, 2, 0, 3)
#define PIR_EL1      HW_VCPU_SYSREG(3, 0, 10, 2, 3)
#define MMFR3        HW_VCPU_SYSREG(3, 0, 0, 7, 3)
#define CNTP_CTL_EL0 HW_VCPU_SYSREG(3, 3, 14, 2, 1)
#define CLIDR_EL1    HW_VCPU_SYSREG(3, 1, 0, 0, 1)
#define CCSIDR_3     UINT64_C(0x6020000000110003)

static HW_ERROR(error, 512);

static HwVcpuPolicy policy_of(const char *text)
{
    HwVcpuPolicy policy = { .count = 0 };

    if (!hw_vcpu_policy_parse(&policy, text, &error)) {
        g_error("%s", error.text);
    }
    return policy;
}

/* ------------------------------------------------------------------- parsing */

static void test_parse_all(void)
{
    HwVcpuPolicy policy = policy_of("hide=PSCI_VERSION:TCR2_EL1,pin=STD_BMAP=0x1,psci-version=1.1,"
                                    "offered=STD_BMAP=1,tolerate=default:SCTLR_EL1=0x10/0xf0,"
                                    "keep=0x603000000013c039,clear-unknown=on");

    g_assert_nonnull(hw_vcpu_policy_find(&policy, HW_VCPU_HIDE, TCR2_EL1));
    g_assert_cmphex(hw_vcpu_policy_find(&policy, HW_VCPU_PIN, HW_VCPU_PSCI_VERSION)->value, ==,
                    0x10001);
    g_assert_true(hw_vcpu_policy_tolerates(&policy, SCTLR_EL1, 0xc1f));
    g_assert_false(hw_vcpu_policy_tolerates(&policy, SCTLR_EL1, 0xc2f));
    g_assert_true(hw_vcpu_policy_tolerates(&policy, PIR_EL1, 7));
    g_assert_true(hw_vcpu_policy_tolerates(&policy, HW_VCPU_VENDOR_HYP_BMAP_2, 0));
    g_assert_false(hw_vcpu_policy_tolerates(&policy, HW_VCPU_VENDOR_HYP_BMAP_2, 1));
    g_assert_nonnull(hw_vcpu_policy_find(&policy, HW_VCPU_KEEP, HW_VCPU_SYSREG(3, 0, 0, 7, 1)));
    g_assert_true(hw_vcpu_policy_clears(&policy, HW_VCPU_FIRMWARE_BITMAP(4)));
    g_assert_false(hw_vcpu_policy_clears(&policy, HW_VCPU_VENDOR_HYP_BMAP_2));
    g_assert_false(hw_vcpu_policy_clears(&policy, HW_VCPU_FIRMWARE(4)));
}

static const struct {
    const char *name;
    const char *text;
    const char *reason;
} bad_policies[] = {
    { "key", "hyde=PIR_EL1",
      "unknown policy 'hyde', expected hide, pin, psci-version, offered, "
      "tolerate, keep or clear-unknown" },
    { "no-value", "hide", "'hide' has no value, expected KEY=VALUE" },
    { "register", "hide=PIR_EL7",
      "hide: invalid register 'PIR_EL7': expected a name, or an id "
      "with 0x" },
    { "pin-without-value", "pin=STD_BMAP", "pin: STD_BMAP has no value, expected STD_BMAP=VALUE" },
    { "hide-with-value", "hide=STD_BMAP=0", "hide: STD_BMAP has a value, expected the name alone" },
    { "keep-with-value", "keep=STD_BMAP=0", "keep: STD_BMAP has a value, expected the name alone" },
    { "value", "pin=STD_BMAP=-1",
      "pin: STD_BMAP: invalid value '-1': expected a number of up to "
      "64 bits" },
    { "value-of-65-bits", "pin=STD_BMAP=0x10000000000000000",
      "pin: STD_BMAP: invalid value "
      "'0x10000000000000000': expected a number of up to 64 bits" },
    { "decimal-of-65-bits", "pin=STD_BMAP=18446744073709551616",
      "pin: STD_BMAP: invalid value "
      "'18446744073709551616': expected a number of up to 64 bits" },
    { "mask", "tolerate=STD_BMAP=0/x",
      "tolerate: STD_BMAP: invalid mask 'x': expected a number of "
      "up to 64 bits" },
    { "mask-of-a-pin", "pin=STD_BMAP=1/3", "pin: STD_BMAP has a mask, expected STD_BMAP=VALUE" },
    { "mask-of-what-is-offered", "offered=STD_BMAP=1/3",
      "offered: STD_BMAP has a mask, expected "
      "STD_BMAP=VALUE" },
    { "bits-out-of-the-mask", "tolerate=STD_BMAP=0x13/0x3",
      "tolerate: STD_BMAP has bits outside "
      "of its mask: 0x13, expected only bits of 0x3" },
    { "range", "hide=CCSIDR_EL1[3-2]",
      "hide: invalid range 'CCSIDR_EL1[3-2]': expected the "
      "smaller number first" },
    { "range-of-what-has-none", "hide=PIR_EL1[1-2]",
      "hide: invalid register 'PIR_EL1[1]': "
      "expected a name, or an id with 0x" },
    { "psci", "psci-version=one", "psci-version: invalid value 'one': expected 0.2, 1.0, 1.1 ..." },
    { "psci-signs", "psci-version=1.-1",
      "psci-version: invalid value '1.-1': expected 0.2, 1.0, "
      "1.1 ..." },
    { "psci-blanks", "psci-version=1. 1",
      "psci-version: invalid value '1. 1': expected 0.2, 1.0, "
      "1.1 ..." },
    { "psci-0.1", "psci-version=0.1",
      "psci-version: invalid value '0.1': expected 0.2, 1.0, 1.1 "
      "..." },
    { "switch", "clear-unknown=maybe", "clear-unknown: invalid value 'maybe': expected on or off" },
};

static void test_parse_refused(gconstpointer data)
{
    size_t i = GPOINTER_TO_SIZE(data);
    HwVcpuPolicy policy = policy_of("hide=PIR_EL1");
    g_autofree char *text = g_strconcat("keep=PIR_EL1,clear-unknown=on,", bad_policies[i].text,
                                        NULL);

    g_assert_false(hw_vcpu_policy_parse(&policy, text, &error));
    g_assert_cmpstr(error.text, ==, bad_policies[i].reason);
    g_assert_cmpuint(policy.count, ==, 1);
    g_assert_false(policy.clear_unknown);
}

static void test_parse_ranges(void)
{
    HwVcpuPolicy policy = policy_of("hide=CCSIDR_EL1[3-13],pin=CCSIDR_EL1[0-1]=0x2,"
                                    "keep=CCSIDR_EL1[4-4]");

    g_assert_cmpuint(policy.count, ==, 14);
    g_assert_nonnull(hw_vcpu_policy_find(&policy, HW_VCPU_KEEP, CCSIDR_3 + 1));
    g_assert_nonnull(hw_vcpu_policy_find(&policy, HW_VCPU_HIDE, CCSIDR_3));
    g_assert_nonnull(hw_vcpu_policy_find(&policy, HW_VCPU_HIDE, CCSIDR_3 + 10));
    g_assert_cmphex(hw_vcpu_policy_find(&policy, HW_VCPU_PIN, CCSIDR_3 - 2)->value, ==, 2);
}

static void test_parse_numbers(void)
{
    HwVcpuPolicy policy = policy_of("pin=STD_BMAP=010:STD_HYP_BMAP=0x10:"
                                    "VENDOR_HYP_BMAP=18446744073709551615:SCTLR_EL1=9");

    g_assert_cmpuint(hw_vcpu_policy_find(&policy, HW_VCPU_PIN, SCTLR_EL1)->value, ==, 9);
    g_assert_cmpuint(hw_vcpu_policy_find(&policy, HW_VCPU_PIN, HW_VCPU_STD_BMAP)->value, ==, 10);
    g_assert_cmpuint(hw_vcpu_policy_find(&policy, HW_VCPU_PIN, HW_VCPU_STD_HYP_BMAP)->value, ==,
                     16);
    g_assert_cmphex(hw_vcpu_policy_find(&policy, HW_VCPU_PIN, HW_VCPU_VENDOR_HYP_BMAP)->value, ==,
                    UINT64_MAX);
}

/* The registers that upstream QEMU tolerates, and a register with any value. */
static void test_parse_tolerated(void)
{
    HwVcpuPolicy policy = policy_of("tolerate=default:SCTLR_EL1:MIDR_EL1=0");

    g_assert_cmpuint(policy.count, ==, 6);
    g_assert_true(hw_vcpu_policy_tolerates(&policy, TCR2_EL1, UINT64_MAX));
    g_assert_true(hw_vcpu_policy_tolerates(&policy, PIR_EL1 - 1, UINT64_MAX));
    g_assert_true(hw_vcpu_policy_tolerates(&policy, PIR_EL1, UINT64_MAX));
    g_assert_true(hw_vcpu_policy_tolerates(&policy, SCTLR_EL1, UINT64_MAX));
    g_assert_false(hw_vcpu_policy_tolerates(&policy, HW_VCPU_SYSREG(3, 0, 0, 0, 0), 1));
    g_assert_false(hw_vcpu_policy_tolerates(&policy, CLIDR_EL1, 0));
}

static void test_parse_refuses_long_rules(void)
{
    HwVcpuPolicy policy = { .count = 0 };
    char text[129];

    memset(text, 'x', 128);
    text[128] = '\0';
    g_assert_false(hw_vcpu_policy_add(&policy, HW_VCPU_HIDE, text, &error));
    g_assert_cmpstr(error.text, ==, "hide: a rule is longer than 127 bytes");
    g_assert_false(hw_vcpu_policy_add(&policy, HW_VCPU_HIDE, text + 1, &error));
    g_assert_true(g_str_has_prefix(error.text, "hide: invalid register 'xxx"));
}

/* `default` is four rules: three find room. */
static void test_parse_refuses_a_part_of_the_default(void)
{
    HwVcpuPolicy policy = { .count = HW_VCPU_RULES_MAX - 3 };

    g_assert_false(hw_vcpu_policy_add(&policy, HW_VCPU_TOLERATE, "default", &error));
    g_assert_cmpuint(policy.count, ==, HW_VCPU_RULES_MAX - 3);
    policy.count--;
    g_assert_true(hw_vcpu_policy_add(&policy, HW_VCPU_TOLERATE, "default", &error));
}

static void test_parse_refuses_too_many(void)
{
    HwVcpuPolicy policy = { .count = 0 };
    GString *text = g_string_new(NULL);

    for (uint32_t i = 0; i <= HW_VCPU_RULES_MAX; i++) {
        g_string_append_printf(text, "FW_REG_%u:", i);
    }
    g_assert_false(hw_vcpu_policy_add(&policy, HW_VCPU_HIDE, text->str, &error));
    g_assert_cmpstr(error.text, ==, "more than 128 rules");
    g_assert_cmpuint(policy.count, ==, 0);
    g_string_free(text, TRUE);
}

/* -------------------------------------------------------------------- hiding */

static bool may_hide(const char *policy_text, const HwVcpuEntry *list, uint32_t count)
{
    HwVcpuPolicy policy = policy_of(policy_text);

    error.text[0] = '\0';
    return hw_vcpu_policy_may_hide(&policy, list, count, &list[0], &error);
}

static bool may_hide_alone(uint64_t id, uint64_t value)
{
    return may_hide("", &(HwVcpuEntry) { id, value }, 1);
}

static bool may_hide_beside(uint64_t id, uint64_t value, uint64_t other, uint64_t other_value)
{
    return may_hide("", (HwVcpuEntry[]) { { id, value }, { other, other_value } }, 2);
}

static void test_hide_psci_that_promises_nothing(void)
{
    g_assert_true(may_hide_alone(HW_VCPU_PSCI_VERSION, HW_PSCI_VERSION(0, 2)));
    g_assert_false(may_hide_alone(HW_VCPU_PSCI_VERSION, HW_PSCI_VERSION(1, 1)));
    g_assert_cmpstr(error.text, ==,
                    "PSCI_VERSION (0x6030000000140000) can't be hidden with the "
                    "value 0x10001: the guest would lose the mitigations that it finds through "
                    "PSCI 1.0 and later, expected psci-version=0.2 before the guest first runs");
}

static void test_hide_no_mitigation(void)
{
    g_assert_true(may_hide_alone(HW_VCPU_WORKAROUND_1, 0));
    g_assert_true(may_hide_alone(HW_VCPU_FIRMWARE(7), 0));
    g_assert_false(may_hide_alone(HW_VCPU_WORKAROUND_1, 1));
    g_assert_false(may_hide_alone(HW_VCPU_WORKAROUND_3, 2));
    g_assert_false(may_hide_alone(HW_VCPU_FIRMWARE(7), 1));
    g_assert_cmpstr(error.text, ==,
                    "FW_REG_7 (0x6030000000140007) can't be hidden with the value "
                    "0x1: the guest would lose a mitigation, expected a destination that has the "
                    "register");
}

static void test_hide_hypercalls(void)
{
    const HwVcpuEntry entry = { HW_VCPU_VENDOR_HYP_BMAP, 3 };

    g_assert_true(may_hide_alone(HW_VCPU_VENDOR_HYP_BMAP_2, 0));
    g_assert_false(may_hide_alone(HW_VCPU_VENDOR_HYP_BMAP_2, 1));
    g_assert_false(may_hide_alone(HW_VCPU_FIRMWARE_BITMAP(9), 1));
    g_assert_false(may_hide("", &entry, 1));
    g_assert_false(may_hide("offered=VENDOR_HYP_BMAP=1", &entry, 1));
    g_assert_true(may_hide("offered=VENDOR_HYP_BMAP=3", &entry, 1));
    g_assert_true(may_hide("offered=VENDOR_HYP_BMAP", &entry, 1));
}

/* A register that was never written holds a canary; it need not be sent. */
static void test_hide_features_that_the_guest_has_not(void)
{
    const uint64_t canary = UINT64_C(0x1de7ec7edbadc0de);

    g_assert_true(may_hide_beside(PIR_EL1, canary, MMFR3, 0));
    g_assert_true(may_hide_beside(PIR_EL1, canary, MMFR3, 0x001));
    g_assert_false(may_hide_beside(PIR_EL1, canary, MMFR3, 0x100));
    g_assert_true(may_hide_beside(TCR2_EL1, 0, MMFR3, 0x100));
    g_assert_false(may_hide_beside(TCR2_EL1, 0, MMFR3, 0x001));
    g_assert_false(may_hide_alone(TCR2_EL1, 0));
}

static void test_hide_timer_that_is_off(void)
{
    g_assert_true(may_hide_beside(HW_VCPU_PTIMER_CNT, 99, CNTP_CTL_EL0, 4));
    g_assert_false(may_hide_beside(HW_VCPU_PTIMER_CNT, 99, CNTP_CTL_EL0, 1));
    g_assert_false(may_hide("", (HwVcpuEntry[]) { { HW_VCPU_PTIMER_CNT, 99 }, { CNTP_CTL_EL0, 4 } },
                            1)); /* the second is not in the list */
    g_assert_true(may_hide_alone(CNTP_CTL_EL0, 4));
    g_assert_false(may_hide_alone(CNTP_CTL_EL0, 5));
}

/* Level 2 is unified, so index 3, its instruction side, is not a cache. */
static void test_hide_caches_that_do_not_exist(void)
{
    g_assert_true(may_hide_beside(CCSIDR_3, 2, CLIDR_EL1, 0x2000021));
    g_assert_false(may_hide_beside(CCSIDR_3 - 1, 2, CLIDR_EL1, 0x2000021));
    g_assert_true(may_hide_beside(CCSIDR_3 + 1, 2, CLIDR_EL1, 0x2000021));
    g_assert_false(may_hide_beside(CCSIDR_3, 2, CLIDR_EL1, 0x200001b));
    for (uint64_t type = 0; type < 8; type++) { /* none, instructions, data, both, unified */
        bool has_data = type >= 2, has_instructions = type == 1 || type == 3;

        g_assert_cmpint(may_hide_beside(CCSIDR_3 - 3, 2, CLIDR_EL1, type), ==, !has_data);
        g_assert_cmpint(may_hide_beside(CCSIDR_3 - 2, 2, CLIDR_EL1, type), ==, !has_instructions);
    }
}

static void test_hide_nothing_else(void)
{
    g_assert_false(may_hide_alone(SCTLR_EL1, 0));
    g_assert_cmpstr(error.text, ==,
                    "SCTLR_EL1 (0x603000000013c080) can't be hidden with the value "
                    "0x0: the guest may use it, expected a destination that has the register");
}

/* -------------------------------------------------------------------- merging */

static void assert_step(const HwVcpuStep *step, uint64_t id, HwVcpuStepKind kind)
{
    g_assert_cmphex(step->id, ==, id);
    g_assert_cmpuint(step->kind, ==, kind);
}

static void test_merge_has_a_step_for_each(void)
{
    const HwVcpuEntry incoming[] = { { 1, 10 }, { 3, 30 }, { 5, 50 }, { 7, 70 }, { 9, 90 } };
    const HwVcpuEntry own[] = { { 2, 2 }, { 3, 3 }, { 5, 5 }, { 8, 8 } };
    HwVcpuPolicy policy = { .count = 3,
                            .rules = { { HW_VCPU_TOLERATE, 1, 0, 0 },
                                       { HW_VCPU_KEEP, 5, 0, 0 },
                                       { HW_VCPU_TOLERATE, 7, 71, UINT64_MAX } } };
    HwVcpuStep steps[9];

    g_assert_cmpuint(hw_vcpu_merge(&policy, incoming, 5, own, 4, steps), ==, 7);
    assert_step(&steps[0], 1, HW_VCPU_STEP_TOLERATED);
    assert_step(&steps[1], 2, HW_VCPU_STEP_MISSING);
    assert_step(&steps[2], 3, HW_VCPU_STEP_SET);
    assert_step(&steps[3], 5, HW_VCPU_STEP_KEEP);
    assert_step(&steps[4], 7, HW_VCPU_STEP_UNKNOWN);
    assert_step(&steps[5], 8, HW_VCPU_STEP_MISSING);
    assert_step(&steps[6], 9, HW_VCPU_STEP_UNKNOWN);
    g_assert_cmphex(steps[2].incoming, ==, 30);
    g_assert_cmphex(steps[2].own, ==, 3);
    g_assert_cmphex(steps[1].own, ==, 2);
}

static void test_merge_ends_with_the_lists(void)
{
    const HwVcpuEntry incoming[] = { { 3, 30 }, { 4, 40 } };
    const HwVcpuEntry own[] = { { 5, 5 }, { 6, 6 } };
    HwVcpuPolicy policy = { .count = 0 };
    HwVcpuStep steps[4];

    g_assert_cmpuint(hw_vcpu_merge(&policy, incoming, 1, own, 1, steps), ==, 2);
    assert_step(&steps[0], 3, HW_VCPU_STEP_UNKNOWN);
    assert_step(&steps[1], 5, HW_VCPU_STEP_MISSING);
}

static void test_merge_sees_another_size(void)
{
    const HwVcpuEntry incoming = { (SCTLR_EL1 & ~HW_VCPU_ID_U64) | HW_VCPU_ID_U32, 1 };
    const HwVcpuEntry own = { SCTLR_EL1, 1 };
    HwVcpuPolicy policy = { .count = 1, .rules = { { HW_VCPU_TOLERATE, incoming.id, 0, 0 } } };
    HwVcpuStep steps[2];

    g_assert_cmpuint(hw_vcpu_merge(&policy, &incoming, 1, &own, 1, steps), ==, 2);
    assert_step(&steps[0], incoming.id, HW_VCPU_STEP_OTHER_SIZE);
    assert_step(&steps[1], SCTLR_EL1, HW_VCPU_STEP_MISSING);
}

static void test_sort_refuses_an_id_twice(void)
{
    HwVcpuEntry list[] = { { SCTLR_EL1, 1 }, { 4, 2 }, { SCTLR_EL1, 3 } };

    g_assert_true(hw_vcpu_sort(list, 2, &error));
    g_assert_cmphex(list[0].id, ==, 4);
    g_assert_nonnull(hw_vcpu_find(list, 2, SCTLR_EL1));
    g_assert_null(hw_vcpu_find(list, 2, 5));
    g_assert_false(hw_vcpu_sort(list, 3, &error));
    g_assert_cmpstr(error.text, ==,
                    "SCTLR_EL1 (0x603000000013c080) is in the list twice, with 0x1 "
                    "and 0x3");
}

static void assert_explained(HwVcpuStep step, const char *expected)
{
    char text[HW_VCPU_EXPLAIN_SIZE];

    g_assert_cmpstr(hw_vcpu_explain(&step, text, sizeof(text)), ==, expected);
}

static void test_explain_says_what_would_pass(void)
{
    assert_explained((HwVcpuStep) { PIR_EL1, 5, 0, HW_VCPU_STEP_UNKNOWN, 0 },
                     "PIR_EL1 (0x603000000013c513): incoming 0x5, not here: this kernel does not "
                     "have the register, expected hide=PIR_EL1 on the source, or tolerate=PIR_EL1 "
                     "here");
    assert_explained((HwVcpuStep) { HW_VCPU_PSCI_VERSION, 0x10003, 0x10001, HW_VCPU_STEP_SET,
                                    -EINVAL },
                     "PSCI_VERSION (0x6030000000140000): incoming 0x10003, here 0x10001: the "
                     "kernel answers EINVAL, expected psci-version=1.1 on the source before the "
                     "guest first runs");
    assert_explained((HwVcpuStep) { HW_VCPU_STD_BMAP, 3, 1, HW_VCPU_STEP_SET, -EINVAL },
                     "STD_BMAP (0x6030000000160000): incoming 0x3, here 0x1: the kernel answers "
                     "EINVAL, expected pin=STD_BMAP=0x1 on the source before the guest first runs");
    assert_explained((HwVcpuStep) { HW_VCPU_STD_BMAP, 0, 1, HW_VCPU_STEP_SET, -EBUSY },
                     "STD_BMAP (0x6030000000160000): incoming 0x0, here 0x1: the kernel answers "
                     "EBUSY, expected a destination whose vCPUs have not run");
    assert_explained((HwVcpuStep) { HW_VCPU_WORKAROUND_1, 2, 1, HW_VCPU_STEP_SET, -EINVAL },
                     "WORKAROUND_1 (0x6030000000140001): incoming 0x2, here 0x1: the kernel "
                     "answers EINVAL, expected a destination whose host is as safe, or "
                     "pin=WORKAROUND_1=0x1 on the source if the guest was started on such a host");
    assert_explained((HwVcpuStep) { CLIDR_EL1, 2, 1, HW_VCPU_STEP_SET, -EINVAL },
                     "CLIDR_EL1 (0x603000000013c801): incoming 0x2, here 0x1: the kernel answers "
                     "EINVAL, expected keep=CLIDR_EL1 here if the guest can work with this host's "
                     "value, or pin=CLIDR_EL1=0x1 on the source if its kernel allows that");
    assert_explained((HwVcpuStep) { CLIDR_EL1, 0, 1, HW_VCPU_STEP_MISSING, 0 },
                     "CLIDR_EL1 (0x603000000013c801): not incoming, stays 0x1");
}

/* The first and the last register of each group that tells what the CPU has, and their neighbours:
 * op0, op1, CRn, CRm, op2. */
static void test_explain_knows_id_registers(void)
{
    static const struct {
        uint64_t id;
        bool tells;
    } rows[] = {
        { HW_VCPU_SYSREG(2, 7, 15, 15, 7), false }, { HW_VCPU_SYSREG(3, 0, 0, 0, 0), true },
        { HW_VCPU_SYSREG(3, 0, 0, 7, 7), true },    { HW_VCPU_SYSREG(3, 0, 0, 8, 0), false },
        { HW_VCPU_SYSREG(3, 0, 15, 15, 7), false }, { HW_VCPU_SYSREG(3, 1, 0, 0, 0), true },
        { HW_VCPU_SYSREG(3, 1, 0, 0, 7), true },    { HW_VCPU_SYSREG(3, 1, 0, 1, 0), false },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const HwVcpuStep step = { rows[i].id, 2, 1, HW_VCPU_STEP_SET, -EINVAL };
        char text[HW_VCPU_EXPLAIN_SIZE];

        hw_vcpu_explain(&step, text, sizeof(text));
        g_assert_cmpint(strstr(text, " if its kernel allows that") != NULL, ==, rows[i].tells);
    }
}

/* ----------------------------------------------------------------- stock QEMU */

static const HwVcpuEntry stock_own[] = { { 2, 20 }, { 4, 40 }, { 6, 60 } };

static HwVcpuStock stock_merge(const HwVcpuEntry *incoming, uint32_t count, HwVcpuEntry *own)
{
    memcpy(own, stock_own, sizeof(stock_own));
    return hw_vcpu_stock_merge(incoming, count, own, 3);
}

static void test_stock_refuses_a_longer_list(void)
{
    const HwVcpuEntry incoming[4] = { { 2, 0 }, { 4, 0 }, { 6, 0 }, { 8, 0 } };
    HwVcpuEntry own[3];

    g_assert_cmpint(stock_merge(incoming, 4, own).verdict, ==, HW_VCPU_STOCK_TOO_LONG);
}

static void test_stock_refuses_an_unknown_id(void)
{
    const HwVcpuEntry incoming[] = { { 2, 0 }, { 3, 0 } };
    const HwVcpuEntry unsorted[] = { { 4, 0 }, { 2, 0 } };
    HwVcpuEntry own[3];

    g_assert_cmpint(stock_merge(incoming, 2, own).verdict, ==, HW_VCPU_STOCK_UNKNOWN);
    g_assert_cmphex(stock_merge(incoming, 2, own).id, ==, 3);
    g_assert_cmpint(stock_merge(unsorted, 2, own).verdict, ==, HW_VCPU_STOCK_UNKNOWN);
}

static void test_stock_drops_what_is_above(void)
{
    const HwVcpuEntry incoming[] = { { 2, 5 }, { 6, 7 }, { 8, 9 } };
    HwVcpuEntry own[3];
    HwVcpuStock stock = stock_merge(incoming, 3, own);

    g_assert_cmpint(stock.verdict, ==, HW_VCPU_STOCK_TAKES);
    g_assert_cmpuint(stock.dropped, ==, 1);
    g_assert_cmpuint(stock.missing, ==, 1);
    g_assert_cmphex(own[0].value, ==, 5);
    g_assert_cmphex(own[1].value, ==, 40);
    g_assert_cmphex(own[2].value, ==, 7);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vcpu-policy/parse/all", test_parse_all);
    for (size_t i = 0; i < G_N_ELEMENTS(bad_policies); i++) {
        g_autofree char *path = g_strconcat("/vcpu-policy/parse/refused/", bad_policies[i].name,
                                            NULL);

        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_parse_refused);
    }
    g_test_add_func("/vcpu-policy/parse/ranges", test_parse_ranges);
    g_test_add_func("/vcpu-policy/parse/numbers", test_parse_numbers);
    g_test_add_func("/vcpu-policy/parse/tolerated", test_parse_tolerated);
    g_test_add_func("/vcpu-policy/parse/refused/long-rules", test_parse_refuses_long_rules);
    g_test_add_func("/vcpu-policy/parse/refused/part-of-the-default",
                    test_parse_refuses_a_part_of_the_default);
    g_test_add_func("/vcpu-policy/parse/refused/too-many", test_parse_refuses_too_many);
    g_test_add_func("/vcpu-policy/hide/psci-that-promises-nothing",
                    test_hide_psci_that_promises_nothing);
    g_test_add_func("/vcpu-policy/hide/no-mitigation", test_hide_no_mitigation);
    g_test_add_func("/vcpu-policy/hide/hypercalls", test_hide_hypercalls);
    g_test_add_func("/vcpu-policy/hide/features-that-the-guest-has-not",
                    test_hide_features_that_the_guest_has_not);
    g_test_add_func("/vcpu-policy/hide/timer-that-is-off", test_hide_timer_that_is_off);
    g_test_add_func("/vcpu-policy/hide/caches-that-do-not-exist",
                    test_hide_caches_that_do_not_exist);
    g_test_add_func("/vcpu-policy/hide/nothing-else", test_hide_nothing_else);
    g_test_add_func("/vcpu-merge/has-a-step-for-each", test_merge_has_a_step_for_each);
    g_test_add_func("/vcpu-merge/ends-with-the-lists", test_merge_ends_with_the_lists);
    g_test_add_func("/vcpu-merge/sees-another-size", test_merge_sees_another_size);
    g_test_add_func("/vcpu-merge/sort-refuses-an-id-twice", test_sort_refuses_an_id_twice);
    g_test_add_func("/vcpu-merge/explain-says-what-would-pass", test_explain_says_what_would_pass);
    g_test_add_func("/vcpu-merge/explains-id-registers", test_explain_knows_id_registers);
    g_test_add_func("/vcpu-stock/refuses-a-longer-list", test_stock_refuses_a_longer_list);
    g_test_add_func("/vcpu-stock/refuses-an-unknown-id", test_stock_refuses_an_unknown_id);
    g_test_add_func("/vcpu-stock/drops-what-is-above", test_stock_drops_what_is_above);
    return g_test_run();
}
