/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The system registers in section "cpu" of an Arm vCPU, as QEMU's machine_arm.c has them
 * since version 22: an i32 count, then that many u64 ids, then that many u64 values.
 */
#ifndef OB_CPU_SECTION_H
#define OB_CPU_SECTION_H

#include <jansson.h>

#include "hw-api/device/vcpu-policy.h"
#include "qtest/stream/codec/reader.h"

#define OB_CPU_SECTION "cpu"

typedef HwVcpuEntry ObCpuRegister;

typedef struct ObCpuRegisters {
    uint32_t vcpu;              /* the section's instance */
    uint32_t count;
    ObCpuRegister *entries;     /* as they came: a bad stream has them in any order */
    size_t offset;              /* of the count in the payload */
} ObCpuRegisters;

/* Whether the section has such a list: other architectures' "cpu" have none. */
bool ob_cpu_section_is_arm(const char *name, uint32_t version, const json_t *description);

/*
 * Finds the list by the description's fields, or where version 22 has it if the description
 * is NULL or doesn't name them.  False with a sentence if it doesn't fit the payload.
 */
bool ob_cpu_registers_read(const json_t *description, const uint8_t *payload, size_t size,
                           ObCpuRegisters *registers, HwError *error);
void ob_cpu_registers_clear(ObCpuRegisters *registers);

/* Bytes of a list in a payload. */
size_t ob_cpu_registers_size(uint32_t count);
void ob_cpu_registers_put(const ObCpuRegister *entries, uint32_t count, uint8_t *bytes);

/* Makes the description tell of `count` registers. */
void ob_cpu_registers_describe(json_t *description, uint32_t count);

/* The register's place in a list that ascends; -1: none. */
int64_t ob_cpu_registers_find(const ObCpuRegisters *registers, uint64_t id);

/* The first entry that isn't above the one before it; the count if there is none. */
uint32_t ob_cpu_registers_disorder(const ObCpuRegisters *registers);

#endif
