/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Classes of Arm's registers, by their encodings in the Arm ARM, and what a destination takes. */
#include <errno.h>

#include "hw-api/device/vcpu-id.h"
#include "qtest/stream/arm/destination.h"
#include "qtest/stream/arm/register-class.h"
#include "qtest/tests/lib/arm-streams.h"

/* A 32-bit register of AArch32, Secure; a 64-bit one has neither CRn nor opc2. */
#define A32(cp, crn, crm, opc1, opc2)                                                 \
    (UINT64_C(0x4020000020000000) | (uint64_t)(cp) << 16 | (crn) << 11 | (crm) << 7 | \
     (opc1) << 3 | (opc2))
#define A32_WIDE(cp, crm, opc1) \
    (UINT64_C(0x4030000020000000) | (uint64_t)(cp) << 16 | (crm) << 7 | (opc1) << 3)

#define PAUTH "pointer authentication"
#define EL1   "EL1 and EL0"
#define ID    "ID registers"

/* clang-format off */
static const struct {
    const char *name;
    uint64_t id;
    const char *heading;
    bool constant;
} registers[] = {
    { "MIDR_EL1", HW_VCPU_SYSREG(3, 0, 0, 0, 0), ID, true },
    { "ID_AA64MMFR2_EL1", HW_VCPU_SYSREG(3, 0, 0, 7, 2), ID, true },
    { "SCTLR_EL1", HW_VCPU_SYSREG(3, 0, 1, 0, 0), EL1, false },
    { "CCSIDR_EL1", HW_VCPU_SYSREG(3, 1, 0, 0, 0), ID, true },
    { "AIDR_EL1", HW_VCPU_SYSREG(3, 1, 0, 0, 7), ID, true },
    { "CSSELR_EL1", HW_VCPU_SYSREG(3, 2, 0, 0, 0), EL1, false },
    { "CTR_EL0", HW_VCPU_SYSREG(3, 3, 0, 0, 1), ID, true },
    { "DCZID_EL0", HW_VCPU_SYSREG(3, 3, 0, 0, 7), ID, true },
    { "RNDR", HW_VCPU_SYSREG(3, 3, 2, 4, 0), EL1, false },
    { "RVBAR_EL1", HW_VCPU_SYSREG(3, 0, 12, 0, 1), EL1, false },
    { "RMR_EL1", HW_VCPU_SYSREG(3, 0, 12, 0, 2), ID, true },
    { "RMR_EL2", HW_VCPU_SYSREG(3, 4, 12, 0, 2), ID, true },
    { "RMR_EL3", HW_VCPU_SYSREG(3, 6, 12, 0, 2), ID, true },
    { "ISR_EL1", HW_VCPU_SYSREG(3, 0, 12, 1, 0), EL1, false },
    { "DBGBVR0_EL1", HW_VCPU_SYSREG(2, 0, 0, 0, 4), "debugging", false },
    { "MDRAR_EL1", HW_VCPU_SYSREG(2, 0, 1, 0, 0), ID, true },
    { "OSLSR_EL1", HW_VCPU_SYSREG(2, 0, 1, 1, 4), "debugging", false },
    { "DBGCLAIMSET_EL1", HW_VCPU_SYSREG(2, 0, 7, 8, 6), "debugging", false },
    { "DBGAUTHSTATUS_EL1", HW_VCPU_SYSREG(2, 0, 7, 14, 6), ID, true },
    { "SCTLR_EL2", HW_VCPU_SYSREG(3, 4, 1, 0, 0), "EL2", false },
    { "SCTLR_EL12", HW_VCPU_SYSREG(3, 5, 1, 0, 0), "EL2", false },
    { "SCTLR_EL3", HW_VCPU_SYSREG(3, 6, 1, 0, 0), "EL3", false },
    { "CNTPS_CTL_EL1", HW_VCPU_SYSREG(3, 7, 14, 2, 1), "EL1 Secure", false },

    { "TTBR0_EL1", HW_VCPU_SYSREG(3, 0, 2, 0, 0), EL1, false },
    { "APIAKeyLo_EL1", HW_VCPU_SYSREG(3, 0, 2, 1, 0), PAUTH, false },
    { "APDBKeyHi_EL1", HW_VCPU_SYSREG(3, 0, 2, 2, 3), PAUTH, false },
    { "APGAKeyHi_EL1", HW_VCPU_SYSREG(3, 0, 2, 3, 1), PAUTH, false },
    { "GCSCR_EL1", HW_VCPU_SYSREG(3, 0, 2, 5, 0), EL1, false },
    { "PMINTENSET_EL1", HW_VCPU_SYSREG(3, 0, 9, 14, 1), "PMU", false },
    { "PMMIR_EL1", HW_VCPU_SYSREG(3, 0, 9, 14, 6), "PMU", true },
    { "PMSELR_EL0", HW_VCPU_SYSREG(3, 3, 9, 12, 5), "PMU", false },
    { "PMCEID0_EL0", HW_VCPU_SYSREG(3, 3, 9, 12, 6), "PMU", true },
    { "PMCEID1_EL0", HW_VCPU_SYSREG(3, 3, 9, 12, 7), "PMU", true },
    { "PMCCNTR_EL0", HW_VCPU_SYSREG(3, 3, 9, 13, 0), "PMU", false },
    { "PMUSERENR_EL0", HW_VCPU_SYSREG(3, 3, 9, 14, 0), "PMU", false },
    { "CNTV_CVAL_EL0", HW_VCPU_SYSREG(3, 3, 14, 3, 2), EL1, false },
    { "PMEVCNTR0_EL0", HW_VCPU_SYSREG(3, 3, 14, 8, 0), "PMU", false },
    { "PMCCFILTR_EL0", HW_VCPU_SYSREG(3, 3, 14, 15, 7), "PMU", false },
    { "ID_AA64PFR2_EL1", HW_VCPU_SYSREG(3, 0, 0, 4, 2), ID, true },
    { "ID_AA64ZFR0_EL1", HW_VCPU_SYSREG(3, 0, 0, 4, 4), "SVE", true },
    { "ZCR_EL1", HW_VCPU_SYSREG(3, 0, 1, 2, 0), "SVE", false },
    { "ZCR_EL2", HW_VCPU_SYSREG(3, 4, 1, 2, 0), "SVE", false },
    { "TRFCR_EL1", HW_VCPU_SYSREG(3, 0, 1, 2, 1), EL1, false },
    { "ID_AA64SMFR0_EL1", HW_VCPU_SYSREG(3, 0, 0, 4, 5), "SME", true },
    { "SMIDR_EL1", HW_VCPU_SYSREG(3, 1, 0, 0, 6), "SME", true },
    { "SMPRI_EL1", HW_VCPU_SYSREG(3, 0, 1, 2, 4), "SME", false },
    { "SMCR_EL2", HW_VCPU_SYSREG(3, 4, 1, 2, 6), "SME", false },
    { "SVCR", HW_VCPU_SYSREG(3, 3, 4, 2, 2), "SME", false },
    { "TPIDR_EL0", HW_VCPU_SYSREG(3, 3, 13, 0, 2), EL1, false },
    { "TPIDR2_EL0", HW_VCPU_SYSREG(3, 3, 13, 0, 5), "SME", false },

    { "CCSIDR of a cache", UINT64_C(0x6020000000110000), ID, true },
    { "PSCI_VERSION", HW_VCPU_PSCI_VERSION, "firmware", false },
    { "STD_BMAP", HW_VCPU_STD_BMAP, "firmware", false },
    /* Its index looks like the encoding of APIAKeyLo_EL1. */
    { "firmware 0xc108", HW_VCPU_FIRMWARE(0xc108), "firmware", false },

    { "MIDR", A32(15, 0, 0, 0, 0), "AArch32", true },
    { "ID_PFR2", A32(15, 0, 3, 0, 4), "AArch32", true },
    { "CCSIDR", A32(15, 0, 0, 1, 0), "AArch32", true },
    { "AIDR", A32(15, 0, 0, 1, 7), "AArch32", true },
    { "CSSELR", A32(15, 0, 0, 2, 0), "AArch32", false },
    { "SCTLR", A32(15, 1, 0, 0, 0), "AArch32", false },
    { "PMSELR", A32(15, 9, 12, 0, 5), "AArch32", false },
    { "PMCEID0", A32(15, 9, 12, 0, 6), "AArch32", true },
    { "PMCEID1", A32(15, 9, 12, 0, 7), "AArch32", true },
    { "PMOVSSET", A32(15, 9, 14, 0, 3), "AArch32", false },
    { "PMCEID2", A32(15, 9, 14, 0, 4), "AArch32", true },
    { "PMCEID3", A32(15, 9, 14, 0, 5), "AArch32", true },
    { "MVBAR", A32(15, 12, 0, 0, 1), "AArch32", false },
    { "RMR", A32(15, 12, 0, 0, 2), "AArch32", true },
    { "TTBR0, 64 bits", A32_WIDE(15, 2, 0), "AArch32", false },
    { "DBGDIDR", A32(14, 0, 0, 0, 0), "AArch32", true },
    { "DBGWFAR", A32(14, 0, 6, 0, 0), "AArch32", false },
    { "DBGDRAR", A32(14, 1, 0, 0, 0), "AArch32", true },
    { "DBGOSLSR", A32(14, 1, 1, 0, 4), "AArch32", false },
    { "DBGDSAR", A32(14, 2, 0, 0, 0), "AArch32", true },
    { "DBGDEVID2", A32(14, 7, 0, 0, 7), "AArch32", true },
    { "DBGDEVID", A32(14, 7, 2, 0, 7), "AArch32", true },
    { "DBGCLAIMSET", A32(14, 7, 8, 0, 6), "AArch32", false },
    { "DBGAUTHSTATUS", A32(14, 7, 14, 0, 6), "AArch32", true },
};
/* clang-format on */

