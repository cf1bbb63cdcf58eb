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
#ifndef OB_STREAM_ARM_MATRIX_H
#define OB_STREAM_ARM_MATRIX_H

#include "hw-api/device/vcpu-policy.h"

typedef enum ObMatrixOutcome {
    OB_MATRIX_OK,               /* the destination has all that the source had */
    OB_MATRIX_OK_OWN,           /* that, and registers of its own with values of its own */
    OB_MATRIX_LOST,             /* it goes on without the register, and nobody is told */
    OB_MATRIX_TOO_LONG,         /* refused: more registers than the destination has */
    OB_MATRIX_UNKNOWN,          /* refused: the destination lacks the register */
    OB_MATRIX_EINVAL,           /* refused: its kernel does not take the value */
    OB_MATRIX_EBUSY,            /* refused: its kernel takes no other value any more */
    OB_MATRIX_NO_HIDE,          /* refused on the source: the guest would lose something */
    OB_MATRIX_NO_PIN,           /* refused on that side: its kernel can't do that */
} ObMatrixOutcome;

typedef struct ObMatrixCell {
    const char *row;
    char column;
    const char *source;
    const char *set;
    const char *source_policy;
    const char *destination;
    const char *destination_policy;
    ObMatrixOutcome outcome;
    const char *name;           /* of the register that is refused or lost, else "" */
    uint64_t id;                /* likewise, else 0 */
    uint32_t line;
} ObMatrixCell;

typedef struct ObMatrix {
    const ObMatrixCell *cells;  /* in the file's order: those of a row follow each other */
    uint32_t count;
} ObMatrix;

#define OB_MATRIX_COLUMNS "SNTHP"

/* Reads `size` bytes of text; `name` is for messages.  NULL with a sentence that has the
 * line.  Any thread. */
ObMatrix *ob_matrix_parse(const char *name, const char *text, size_t size, HwError *error);
void ob_matrix_free(ObMatrix *matrix);              /* NULL is allowed */

/* The project's: migration.matrix. */
extern const char ob_matrix_text[];
extern const size_t ob_matrix_text_size;

const char *ob_matrix_outcome_name(ObMatrixOutcome outcome);       /* "no-hide" */
const char *ob_matrix_outcome_meaning(ObMatrixOutcome outcome);    /* one line */

#endif
