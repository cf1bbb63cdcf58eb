/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of vCPUs' registers, changed so that a destination loads them. */
#include "qtest/tests/stream/filter-bench.h"

static void test_same(FilterBench *f, gconstpointer unused)
{
    const ArmToy toy = { ARM_LIST({ ARM_SCTLR, 5 }, { ARM_TPIDR, 6 }), .vcpus = 3 };
    g_autoptr(GByteArray) stream = arm_toy(toy);
    g_autofree char *sentence = NULL;

    (void)unused;
    destination_toy(f, toy);
    sentence = filter_run(f, stream);
    g_assert_cmpstr(sentence, ==, "");
    g_assert_cmpstr(f->report->str, ==, "");
    assert_same(f->output.bytes, stream);
}

static void test_fill(FilterBench *f, gconstpointer unused)
{
    (void)unused;
    destination_toy(f,
                    (ArmToy) { ARM_LIST({ ARM_A32_CTR, 1 }, { ARM_SCTLR, 2 }, { ARM_CNTFRQ, 3 }) });
    assert_filtered(f, (ArmToy) { ARM_LIST({ ARM_A32_CTR, 1 }, { ARM_SCTLR, 7 }) },
                    "cpu 0: CNTFRQ_EL0 (0x603000000013df00): added with the destination's 0x3\n", 0,
                    (ArmToy) { ARM_LIST({ ARM_A32_CTR, 1 }, { ARM_SCTLR, 7 }, { ARM_CNTFRQ, 3 }) });
}

static void test_fill_of_nothing(FilterBench *f, gconstpointer unused)
{
    (void)unused;
    destination_toy(f, (ArmToy) { ARM_LIST({ ARM_A32_CTR, 1 }, { ARM_SCTLR, 2 }) });
    assert_filtered(f, (ArmToy) { .count = 0 }, "cpu 0: 2 registers, were 0: 2 changes", 0,
                    (ArmToy) { ARM_LIST({ ARM_A32_CTR, 1 }, { ARM_SCTLR, 2 }) });
}

static void test_each_vcpu(FilterBench *f, gconstpointer unused)
{
    (void)unused;
    destination_toy(f, (ArmToy) { ARM_LIST({ ARM_A32_CTR, 1 }, { ARM_SCTLR, 2 }), .vcpus = 4,
                                  .timer = true });
    assert_filtered(f, (ArmToy) { ARM_LIST({ ARM_SCTLR, 7 }), .vcpus = 3, .timer = true },
                    "cpu 2: 2 registers, were 1: 1 changes, 0 not permitted\n", 2,
                    (ArmToy) { ARM_LIST({ ARM_A32_CTR, 1 }, { ARM_SCTLR, 7 }) });
}

static void test_drop_unused(FilterBench *f, gconstpointer unused)
{
    (void)unused;
    destination_toy(f, (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }) });
    assert_filtered(f,
                    (ArmToy) { ARM_LIST({ ARM_SCTLR, 7 },
                                        { ARM_TPIDR, UINT64_C(0x1de7ec7edbadc0de) },
                                        { ARM_CNTFRQ, 0 }) },
                    "TPIDR_EL1 (0x603000000013c684): left out, was 0x1de7ec7edbadc0de\n", 0,
                    (ArmToy) { ARM_LIST({ ARM_SCTLR, 7 }) });
}

static void test_drop_refused(FilterBench *f, gconstpointer unused)
{
    (void)unused;
    destination_toy(f, (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }) });
    assert_toy_refused(f, (ArmToy) { ARM_LIST({ ARM_SCTLR, 7 }, { ARM_TPIDR, 8 }) },
                       "cpu 0: not permitted: TPIDR_EL1 (0x603000000013c684): left out, was 0x8: "
                       "needs --policy 'drop=TPIDR_EL1'\n");
}

