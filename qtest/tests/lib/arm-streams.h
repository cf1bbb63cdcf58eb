/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small streams with sections "cpu" of QEMU's Arm machines. */
#ifndef OB_TESTS_LIB_ARM_STREAMS_H
#define OB_TESTS_LIB_ARM_STREAMS_H

#include "qtest/stream/arm/cpu-section.h"
#include "qtest/tests/lib/stream-files.h"

typedef struct ArmToy {
    const ObCpuRegister *registers; /* the same for each vCPU */
    uint32_t count;
    uint32_t vcpus;       /* 0: one */
    bool timer;           /* add subsection "cpu/wfxt-timer" */
    uint32_t timer_from;  /* the first vCPU that has it */
    bool plain;           /* the description doesn't name the list's fields */
    const char *stranger; /* another section; NULL: none */
    uint32_t zero_pages;  /* number of zero pages of RAM; 0: one */
    uint32_t pages;       /* number of other pages, behind the zero pages */
} ArmToy;

#define ARM_LIST(...)                                     \
    .registers = (const ObCpuRegister[]) { __VA_ARGS__ }, \
    .count = sizeof((const ObCpuRegister[]) { __VA_ARGS__ }) / sizeof(ObCpuRegister)

/* Machine "virt", RAM, the vCPUs. */
GByteArray *arm_toy(ArmToy toy);
void arm_toy_write(ObVmWriter *writer, const ArmToy *toy);

/* The offset of vCPU 0's count in a stream; ids and values follow. */
size_t arm_list_offset(const GByteArray *stream);

/* The list of a vCPU in a whole stream; for arm_list(), it must exist.  The caller clears it. */
ObCpuRegisters arm_list(const GByteArray *stream, uint32_t vcpu);
bool arm_list_find(const GByteArray *stream, uint32_t vcpu, ObCpuRegisters *registers);

/* Names that tests use. */
#define ARM_SCTLR   UINT64_C(0x603000000013c080)
#define ARM_ID_DFR0 UINT64_C(0x603000000013c00a)
#define ARM_CNTFRQ  UINT64_C(0x603000000013df00)
#define ARM_TPIDR   UINT64_C(0x603000000013c684)
#define ARM_RMR     UINT64_C(0x603000000013c602)
#define ARM_A32_CTR UINT64_C(0x40200000200f0001)
#define ARM_PSCI    UINT64_C(0x6030000000140000)
#define ARM_WA1     UINT64_C(0x6030000000140001)
#define ARM_STD     UINT64_C(0x6030000000160000)
#define ARM_BMAP_2  UINT64_C(0x6030000000160003)

#endif
