/* SPDX-License-Identifier: GPL-2.0-or-later */
/* altera-ps2: registers.  "PS/2 Core for Altera DE-Series Boards", Altera University Program,
 * section 3; and the bytes of PS/2. */
#ifndef ALTERA_PS2_REGS_H
#define ALTERA_PS2_REGS_H

#include "hw-api/hw-api.h"

#define PS2_DATA            0x0u /* a read takes the oldest byte, a write sends one to the device */
#define PS2_CONTROL         0x4u
#define PS2_SIZE            0x8u

#define PS2_VALID           HW_BIT(15) /* DATA: RVALID */
#define PS2_AVAILABLE_SHIFT 16         /* RAVAIL: bytes in the FIFO, this one included */

#define PS2_INTERRUPTS      HW_BIT(0) /* CONTROL: RE */
#define PS2_INTERRUPT       HW_BIT(8) /* RI */

#define PS2_FIFO            256u

enum { /* replies of a PS/2 device */
       PS2_OVERRUN = 0x00,
       PS2_TEST_PASSED = 0xaa,
       PS2_ECHO = 0xee,
       PS2_ACKNOWLEDGE = 0xfa,
       PS2_AGAIN = 0xfe, /* the command is unknown */
};

enum { /* commands of both kinds of devices */
       PS2_GET_ID = 0xf2,
       PS2_SET_RATE = 0xf3,
       PS2_ENABLE = 0xf4,
       PS2_DISABLE = 0xf5,
       PS2_DEFAULTS = 0xf6,
       PS2_RESEND = 0xfe,
       PS2_RESET = 0xff,
};

enum { /* a keyboard's */
       PS2_SET_LEDS = 0xed,
       PS2_SCAN_CODE_SET = 0xf0,
       PS2_ALL_REPEAT = 0xf7,
       PS2_ALL_DEFAULT = 0xfa,
};

enum { /* a mouse's */
       PS2_SCALE_1 = 0xe6,
       PS2_SCALE_2 = 0xe7,
       PS2_RESOLUTION = 0xe8,
       PS2_STATUS = 0xe9,
       PS2_STREAM = 0xea,
       PS2_POLL = 0xeb,
       PS2_UNWRAP = 0xec,
       PS2_WRAP = 0xee,
       PS2_REMOTE = 0xf0,
};

#endif
