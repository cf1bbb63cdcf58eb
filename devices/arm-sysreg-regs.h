/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The register window of arm-sysreg-sync; arm-sysreg-sync.rst explains it. */
#ifndef ARM_SYSREG_REGS_H
#define ARM_SYSREG_REGS_H

/* Offsets; 32 bits each. */
#define ARM_SYSREG_ID          0x00 /* reads ARM_SYSREG_MAGIC */
#define ARM_SYSREG_COMMAND     0x04 /* write one of the commands */
#define ARM_SYSREG_STATUS      0x08 /* the last command's result: 0 or a positive errno */
#define ARM_SYSREG_COUNT       0x0c /* registers in the list */
#define ARM_SYSREG_INDEX       0x10 /* selects the register that the next words show */
#define ARM_SYSREG_FLAGS       0x14 /* ARM_SYSREG_FLAG_... */
#define ARM_SYSREG_REG_ID      0x18 /* its KVM id, 64 bits */
#define ARM_SYSREG_LIST        0x20 /* its value in the list, 64 bits */
#define ARM_SYSREG_STATE       0x28 /* its value in the CPU state, 64 bits */
#define ARM_SYSREG_VALUE       0x30 /* the value for ARM_SYSREG_WRITE_..., 64 bits */
#define ARM_SYSREG_FAILED      0x38 /* index of the register that failed last */
#define ARM_SYSREG_WINDOW      0x3c

#define ARM_SYSREG_MAGIC       0x53535241 /* "ARSS" in guest memory */

#define ARM_SYSREG_FLAG_KNOWN  0x1 /* the CPU state has the register */
#define ARM_SYSREG_FLAG_STUCK  0x2 /* the list's value is in the CPU state */
#define ARM_SYSREG_FLAG_HIDDEN 0x4 /* the policy leaves the register out of a migration */
#define ARM_SYSREG_FLAG_COUNT  0x8 /* a timer's count: only ..._TO_KERNEL_FULL sets it */

/* Commands. */
#define ARM_SYSREG_FROM_KERNEL      1 /* kernel -> list -> CPU state */
#define ARM_SYSREG_TO_KERNEL        2 /* CPU state -> list -> kernel, without counts */
#define ARM_SYSREG_TO_KERNEL_FULL   3 /* with counts */
#define ARM_SYSREG_LIST_FROM_KERNEL 4 /* the single steps, 4 to 7 */
#define ARM_SYSREG_LIST_TO_STATE    5
#define ARM_SYSREG_STATE_TO_LIST    6
#define ARM_SYSREG_LIST_TO_KERNEL   7
#define ARM_SYSREG_WRITE_STATE      8  /* VALUE to the CPU state, like a debugger's write */
#define ARM_SYSREG_WRITE_LIST       9  /* VALUE to the list */
#define ARM_SYSREG_FIND             10 /* INDEX of the register whose id is in VALUE */

#endif
