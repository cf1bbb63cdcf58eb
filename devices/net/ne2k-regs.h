/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ne2k_pci's registers: ne2k_pci.rst.  Names are those of National's DP8390D data sheet. */
#ifndef NE2K_REGS_H
#define NE2K_REGS_H

#include "hw-api/hw-api.h"

/* The ports of the BAR. */
enum { CR = 0x00, DATA_PORT = 0x10, RESET_PORT = 0x18 };

/* Page 0: what a write means.  Reads differ where a second name stands. */
enum {
    PSTART = 1,
    PSTOP = 2,
    BNRY = 3,
    TPSR = 4,  /* TSR */
    TBCR0 = 5, /* NCR */
    TBCR1 = 6, /* FIFO */
    ISR = 7,
    RSAR0 = 8, /* CRDA0 */
    RSAR1 = 9, /* CRDA1 */
    RBCR0 = 10,
    RBCR1 = 11,
    RCR = 12, /* RSR */
    TCR = 13,
    DCR = 14,
    IMR = 15,
};

/* Page 1. */
enum { PAR0 = 1, CURR = 7, MAR0 = 8 };

/* The command register. */
#define CR_STOP     HW_BIT(0)
#define CR_START    HW_BIT(1)
#define CR_TRANSMIT HW_BIT(2)
#define CR_READ     HW_BIT(3)
#define CR_WRITE    HW_BIT(4)
#define CR_ABORT    HW_BIT(5)
#define CR_PAGE     6 /* shift */

/* Interrupt status and mask. */
#define ISR_RECEIVED    HW_BIT(0)
#define ISR_TRANSMITTED HW_BIT(1)
#define ISR_SEND_ERROR  HW_BIT(3)
#define ISR_REMOTE_DONE HW_BIT(6)
#define ISR_RESET       HW_BIT(7) /* a state, not an interrupt */

#define RCR_BROADCAST   HW_BIT(2)
#define RCR_MULTICAST   HW_BIT(3)
#define RCR_ALL         HW_BIT(4)
#define RCR_MONITOR     HW_BIT(5)

#define DCR_WORD        HW_BIT(0)

#define RSR_INTACT      HW_BIT(0)
#define RSR_GROUP       HW_BIT(5) /* the address is a group's */

#define TSR_SENT        HW_BIT(0)
#define TSR_ABORTED     HW_BIT(3)

/* The card's memory, in pages of 256 bytes: the address PROM, then the packets' RAM. */
#define PAGE        256u
#define FIRST_PAGE  0x40u
#define PAGES       0xc0u
#define PROM_BYTES  32u
#define PROM_MARK   0x57 /* its last bytes tell drivers that words can be read */

#define RING_HEAD   4u /* status, next page, length with the checksum */
#define CHECKSUM    4u
#define FRAME_LEAST 60u
#define FRAME_MOST  1518u

#endif
