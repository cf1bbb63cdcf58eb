/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a stream is to be loaded, as far as a vCPU's system registers go: known from a
 * stream that the destination itself has saved, or for KVM from a .regs file of its kernel.
 */
#ifndef OB_DESTINATION_H
#define OB_DESTINATION_H

#include "hw-api/host/vcpu/regs-file.h"
#include "qtest/stream/arm/cpu-section.h"
#include "qtest/stream/codec/model.h"

typedef struct ObDestination {
    char *path;
    bool kvm;                   /* else TCG */
    GArray *vcpus;              /* ObCpuRegisters; a .regs file gives one, for each vCPU */
    ObModel *stream;            /* NULL: it is a .regs file */
    HwRegsFile *regs;           /* NULL: it is a stream */
} ObDestination;

/* Tells the two kinds of file apart by their first bytes.  NULL with a sentence. */
ObDestination *ob_destination_open(const char *path, HwError *error);
void ob_destination_free(ObDestination *destination);   /* NULL is allowed */

/* The list of a vCPU in ascending order, NULL: there is no such vCPU. */
const ObCpuRegisters *ob_destination_vcpu(const ObDestination *destination, uint32_t vcpu);

/*
 * What setting a register that the destination has, and which holds `own`, answers: 0 or
 * a negative errno.  Of KVM without a .regs file, and of TCG, only what the ids tell is known.
 */
int ob_destination_accepts(const ObDestination *destination, uint64_t id, uint64_t own,
                           uint64_t value);

/* The value nearest to `value` that it accepts, for a firmware register. */
uint64_t ob_destination_nearest(const ObDestination *destination, uint64_t id, uint64_t own,
                                uint64_t value);

/* Reads the lists of all vCPUs of a stream, an Arm machine's.  NULL with a sentence. */
GArray *ob_model_vcpus(const ObModel *model, const char *path, HwError *error);

/* Whose list it is, by the registers that only one of the two has. */
bool ob_cpu_registers_are_kvm(const ObCpuRegisters *registers);

#endif
