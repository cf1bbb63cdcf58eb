/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Moves a vCPU's registers from one kernel to another, as a cell of the matrix says. */
#ifndef OB_STREAM_ARM_MATRIX_RUN_H
#define OB_STREAM_ARM_MATRIX_RUN_H

#include "hw-api/device/vcpu-merge.h"
#include "hw-api/host/vcpu/vcpus.h"
#include "qtest/stream/arm/matrix.h"

#define OB_MATRIX_REGISTERS_MAX 1024

/* The registers that a source sends. */
typedef struct ObMatrixStream {
    HwVcpuEntry entries[OB_MATRIX_REGISTERS_MAX];
    uint32_t count;
} ObMatrixStream;

typedef struct ObMatrixResult {
    ObMatrixOutcome outcome;
    uint64_t id; /* the first register that is refused or lost, else 0 */
} ObMatrixResult;

/*
 * The two halves of a move, on vCPU 0 of a modelled or a real kernel each.  The stream may go to
 * another process in between.  Each half changes the vCPU; a refusal leaves the vCPU as it was,
 * but for cell->set.  False with a sentence if the cell can't be run at all: the kernel can't be
 * read, or does not accept cell->set.
 *
 * save: result->outcome is OK, or it is NO_HIDE or NO_PIN and `stream` is empty.
 * load: result->outcome is the whole cell's.  To be called after an OK of save.
 */
bool ob_matrix_save(const ObMatrixCell *cell, HwVcpus *source, ObMatrixStream *stream,
                    ObMatrixResult *result, HwError *error);
bool ob_matrix_load(const ObMatrixCell *cell, HwVcpus *destination, const ObMatrixStream *stream,
                    ObMatrixResult *result, HwError *error);

#endif
