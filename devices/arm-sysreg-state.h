/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The system registers of a CPU as an emulator has them, beside those of the kernel. */
#ifndef ARM_SYSREG_STATE_H
#define ARM_SYSREG_STATE_H

#include "hw-api/hw-api.h"

typedef struct ArmCpuRegister {
    const char *name;
    uint64_t id;                /* KVM's; ascending */
    uint64_t writable;          /* bits that store what is written; 0: a constant */
} ArmCpuRegister;

#define ARM_CPU_REGISTERS_MAX 192
extern const ArmCpuRegister arm_cpu_registers[];
extern const uint32_t arm_cpu_register_count;

typedef struct ArmCpuState {
    uint64_t values[ARM_CPU_REGISTERS_MAX];
} ArmCpuState;

/* The register's place in the table, -1: the CPU state has none such. */
int32_t arm_cpu_register_find(uint64_t id);

/* A raw write: no side effects.  Whether the whole value is there now. */
static inline bool arm_cpu_state_write(ArmCpuState *state, uint32_t place, uint64_t value)
{
    uint64_t writable = arm_cpu_registers[place].writable;

    state->values[place] = (state->values[place] & ~writable) | (value & writable);
    return state->values[place] == value;
}

#endif
