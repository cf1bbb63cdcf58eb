/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The page of VMClock 1.1 (uapi-group specifications), laid out as in Linux's
 * include/uapi/linux/vmclock-abi.h.  Numbers are little-endian.  Without time the fields from 0x20 to
 * 0x67 are 0. */
#ifndef VMCLOCK_REGS_H
#define VMCLOCK_REGS_H

#define VMCLOCK_PAGE 0x1000 /* a page, so that user space can map it */

/* Both architectures' physical addresses have at most 52 bits. */
#define VMCLOCK_LAST_PAGE 0xffffffffff000
#define VMCLOCK_ABI_SIZE  0x70 /* the end of the last field */

enum {
    VMCLOCK_MAGIC = 0x00,             /* 4 bytes */
    VMCLOCK_SIZE = 0x04,              /* 4: the memory's size */
    VMCLOCK_VERSION = 0x08,           /* 2 */
    VMCLOCK_COUNTER_ID = 0x0a,        /* 1 */
    VMCLOCK_TIME_TYPE = 0x0b,         /* 1: 0, UTC */
    VMCLOCK_SEQ_COUNT = 0x0c,         /* 4: odd while the device writes */
    VMCLOCK_DISRUPTION_MARKER = 0x10, /* 8: differs after each disruption */
    VMCLOCK_FLAGS = 0x18,             /* 8 */
    VMCLOCK_TIME_FIRST = 0x20,        /* from here on: the time, without a counter 0 */
    VMCLOCK_CLOCK_STATUS = 0x22,      /* 1 */
    VMCLOCK_SMEARING_HINT = 0x23,     /* 1 */
    VMCLOCK_TAI_OFFSET = 0x24,        /* 2: signed; UTC minus TAI in seconds */
    VMCLOCK_LEAP_INDICATOR = 0x26,    /* 1 */
    VMCLOCK_PERIOD_SHIFT = 0x27,      /* 1 */
    VMCLOCK_COUNTER_VALUE = 0x28,     /* 8: the guest's counter at the time */
    VMCLOCK_PERIOD = 0x30,            /* 8: of the counter, in 2^-(64 + shift) s */
    VMCLOCK_PERIOD_ESTERROR = 0x38,   /* 8: in the period's unit */
    VMCLOCK_PERIOD_MAXERROR = 0x40,   /* 8 */
    VMCLOCK_TIME_SEC = 0x48,          /* 8: since 1970 */
    VMCLOCK_TIME_FRAC_SEC = 0x50,     /* 8: in 2^-64 s */
    VMCLOCK_TIME_ESTERROR = 0x58,     /* 8: in ns */
    VMCLOCK_TIME_MAXERROR = 0x60,     /* 8 */
    VMCLOCK_GENERATION_COUNTER = 0x68 /* 8: differs after each load from a snapshot */
};

#define VMCLOCK_MAGIC_VALUE             0x4b4c4356 /* "VCLK" */
#define VMCLOCK_COUNTER_INVALID         0xff       /* no counter: the page has no time */
#define VMCLOCK_COUNTER_VCNT            0
#define VMCLOCK_COUNTER_TSC             1

#define VMCLOCK_STATUS_UNKNOWN          0
#define VMCLOCK_STATUS_INITIALIZING     1
#define VMCLOCK_STATUS_SYNCHRONIZED     2
#define VMCLOCK_STATUS_FREE_RUNNING     3
#define VMCLOCK_STATUS_UNRELIABLE       4

#define VMCLOCK_FLAG_TAI_OFFSET         (UINT64_C(1) << 0)
#define VMCLOCK_FLAG_PERIOD_MAXERROR    (UINT64_C(1) << 4)
#define VMCLOCK_FLAG_TIME_ESTERROR      (UINT64_C(1) << 5)
#define VMCLOCK_FLAG_TIME_MAXERROR      (UINT64_C(1) << 6)
#define VMCLOCK_FLAG_GENERATION_COUNTER (UINT64_C(1) << 8)
#define VMCLOCK_FLAG_NOTIFICATION       (UINT64_C(1) << 9)

#define VMCLOCK_GPE                     7 /* \_GPE._E07 on a PC */

#endif
