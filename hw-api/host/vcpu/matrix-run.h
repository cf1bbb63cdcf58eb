/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Moves a vCPU's registers from one kernel to another as a cell of the matrix has it. */
#ifndef HW_HOST_VCPU_MATRIX_RUN_H
#define HW_HOST_VCPU_MATRIX_RUN_H

#include "hw-api/device/vcpu-merge.h"
#include "hw-api/host/vcpu/matrix.h"
#include "hw-api/host/vcpu/vcpus.h"

#define HW_MATRIX_REGISTERS_MAX 1024

/* What a source sends. */
typedef struct HwMatrixStream {
    HwVcpuEntry entries[HW_MATRIX_REGISTERS_MAX];
    uint32_t count;
} HwMatrixStream;

typedef struct HwMatrixResult {
    HwMatrixOutcome outcome;
    uint64_t id;                /* of the first register that is refused or lost, else 0 */
} HwMatrixResult;

/*
 * The two halves, on vCPU 0 of a kernel each, which may be a model or real.  Between them
 * the stream may go to another process.  Each half changes the vCPU; what is refused
 * leaves it as it was, but for cell->set.  False with a sentence if the cell can't be run
 * at all: the kernel can't be read, or does not take cell->set.
 *
 * save: result->outcome is OK, or NO_HIDE or NO_PIN, and then nothing was sent.
 * load: the cell's whole outcome, where the source sent something.
 */
bool hw_matrix_save(const HwMatrixCell *cell, HwVcpus *source, HwMatrixStream *stream,
                    HwMatrixResult *result, HwError *error);
bool hw_matrix_load(const HwMatrixCell *cell, HwVcpus *destination,
                    const HwMatrixStream *stream, HwMatrixResult *result, HwError *error);

#endif
