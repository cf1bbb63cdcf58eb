/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The matrix of migrations: for pairs of kernels it says which guests can move, and by whose
 * policy.  It is the data file migration.matrix, which is built into the library.  A line is a
 * cell of nine parts between '|'; the first two name the cell's row and column:
 *
 *   row | column | source | set | source's policy | destination | destination's policy |
 *   outcome | register
 *
 * Columns:
 *   S  stock QEMU (7.2 to 10.x)
 *   N  arm-sysreg-sync without a policy
 *   T  tolerance on the destination
 *   H  hiding on the source
 *   P  pinning on the source, then hiding
 *
 * source and destination are settings "KEY=VALUE KEY=VALUE" of hw_vcpu_model_configure(), and
 * "kernel=6.1" or "kernel=6.12": a kernel for which a .regs file exists.  Real KVM can show a
 * cell that has no other setting than `kernel` and `has-run`.
 *
 * "set" lists registers that the VMM sets before the guest runs, in the form of a pin.  A policy
 * has the form of hw_vcpu_policy_parse().  Empty lines and lines that begin with '#' are ignored.
 */
#ifndef OB_STREAM_ARM_MATRIX_H
#define OB_STREAM_ARM_MATRIX_H

#include "hw-api/device/vcpu-policy.h"

typedef enum ObMatrixOutcome {
    OB_MATRIX_OK,       /* the destination has all that the source had */
    OB_MATRIX_OK_OWN,   /* OK, and it has more registers, with values of its own */
    OB_MATRIX_LOST,     /* the guest silently loses the register */
    OB_MATRIX_TOO_LONG, /* refused: more registers than the destination has */
    OB_MATRIX_UNKNOWN,  /* refused: the destination lacks the register */
    OB_MATRIX_EINVAL,   /* refused: its kernel does not take the value */
    OB_MATRIX_EBUSY,    /* refused: its kernel no longer takes other values */
    OB_MATRIX_NO_HIDE,  /* refused on the source: the guest would lose something */
    OB_MATRIX_NO_PIN,   /* refused on the pin's side: the kernel does not take its value */
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
    const char *name; /* the register that is refused or lost, else "" */
    uint64_t id;      /* likewise, else 0 */
    uint32_t line;
} ObMatrixCell;

typedef struct ObMatrix {
    const ObMatrixCell *cells; /* in the file's order: a row's cells follow each other */
    uint32_t count;
} ObMatrix;

#define OB_MATRIX_COLUMNS "SNTHP"

/* Reads `size` bytes of text; `name` is for messages.  NULL with a sentence that gives the line
 * number.  Any thread may call it. */
ObMatrix *ob_matrix_parse(const char *name, const char *text, size_t size, HwError *error);
void ob_matrix_free(ObMatrix *matrix); /* NULL is allowed */

/* The project's matrix: migration.matrix. */
extern const char ob_matrix_text[];
extern const size_t ob_matrix_text_size;

const char *ob_matrix_outcome_name(ObMatrixOutcome outcome);    /* "no-hide" */
const char *ob_matrix_outcome_meaning(ObMatrixOutcome outcome); /* one line */

#endif