static void test_drop_permitted(FilterBench *f, gconstpointer unused)
{
    (void)unused;
    permit(f, "drop=tpidr_el1");
    destination_toy(f, (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }) });
    assert_filtered(f, (ArmToy) { ARM_LIST({ ARM_SCTLR, 7 }, { ARM_TPIDR, 8 }) },
                    "cpu 0: TPIDR_EL1 (0x603000000013c684): left out, was 0x8\n", 0,
                    (ArmToy) { ARM_LIST({ ARM_SCTLR, 7 }) });
}

static void test_constant_refused(FilterBench *f, gconstpointer unused)
{
    (void)unused;
    permit(f, "drop=all");
    permit(f, "constants=CTR");
    destination_toy(f, (ArmToy) { ARM_LIST({ ARM_A32_CTR, 1 }, { ARM_ID_DFR0, 3 }) });
    assert_toy_refused(f, (ArmToy) { ARM_LIST({ ARM_A32_CTR, 2 }, { ARM_ID_DFR0, 4 }) },
                       "not permitted: ID_DFR0_EL1 (0x603000000013c00a): 0x3, was 0x4: needs "
                       "--policy 'constants=ID_DFR0_EL1'\n");
    assert_has(f->report->str, "cpu 0: CTR(NS) (0x40200000200f0001): 0x1, was 0x2\n");
}

static void test_constant_permitted(FilterBench *f, gconstpointer unused)
{
    (void)unused;
    permit(f, "constants=all");
    destination_toy(f, (ArmToy) { ARM_LIST({ ARM_A32_CTR, 1 }, { ARM_ID_DFR0, 3 }) });
    assert_filtered(f, (ArmToy) { ARM_LIST({ ARM_A32_CTR, 2 }, { ARM_ID_DFR0, 4 }) },
                    "cpu 0: ID_DFR0_EL1 (0x603000000013c00a): 0x3, was 0x4\n", 0,
                    (ArmToy) { ARM_LIST({ ARM_A32_CTR, 1 }, { ARM_ID_DFR0, 3 }) });
}

/* Registers that a guest can write keep the guest's value. */
static void test_state_stays(FilterBench *f, gconstpointer unused)
{
    const ArmToy toy = { ARM_LIST({ ARM_A32_CTR, 1 }, { ARM_SCTLR, 0x30d0 }) };
    g_autoptr(GByteArray) stream = arm_toy(toy);
    g_autofree char *sentence = NULL;

    (void)unused;
    permit(f, "constants=all");
    destination_toy(f, (ArmToy) { ARM_LIST({ ARM_A32_CTR, 1 }, { ARM_SCTLR, 2 }) });
    sentence = filter_run(f, stream);
    g_assert_cmpstr(sentence, ==, "");
    assert_same(f->output.bytes, stream);
}

static void test_firmware_stays(FilterBench *f, gconstpointer unused)
{
    (void)unused;
    permit(f, "drop=all");
    destination_toy(f, (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }, { ARM_PSCI, 2 }) });
    assert_toy_refused(f, (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }, { ARM_PSCI, 2 }, { ARM_WA1, 1 }) },
                       "cpu 0: not permitted: WORKAROUND_1 (0x6030000000140001) can't be hidden "
                       "with the value 0x1: the guest would lose a mitigation, expected a "
                       "destination that has the register\n");
}

static void test_firmware_pinned_and_dropped(FilterBench *f, gconstpointer unused)
{
    (void)unused;
    permit(f, "pin=WORKAROUND_1=0");
    destination_toy(f, (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }, { ARM_PSCI, 2 }) });
    assert_filtered(f, (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }, { ARM_PSCI, 2 }, { ARM_WA1, 1 }) },
                    "cpu 0: WORKAROUND_1 (0x6030000000140001): 0x0, was 0x1\n", 0,
                    (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }, { ARM_PSCI, 2 }) });
}

