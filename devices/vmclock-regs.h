/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The page of VMClock 1.1 (uapi-group specifications), laid out as in Linux's
 * include/uapi/linux/vmclock-abi.h.  Numbers are little-endian.  Fields that are not here are 0:
 * this device tells no time. */
#ifndef VMCLOCK_REGS_H
#define VMCLOCK_REGS_H

#define VMCLOCK_PAGE     0x1000 /* a page, so that user space can map it */
#define VMCLOCK_ABI_SIZE 0x70   /* the end of the last field */

enum {
    VMCLOCK_MAGIC = 0x00,             /* 4 bytes */
    VMCLOCK_SIZE = 0x04,              /* 4: the memory's size */
    VMCLOCK_VERSION = 0x08,           /* 2 */
    VMCLOCK_COUNTER_ID = 0x0a,        /* 1 */
    VMCLOCK_SEQ_COUNT = 0x0c,         /* 4: odd while the device writes */
    VMCLOCK_DISRUPTION_MARKER = 0x10, /* 8: differs after each disruption */
    VMCLOCK_FLAGS = 0x18,             /* 8 */
    VMCLOCK_GENERATION_COUNTER = 0x68 /* 8: differs after each load from a snapshot */
};

#define VMCLOCK_MAGIC_VALUE             0x4b4c4356 /* "VCLK" */
#define VMCLOCK_COUNTER_INVALID         0xff       /* no counter: the page has no time */
#define VMCLOCK_FLAG_GENERATION_COUNTER (UINT64_C(1) << 8)
#define VMCLOCK_FLAG_NOTIFICATION       (UINT64_C(1) << 9)

#define VMCLOCK_GPE                     7 /* \_GPE._E07 on a PC */

#endif
