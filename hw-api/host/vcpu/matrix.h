/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which guests can move from which kernel to which, by whose policy: a data file,
 * migration.matrix, that is built into the library.  A line is a cell of nine parts
 * between '|', the first two of which name its row and column:
 *
 *   row | column | source | set | source's policy | destination | destination's policy |
 *   outcome | register
 *
 * Columns: S stock QEMU (7.2 to 10.x); N arm-sysreg-sync without a policy; T tolerance on
 * the destination; H hiding on the source; P pinning on the source, then hiding.
 *
 * source and destination are settings "KEY=VALUE KEY=VALUE" of hw_vcpu_model_configure(),
 * and "kernel=6.1" or "kernel=6.12": a kernel whose .regs file there is.  Where that and
 * has-run are all, real KVM can show the cell.  "set" are registers that the VMM gives a
 * value before the guest runs, as in a pin; a policy is as in hw_vcpu_policy_parse().
 * Lines that are empty or begin with '#' say nothing.
 */
#ifndef HW_HOST_VCPU_MATRIX_H
#define HW_HOST_VCPU_MATRIX_H

#include "hw-api/device/vcpu-policy.h"

typedef enum HwMatrixOutcome {
    HW_MATRIX_OK,               /* the destination has all that the source had */
    HW_MATRIX_OK_OWN,           /* that, and registers of its own with values of its own */
    HW_MATRIX_LOST,             /* it goes on without the register, and nobody is told */
    HW_MATRIX_TOO_LONG,         /* refused: more registers than the destination has */
    HW_MATRIX_UNKNOWN,          /* refused: the destination lacks the register */
    HW_MATRIX_EINVAL,           /* refused: its kernel does not take the value */
    HW_MATRIX_EBUSY,            /* refused: its kernel takes no other value any more */
    HW_MATRIX_NO_HIDE,          /* refused on the source: the guest would lose something */
    HW_MATRIX_NO_PIN,           /* refused on that side: its kernel can't do that */
} HwMatrixOutcome;

typedef struct HwMatrixCell {
    const char *row;
    char column;
    const char *source;
    const char *set;
    const char *source_policy;
    const char *destination;
    const char *destination_policy;
    HwMatrixOutcome outcome;
    const char *name;           /* of the register that is refused or lost, else "" */
    uint64_t id;                /* likewise, else 0 */
    uint32_t line;
} HwMatrixCell;

typedef struct HwMatrix {
    const HwMatrixCell *cells;  /* in the file's order: those of a row follow each other */
    uint32_t count;
} HwMatrix;

#define HW_MATRIX_COLUMNS "SNTHP"

/* Reads `size` bytes of text; `name` is for messages.  NULL with a sentence that has the
 * line.  Any thread. */
HwMatrix *hw_matrix_parse(const char *name, const char *text, size_t size, HwError *error);
void hw_matrix_free(HwMatrix *matrix);              /* NULL is allowed */

/* The project's: migration.matrix. */
extern const char hw_matrix_text[];
extern const size_t hw_matrix_text_size;

const char *hw_matrix_outcome_name(HwMatrixOutcome outcome);       /* "no-hide" */
const char *hw_matrix_outcome_meaning(HwMatrixOutcome outcome);    /* one line */

#endif
