/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The system registers in section "cpu" of an Arm vCPU: an i32 count, then `count` u64 ids, then
 * `count` u64 values.  QEMU's target/arm/machine.c has this layout since version 22.
 */
#ifndef OB_CPU_SECTION_H
#define OB_CPU_SECTION_H

#include <jansson.h>

#include "hw-api/device/vcpu-policy.h"
#include "qtest/stream/codec/reader.h"

#define OB_CPU_SECTION "cpu"

typedef HwVcpuEntry ObCpuRegister;

typedef struct ObCpuRegisters {
    uint32_t vcpu; /* the section's instance */
    uint32_t count;
    ObCpuRegister *entries; /* in the stream's order; a bad stream's ids need not ascend */
    size_t offset;          /* the count's, in the payload */
} ObCpuRegisters;

/* True if the section has such a list: other architectures have sections "cpu" without it. */
bool ob_cpu_section_is_arm(const char *name, uint32_t version, const json_t *description);

/*
 * Finds the list by the description's fields.  If the description is NULL or does not name the
 * fields, the list is read at its place in version 22.  False with a sentence if the list does
 * not fit the payload.
 */
bool ob_cpu_registers_read(const json_t *description, const uint8_t *payload, size_t size,
                           ObCpuRegisters *registers, HwError *error);
void ob_cpu_registers_clear(ObCpuRegisters *registers);

/* The size of a list in a payload, in bytes. */
size_t ob_cpu_registers_size(uint32_t count);
void ob_cpu_registers_put(const ObCpuRegister *entries, uint32_t count, uint8_t *bytes);

/* Changes the description to `count` registers. */
void ob_cpu_registers_describe(json_t *description, uint32_t count);

/* The register's index in an ascending list; -1: the list does not have it. */
int64_t ob_cpu_registers_find(const ObCpuRegisters *registers, uint64_t id);

/* The index of the first entry whose id is not above the id before it; the count if all ascend. */
uint32_t ob_cpu_registers_disorder(const ObCpuRegisters *registers);

#endif
