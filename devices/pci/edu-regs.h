/* SPDX-License-Identifier: GPL-2.0-or-later */
/* edu's registers: edu.rst. */
#ifndef EDU_REGS_H
#define EDU_REGS_H

#include "hw-api/hw-api.h"

/* The words of the BAR.  The registers from SOURCE on have 8 bytes. */
enum {
    ID = 0x00 / 4,
    LIVE = 0x04 / 4,
    FACTORIAL = 0x08 / 4,
    STATUS = 0x20 / 4,
    IRQ = 0x24 / 4,
    RAISE = 0x60 / 4,
    ACKNOWLEDGE = 0x64 / 4,
    SOURCE = 0x80 / 4,
    TARGET = 0x88 / 4,
    COUNT = 0x90 / 4,
    COMMAND = 0x98 / 4,
    REGISTERS = 0xa0 / 4,
};

#define VERSION          0x010000ed
#define STATUS_COMPUTING HW_BIT(0)
#define STATUS_NOTIFY    HW_BIT(7) /* an interrupt when a factorial is done */
#define IRQ_FACTORIAL    HW_BIT(0)
#define IRQ_TRANSFER     HW_BIT(8)
#define COMMAND_START    HW_BIT(0)
#define COMMAND_TO_GUEST HW_BIT(1)
#define COMMAND_NOTIFY   HW_BIT(2)

#define BUFFER_ADDRESS   0x40000
#define BUFFER_SIZE      4096u
#define TRANSFER_TIME    INT64_C(100000000)

#endif
