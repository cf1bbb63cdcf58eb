/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The CPU state: an emulator's own copy of a CPU's system registers, beside the kernel's. */
#ifndef ARM_SYSREG_STATE_H
#define ARM_SYSREG_STATE_H

#include "hw-api/hw-api.h"

typedef struct ArmCpuRegister {
    const char *name;
    uint64_t id;       /* KVM's; ascending */
    uint64_t writable; /* bits that store a written value; 0: a constant */
} ArmCpuRegister;

#define ARM_CPU_REGISTERS_MAX 192
extern const ArmCpuRegister arm_cpu_registers[];
extern const uint32_t arm_cpu_register_count;

typedef struct ArmCpuState {
    uint64_t values[ARM_CPU_REGISTERS_MAX];
} ArmCpuState;

/* The register's place in the table; -1: the CPU state does not have the register. */
int32_t arm_cpu_register_find(uint64_t id);

/* A raw write, without side effects.  True if the register now has the whole value. */
static inline bool arm_cpu_state_write(ArmCpuState *state, uint32_t place, uint64_t value)
{
    uint64_t writable = arm_cpu_registers[place].writable;

    state->values[place] = (state->values[place] & ~writable) | (value & writable);
    return state->values[place] == value;
}

#endif