static void test_classes(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(registers); i++) {
        uint64_t id = registers[i].id;
        const char *heading = ob_register_heading(id);

        g_test_message("%s", registers[i].name);
        g_assert_cmpstr(heading, ==, registers[i].heading);
        g_assert_cmpint(ob_register_is_constant(id), ==, registers[i].constant);
        g_assert_cmpint(ob_register_is_key(id), ==, g_str_equal(heading, PAUTH));
        g_assert_cmpint(ob_register_is_firmware(id), ==, g_str_equal(heading, "firmware"));
    }
}

/* Linux gives registers without a reset value a strange one, reset_val() of sys_regs.c. */
static void test_unused(void)
{
    g_assert_true(ob_register_is_unused(ARM_SCTLR, 0));
    g_assert_true(ob_register_is_unused(ARM_SCTLR, UINT64_C(0x1de7ec7edbadc0de)));
    g_assert_false(ob_register_is_unused(ARM_SCTLR, 1));
    g_assert_false(ob_register_is_unused(ARM_PSCI, 0));
}

/* TCG takes each value but a constant's; KVM knows the firmware's registers. */
static void test_accepted(void)
{
    static const struct {
        bool kvm;
        uint64_t id, own, value;
        int answer;
    } rows[] = {
        { false, ARM_ID_DFR0, 6, 6, 0 },
        { false, ARM_ID_DFR0, 6, 5, -EPERM },
        { false, ARM_SCTLR, 1, 2, 0 },
        { false, ARM_STD, 1, 3, 0 },
        { true, ARM_ID_DFR0, 6, 6, 0 },
        { true, ARM_ID_DFR0, 6, 5, -EINVAL },
        { true, ARM_SCTLR, 1, 2, 0 },
        { true, ARM_STD, 3, 1, 0 },
        { true, ARM_STD, 1, 3, -EINVAL },
        { true, ARM_PSCI, 0x10001, 0x10002, -EINVAL },
        { true, ARM_PSCI, 0x10001, 0x10000, 0 },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const ObDestination destination = { .kvm = rows[i].kvm };

        g_assert_cmpint(ob_destination_accepts(&destination, rows[i].id, rows[i].own,
                                               rows[i].value),
                        ==, rows[i].answer);
    }
}

static void test_nearest(void)
{
    const ObDestination destination = { .kvm = true };

    g_assert_cmphex(ob_destination_nearest(&destination, ARM_STD, 6, 3), ==, 2);
    g_assert_cmphex(ob_destination_nearest(&destination, ARM_PSCI, 0x10001, 0x10003), ==, 0x10001);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_set_nonfatal_assertions();
    g_test_add_func("/stream-registers/have-classes", test_classes);
    g_test_add_func("/stream-registers/unused-values", test_unused);
    g_test_add_func("/stream-registers/values-that-a-destination-takes", test_accepted);
    g_test_add_func("/stream-registers/nearest-value-that-is-taken", test_nearest);
    return g_test_run();
}