static void test_firmware_tolerated(FilterBench *f, gconstpointer unused)
{
    (void)unused;
    permit(f, "tolerate=WORKAROUND_1=1");
    destination_toy(f, (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }, { ARM_PSCI, 2 }) });
    assert_filtered(f, (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }, { ARM_PSCI, 2 }, { ARM_WA1, 1 }) },
                    "cpu 0: WORKAROUND_1 (0x6030000000140001): left out, was 0x1\n", 0,
                    (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }, { ARM_PSCI, 2 }) });
}

static void test_keep(FilterBench *f, gconstpointer unused)
{
    (void)unused;
    permit(f, "keep=TPIDR_EL1");
    destination_toy(f, (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }, { ARM_TPIDR, 3 }) });
    assert_filtered(f, (ArmToy) { ARM_LIST({ ARM_SCTLR, 4 }, { ARM_TPIDR, 5 }) },
                    "cpu 0: TPIDR_EL1 (0x603000000013c684): 0x3, was 0x5\n", 0,
                    (ArmToy) { ARM_LIST({ ARM_SCTLR, 4 }, { ARM_TPIDR, 3 }) });
}

static void test_kernel_psci(FilterBench *f, gconstpointer unused)
{
    (void)unused;
    destination_kernel(f, "linux-6.12.100.regs");
    assert_toy_refused(f, (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }, { ARM_PSCI, 0x10003 }) },
                       "needs --policy 'pin=PSCI_VERSION=0x10001'\n");
}

static void test_kernel_psci_pinned(FilterBench *f, gconstpointer unused)
{
    (void)unused;
    permit(f, "psci-version=1.1");
    destination_kernel(f, "linux-6.12.100.regs");
    assert_filtered(f, (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }, { ARM_PSCI, 0x10003 }) },
                    "cpu 0: PSCI_VERSION (0x6030000000140000): 0x10001, was 0x10003\n", 0,
                    (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }, { ARM_PSCI, 0x10001 }) });
}

static void test_kernel_psci_pinned_wrong(FilterBench *f, gconstpointer unused)
{
    (void)unused;
    permit(f, "psci-version=1.2");
    destination_kernel(f, "linux-6.12.100.regs");
    assert_toy_refused(f, (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }, { ARM_PSCI, 0x10003 }) },
                       "not permitted: PSCI_VERSION (0x6030000000140000): 0x10001, was 0x10002: "
                       "needs --policy 'pin=PSCI_VERSION=0x10001'\n");
}

static void test_subsection(FilterBench *f, gconstpointer unused)
{
    const ArmToy toy = { ARM_LIST({ ARM_SCTLR, 2 }), .timer = true };
    const ArmToy without = { ARM_LIST({ ARM_SCTLR, 2 }) };
    g_autoptr(GByteArray) stream = arm_toy(toy);
    g_autoptr(GByteArray) expected = arm_toy(without);
    g_autofree char *sentence = NULL;

    (void)unused;
    permit(f, "drop-subsection=cpu/wfxt-timer");
    destination_toy(f, without);
    sentence = filter_run(f, stream);
    g_assert_cmpstr(sentence, ==, "");
    g_assert_cmpstr(f->report->str, ==, "cpu 0: subsection cpu/wfxt-timer: left out\n");
    assert_same(f->output.bytes, expected);
}

static void test_unknown_parts(FilterBench *f, gconstpointer unused)
{
    const ArmToy toy = { ARM_LIST({ ARM_SCTLR, 2 }), .timer = true, .stranger = "pl999" };
    g_autoptr(GByteArray) stream = arm_toy(toy);

    (void)unused;
    destination_toy(f, (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }) });
    filter_refused(f, stream, "the destination is not known to take 2 parts of the stream");
    assert_has(f->report->str, "not permitted: cpu 0: the destination may not know subsection "
                               "cpu/wfxt-timer: QEMU 7.2 does not: needs --policy "
                               "'drop-subsection=cpu/wfxt-timer' or --pass 'cpu/wfxt-timer'\n");
    assert_has(f->report->str, "not permitted: Unknown savevm section or instance 'pl999' 0: "
                               "needs --pass 'pl999'\n");
}

