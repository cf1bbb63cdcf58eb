/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The registers of a real kernel's vCPU, in a text file (.regs) that
 * scripts/dump-kvm-registers writes.  An example:
 *
 *     # Linux version 6.12.100+deb12-arm64 ...
 *     # n=259 r=0
 *     6030000000140000 8 0000000000010001 0 0 0 0000000000010000
 *     fields 603000000013c028 0001 0001 0001 0001 0001 0001 0101 0001 0003 0001 ...
 *     busy 603000000013c028
 *     fw 6030000000140000 default 10001(0) write 2 -> 0 read 2(0)
 *
 * A register's line has: id, bytes, value, three answers of the kernel (0 or a negative errno),
 * and the value that was read at the end.  The answers are those to reading the register, to
 * writing the same value, and to writing the value with bit 0 flipped.
 *
 * A line "fields" has a mask for each 4-bit field of a register, most significant field first.
 * Bit N of the mask: the field accepts the value N while the other fields keep theirs.  A line
 * "busy" names a register that refuses other values (EBUSY) after a vCPU has run.  A line "fw" is
 * one attempt at a firmware register.
 *
 * Numbers are hexadecimal, sizes and answers decimal.  Lines with '#' are comments: the first
 * names the kernel, and "# n=" gives the number of registers that follow.  Lines "cap_..." and
 * "unknown ..." describe the whole kernel and are not kept.
 */
#ifndef HW_HOST_VCPU_REGS_FILE_H
#define HW_HOST_VCPU_REGS_FILE_H

#include "hw-api/hw-api.h"

#define HW_REGS_VALUE_MAX 256 /* bytes: the largest register of KVM's, 2048 bits */

typedef struct HwRegsRow {
    uint64_t id;
    uint32_t size; /* bytes of each value: the id's size */
    int get;       /* answers: 0 or a negative errno */
    int set_same;
    int set_flipped;
    const uint8_t *value; /* in the host's byte order; HwRegsFile owns it */
    const uint8_t *read_back;
} HwRegsRow;

#define HW_REGS_FIELDS 16 /* fields of 4 bits in a line "fields", at most */

typedef struct HwRegsFields {
    uint64_t id;
    uint16_t accepted[HW_REGS_FIELDS]; /* bits 3:0 first; only 0 beyond the register's end */
} HwRegsFields;

typedef struct HwRegsAttempt {
    uint64_t id;
    uint64_t before; /* the value before the write; 0 if `get` failed */
    uint64_t written;
    uint64_t after;
    int get;
    int set;
} HwRegsAttempt;

typedef struct HwRegsFile {
    const char *kernel;    /* "Linux version 6.12.100...", or "" */
    const HwRegsRow *rows; /* in the order of the kernel's list; ids are unique */
    uint32_t count;
    const HwRegsAttempt *attempts;
    uint32_t attempt_count;
    const HwRegsFields *fields; /* none: the file has results for bit 0 only */
    uint32_t fields_count;
    const uint64_t *busy; /* ids */
    uint32_t busy_count;
} HwRegsFile;

/*
 * Reads a file, or `size` bytes of text that messages call `name`.  NULL with a sentence that has
 * the line: "new.regs:17: size 5 does not fit id 603000000013c080, expected 8".  Any thread.
 */
HwRegsFile *hw_regs_load(const char *path, HwError *error);
HwRegsFile *hw_regs_parse(const char *name, const char *text, size_t size, HwError *error);
void hw_regs_free(HwRegsFile *file); /* NULL is allowed */

/* The register's line; NULL: the file does not have the register. */
const HwRegsRow *hw_regs_find(const HwRegsFile *file, uint64_t id);

/* The register's line "fields"; NULL: the register does not have such a line. */
const HwRegsFields *hw_regs_find_fields(const HwRegsFile *file, uint64_t id);

/* True if the register has a line "busy". */
bool hw_regs_is_busy(const HwRegsFile *file, uint64_t id);

/* The low 64 bits of a value. */
uint64_t hw_regs_number(const HwRegsRow *row);

#endif
