/* SPDX-License-Identifier: GPL-2.0-or-later */
/* i2c-ocores: registers.  "I2C-Master Core Specification", OpenCores, rev. 0.9, section 3.  A
 * register's number is its address there; here each is in a word of its own. */
#ifndef I2C_OCORES_REGS_H
#define I2C_OCORES_REGS_H

#include "hw-api/hw-api.h"

enum {
    OCORES_PRESCALE_LOW,
    OCORES_PRESCALE_HIGH,
    OCORES_CONTROL,
    OCORES_DATA,    /* a write: the byte to send; a read: the byte received */
    OCORES_COMMAND, /* a read: the status */
    OCORES_REGISTERS,
};

#define OCORES_WORD_SHIFT  2u /* Linux's reg-shift */

#define OCORES_ENABLE      HW_BIT(7) /* CONTROL */
#define OCORES_INTERRUPTS  HW_BIT(6)

#define OCORES_START       HW_BIT(7) /* COMMAND */
#define OCORES_STOP        HW_BIT(6)
#define OCORES_READ        HW_BIT(5)
#define OCORES_WRITE       HW_BIT(4)
#define OCORES_NACK        HW_BIT(3) /* after a byte read; no target here looks at it */
#define OCORES_ACKNOWLEDGE HW_BIT(0) /* clears the interrupt */

#define OCORES_NO_ACK      HW_BIT(7) /* status */
#define OCORES_BUSY        HW_BIT(6)
#define OCORES_LOST        HW_BIT(5) /* never: a bus has one controller */
#define OCORES_TRANSFERS   HW_BIT(1) /* never: a byte takes no time */
#define OCORES_INTERRUPT   HW_BIT(0)

#endif
