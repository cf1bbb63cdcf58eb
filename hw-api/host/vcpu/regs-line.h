/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of a .regs file; shared by regs-line.c and regs-file.c. */
#ifndef HW_HOST_VCPU_REGS_LINE_H
#define HW_HOST_VCPU_REGS_LINE_H

#include "hw-api/host/vcpu/regs-file.h"

typedef enum HwRegsLineKind {
    HW_REGS_LINE_NOTHING,
    HW_REGS_LINE_KERNEL, /* text */
    HW_REGS_LINE_COUNT,  /* number */
    HW_REGS_LINE_ROW,    /* row, whose values are in this struct */
    HW_REGS_LINE_ATTEMPT,
    HW_REGS_LINE_FIELDS,
    HW_REGS_LINE_BUSY, /* fields.id */
} HwRegsLineKind;

typedef struct HwRegsLine {
    HwRegsLineKind kind;
    const char *text; /* points into the line */
    uint32_t number;
    HwRegsRow row;
    HwRegsAttempt attempt;
    HwRegsFields fields;
    uint8_t values[2 * HW_REGS_VALUE_MAX];
} HwRegsLine;

/* Reads one line; it cuts `text` into words.  False with a sentence. */
bool hw_regs_line_parse(char *text, HwRegsLine *line, HwError *error);

#endif
