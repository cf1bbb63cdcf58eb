/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of the system registers in the CPU state, with the bits of each that can be
 * written (Arm ARM, D17).  Only the kernel has firmware registers, cache geometry and
 * implementation defined registers.
 */
#include "devices/arm-sysreg-state.h"

#include "hw-api/device/vcpu-id.h"

#define BREAKPOINT 0x00ffe1e7 /* DBGBCR: BT, LBN, SSC, HMC, BAS, PMC, E */
#define WATCHPOINT 0x1f1fffff /* DBGWCR: MASK, WT, LBN, SSC, HMC, BAS, LSC, PAC, E */

/* clang-format off */
#define PART(name, writable, ...) { name, HW_VCPU_SYSREG(__VA_ARGS__), writable }
#define RW(name, ...)             PART(name, UINT64_MAX, __VA_ARGS__)
#define RO(name, ...)             PART(name, 0, __VA_ARGS__)
#define DEBUG(n)                                                     \
    RW("DBGBVR" #n "_EL1", 2, 0, 0, n, 4),                           \
    PART("DBGBCR" #n "_EL1", BREAKPOINT, 2, 0, 0, n, 5),             \
    RW("DBGWVR" #n "_EL1", 2, 0, 0, n, 6),                           \
    PART("DBGWCR" #n "_EL1", WATCHPOINT, 2, 0, 0, n, 7)
/* clang-format on */

const ArmCpuRegister arm_cpu_registers[] = {
    PART("OSDTRRX_EL1", 0xffffffff, 2, 0, 0, 0, 2),
    DEBUG(0),
    DEBUG(1),
    PART("MDCCINT_EL1", 0x60000000, 2, 0, 0, 2, 0),
    RW("MDSCR_EL1", 2, 0, 0, 2, 2),
    DEBUG(2),
    PART("OSDTRTX_EL1", 0xffffffff, 2, 0, 0, 3, 2),
    DEBUG(3),
    DEBUG(4),
    DEBUG(5),
    PART("OSECCR_EL1", 0xffffffff, 2, 0, 0, 6, 2),
    DEBUG(6),
    DEBUG(7),
    DEBUG(8),
    DEBUG(9),
    DEBUG(10),
    DEBUG(11),
    DEBUG(12),
    DEBUG(13),
    DEBUG(14),
    DEBUG(15),
    RO("OSLSR_EL1", 2, 0, 1, 1, 4),
    PART("DBGVCR32_EL2", 0xffffffff, 2, 4, 0, 7, 0),
    RO("MIDR_EL1", 3, 0, 0, 0, 0),
    RW("MPIDR_EL1", 3, 0, 0, 0, 5),
    RO("REVIDR_EL1", 3, 0, 0, 0, 6),
    RO("ID_PFR0_EL1", 3, 0, 0, 1, 0),
    RO("ID_PFR1_EL1", 3, 0, 0, 1, 1),
    RO("ID_DFR0_EL1", 3, 0, 0, 1, 2),
    RO("ID_AFR0_EL1", 3, 0, 0, 1, 3),
    RO("ID_MMFR0_EL1", 3, 0, 0, 1, 4),
    RO("ID_MMFR1_EL1", 3, 0, 0, 1, 5),
    RO("ID_MMFR2_EL1", 3, 0, 0, 1, 6),
    RO("ID_MMFR3_EL1", 3, 0, 0, 1, 7),
    RO("ID_ISAR0_EL1", 3, 0, 0, 2, 0),
    RO("ID_ISAR1_EL1", 3, 0, 0, 2, 1),
    RO("ID_ISAR2_EL1", 3, 0, 0, 2, 2),
    RO("ID_ISAR3_EL1", 3, 0, 0, 2, 3),
    RO("ID_ISAR4_EL1", 3, 0, 0, 2, 4),
    RO("ID_ISAR5_EL1", 3, 0, 0, 2, 5),
    RO("ID_MMFR4_EL1", 3, 0, 0, 2, 6),
    RO("ID_ISAR6_EL1", 3, 0, 0, 2, 7),
    RO("MVFR0_EL1", 3, 0, 0, 3, 0),
    RO("MVFR1_EL1", 3, 0, 0, 3, 1),
    RO("MVFR2_EL1", 3, 0, 0, 3, 2),
    RO("ID_PFR2_EL1", 3, 0, 0, 3, 4),
    RO("ID_DFR1_EL1", 3, 0, 0, 3, 5),
    RO("ID_MMFR5_EL1", 3, 0, 0, 3, 6),
    RO("ID_AA64PFR0_EL1", 3, 0, 0, 4, 0),
    RO("ID_AA64PFR1_EL1", 3, 0, 0, 4, 1),
    RO("ID_AA64PFR2_EL1", 3, 0, 0, 4, 2),
    RO("ID_AA64ZFR0_EL1", 3, 0, 0, 4, 4),
    RO("ID_AA64SMFR0_EL1", 3, 0, 0, 4, 5),
    RO("ID_AA64FPFR0_EL1", 3, 0, 0, 4, 7),
    RO("ID_AA64DFR0_EL1", 3, 0, 0, 5, 0),
    RO("ID_AA64DFR1_EL1", 3, 0, 0, 5, 1),
    RO("ID_AA64DFR2_EL1", 3, 0, 0, 5, 2),
    RO("ID_AA64AFR0_EL1", 3, 0, 0, 5, 4),
    RO("ID_AA64AFR1_EL1", 3, 0, 0, 5, 5),
    RO("ID_AA64ISAR0_EL1", 3, 0, 0, 6, 0),
    RO("ID_AA64ISAR1_EL1", 3, 0, 0, 6, 1),
    RO("ID_AA64ISAR2_EL1", 3, 0, 0, 6, 2),
    RO("ID_AA64ISAR3_EL1", 3, 0, 0, 6, 3),
    RO("ID_AA64MMFR0_EL1", 3, 0, 0, 7, 0),
    RO("ID_AA64MMFR1_EL1", 3, 0, 0, 7, 1),
    RO("ID_AA64MMFR2_EL1", 3, 0, 0, 7, 2),
    RO("ID_AA64MMFR3_EL1", 3, 0, 0, 7, 3),
    RO("ID_AA64MMFR4_EL1", 3, 0, 0, 7, 4),
    RW("SCTLR_EL1", 3, 0, 1, 0, 0),
    RW("ACTLR_EL1", 3, 0, 1, 0, 1),
    RW("CPACR_EL1", 3, 0, 1, 0, 2),
    RW("ZCR_EL1", 3, 0, 1, 2, 0),
    RW("TTBR0_EL1", 3, 0, 2, 0, 0),
    RW("TTBR1_EL1", 3, 0, 2, 0, 1),
    RW("TCR_EL1", 3, 0, 2, 0, 2),
    RW("TCR2_EL1", 3, 0, 2, 0, 3),
    RW("APIAKeyLo_EL1", 3, 0, 2, 1, 0),
    RW("APIAKeyHi_EL1", 3, 0, 2, 1, 1),
    RW("APIBKeyLo_EL1", 3, 0, 2, 1, 2),
    RW("APIBKeyHi_EL1", 3, 0, 2, 1, 3),
    RW("APDAKeyLo_EL1", 3, 0, 2, 2, 0),
    RW("APDAKeyHi_EL1", 3, 0, 2, 2, 1),
    RW("APDBKeyLo_EL1", 3, 0, 2, 2, 2),
    RW("APDBKeyHi_EL1", 3, 0, 2, 2, 3),
    RW("APGAKeyLo_EL1", 3, 0, 2, 3, 0),
    RW("APGAKeyHi_EL1", 3, 0, 2, 3, 1),
    RW("AFSR0_EL1", 3, 0, 5, 1, 0),
    RW("AFSR1_EL1", 3, 0, 5, 1, 1),
    RW("ESR_EL1", 3, 0, 5, 2, 0),
    RW("FAR_EL1", 3, 0, 6, 0, 0),
    RW("PAR_EL1", 3, 0, 7, 4, 0),
    PART("PMINTENSET_EL1", 0xffffffff, 3, 0, 9, 14, 1),
    RO("PMMIR_EL1", 3, 0, 9, 14, 6),
    RW("MAIR_EL1", 3, 0, 10, 2, 0),
    RW("PIRE0_EL1", 3, 0, 10, 2, 2),
    RW("PIR_EL1", 3, 0, 10, 2, 3),
    RW("AMAIR_EL1", 3, 0, 10, 3, 0),
    PART("VBAR_EL1", UINT64_MAX << 11, 3, 0, 12, 0, 0),
    RO("RVBAR_EL1", 3, 0, 12, 0, 1),
    RO("RMR_EL1", 3, 0, 12, 0, 2),
    RW("DISR_EL1", 3, 0, 12, 1, 1),
    PART("CONTEXTIDR_EL1", 0xffffffff, 3, 0, 13, 0, 1),
    RW("TPIDR_EL1", 3, 0, 13, 0, 4),
    RW("SCXTNUM_EL1", 3, 0, 13, 0, 7),
    PART("CNTKCTL_EL1", 0xfffff, 3, 0, 14, 1, 0),
    RO("CLIDR_EL1", 3, 1, 0, 0, 1),
    RO("AIDR_EL1", 3, 1, 0, 0, 7),
    PART("CSSELR_EL1", 0xf, 3, 2, 0, 0, 0),
    RO("CTR_EL0", 3, 3, 0, 0, 1),
    PART("PMCR_EL0", 0xffffffff, 3, 3, 9, 12, 0),
    PART("PMCNTENSET_EL0", 0xffffffff, 3, 3, 9, 12, 1),
    PART("PMSELR_EL0", 0x1f, 3, 3, 9, 12, 5),
    RO("PMCEID0_EL0", 3, 3, 9, 12, 6),
    RO("PMCEID1_EL0", 3, 3, 9, 12, 7),
    RW("PMCCNTR_EL0", 3, 3, 9, 13, 0),
    PART("PMUSERENR_EL0", 0x1f, 3, 3, 9, 14, 0),
    RW("TPIDR_EL0", 3, 3, 13, 0, 2),
    RW("TPIDRRO_EL0", 3, 3, 13, 0, 3),
    RW("TPIDR2_EL0", 3, 3, 13, 0, 5),
    RW("SCXTNUM_EL0", 3, 3, 13, 0, 7),
    RW("CNTFRQ_EL0", 3, 3, 14, 0, 0),
    RW("CNTPCT_EL0", 3, 3, 14, 0, 1),
    RW("CNTV_CVAL_EL0", 3, 3, 14, 0, 2),
    PART("CNTP_CTL_EL0", 0x7, 3, 3, 14, 2, 1),
    RW("CNTP_CVAL_EL0", 3, 3, 14, 2, 2),
    PART("CNTV_CTL_EL0", 0x7, 3, 3, 14, 3, 1),
    RW("CNTVCT_EL0", 3, 3, 14, 3, 2),
    PART("DACR32_EL2", 0xffffffff, 3, 4, 3, 0, 0),
    PART("IFSR32_EL2", 0xffffffff, 3, 4, 5, 0, 1),
    PART("FPEXC32_EL2", 0xffffffff, 3, 4, 5, 3, 0),
};
/* clang-format off */
const uint32_t arm_cpu_register_count =
    sizeof(arm_cpu_registers) / sizeof(arm_cpu_registers[0]);
/* clang-format on */

_Static_assert(sizeof(arm_cpu_registers) / sizeof(arm_cpu_registers[0]) <= ARM_CPU_REGISTERS_MAX,
               "the CPU state has no room");

int32_t arm_cpu_register_find(uint64_t id)
{
    uint32_t low = 0;
    uint32_t high = arm_cpu_register_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (arm_cpu_registers[middle].id == id) {
            return (int32_t)middle;
        }
        if (arm_cpu_registers[middle].id < id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return -1;
}