/* The destination has sent the subsection for its second vCPU, so it knows the kind. */
static void test_part_of_another_vcpu(FilterBench *f, gconstpointer unused)
{
    const ArmToy toy = { ARM_LIST({ ARM_SCTLR, 2 }), .timer = true, .vcpus = 2 };
    g_autoptr(GByteArray) stream = arm_toy(toy);
    ArmToy second = toy;
    g_autofree char *sentence = NULL;

    (void)unused;
    second.timer_from = 1;
    destination_toy(f, second);
    sentence = filter_run(f, stream);
    g_assert_cmpstr(sentence, ==, "");
    g_assert_cmpstr(f->report->str, ==, "");
    assert_same(f->output.bytes, stream);
}

static void test_passed_parts(FilterBench *f, gconstpointer unused)
{
    const ArmToy toy = { ARM_LIST({ ARM_SCTLR, 2 }), .timer = true, .stranger = "pl999" };
    g_autoptr(GByteArray) stream = arm_toy(toy);
    g_autofree char *sentence = NULL;

    (void)unused;
    destination_toy(f, (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }) });
    ob_filter_policy_pass(f->policy, "cpu/wfxt-timer");
    ob_filter_policy_pass(f->policy, "pl999");
    sentence = filter_run(f, stream);
    g_assert_cmpstr(sentence, ==, "");
    assert_has(f->report->str, "QEMU 7.2 does not: passes by --pass\n");
    assert_same(f->output.bytes, stream);
}

/* If the description doesn't name the list, the list is found by its place. */
static void test_layout(FilterBench *f, gconstpointer unused)
{
    g_autoptr(GByteArray) stream = arm_toy((ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }), .plain = true });
    ObCpuRegisters list = { 0 };
    size_t at = arm_list_offset(stream) - 0x238;
    HW_ERROR(error, 400);

    (void)f, (void)unused;
    g_assert_true(ob_cpu_registers_read(NULL, stream->data + at, 0x238 + 4 + 16, &list, &error));
    g_assert_cmpuint(list.count, ==, 1);
    g_assert_cmphex(list.entries[0].id, ==, ARM_SCTLR);
    ob_cpu_registers_clear(&list);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    VCPU("same-list-passes-byte-for-byte", test_same);
    VCPU("missing-registers-get-reset-values", test_fill);
    VCPU("no-registers-get-reset-values", test_fill_of_nothing);
    VCPU("each-vcpu-is-rewritten", test_each_vcpu);
    VCPU("unknown-register-without-use-is-left-out", test_drop_unused);
    VCPU("unknown-register-in-use-is-refused", test_drop_refused);
    VCPU("unknown-register-in-use-is-dropped-by-policy", test_drop_permitted);
    VCPU("other-constant-is-refused", test_constant_refused);
    VCPU("other-constant-is-replaced-by-policy", test_constant_permitted);
    VCPU("state-of-the-guest-stays", test_state_stays);
    VCPU("mitigation-in-use-is-never-left-out", test_firmware_stays);
    VCPU("mitigation-pinned-to-none-is-left-out", test_firmware_pinned_and_dropped);
    VCPU("mitigation-is-left-out-where-tolerated", test_firmware_tolerated);
    VCPU("kept-register-has-the-destinations-value", test_keep);
    VCPU("kernel/newer-psci-is-refused", test_kernel_psci);
    VCPU("kernel/psci-is-pinned-by-policy", test_kernel_psci_pinned);
    VCPU("kernel/psci-that-it-does-not-know-is-refused", test_kernel_psci_pinned_wrong);
    VCPU("subsection-is-left-out-by-policy", test_subsection);
    VCPU("unknown-parts-are-refused", test_unknown_parts);
    VCPU("named-parts-pass", test_passed_parts);
    VCPU("part-of-another-vcpu-passes", test_part_of_another_vcpu);
    VCPU("list-is-found-without-description", test_layout);
    return g_test_run();
}
