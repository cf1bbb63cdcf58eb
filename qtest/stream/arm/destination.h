/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The system registers of the vCPUs at the place where a stream is to be loaded.  They are known
 * from a stream that the destination itself has saved, or for KVM from a .regs file of its kernel.
 */
#ifndef OB_DESTINATION_H
#define OB_DESTINATION_H

#include "hw-api/host/vcpu/regs-file.h"
#include "qtest/stream/arm/cpu-section.h"
#include "qtest/stream/codec/model.h"

typedef struct ObDestination {
    char *path;
    bool kvm;         /* false: TCG */
    GArray *vcpus;    /* ObCpuRegisters; a .regs file gives a single list for all vCPUs */
    ObModel *stream;  /* NULL: the file is a .regs file */
    HwRegsFile *regs; /* NULL: the file is a stream */
} ObDestination;

#define OB_NO_VCPUS                                                                                \
    "the stream does not have a section 'cpu' with system registers, expected a stream of an Arm " \
    "machine"

/* Opens a file of either kind; the first bytes tell which.  NULL with a sentence. */
ObDestination *ob_destination_open(const char *path, HwError *error);
void ob_destination_free(ObDestination *destination); /* NULL is allowed */

/* The list of a vCPU in ascending order; NULL: the destination does not have the vCPU. */
const ObCpuRegisters *ob_destination_vcpu(const ObDestination *destination, uint32_t vcpu);

/*
 * The result of writing `value` to a register of the destination that holds `own`: 0 or a
 * negative errno.  For TCG, and for KVM without a .regs file, it is derived from the id alone.
 */
int ob_destination_accepts(const ObDestination *destination, uint64_t id, uint64_t own,
                           uint64_t value);

/* The value nearest to `value` that the destination accepts for a firmware register. */
uint64_t ob_destination_nearest(const ObDestination *destination, uint64_t id, uint64_t own,
                                uint64_t value);

/* Reads the lists of all vCPUs from a stream; a stream of another machine has none.  NULL with a
 * sentence. */
GArray *ob_model_vcpus(const ObModel *model, const char *path, HwError *error);

/* True for a list of KVM's, false for TCG's: each has registers that the other does not have. */
bool ob_cpu_registers_are_kvm(const ObCpuRegisters *registers);

#endif
