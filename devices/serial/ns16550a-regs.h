/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Registers of the PC16550D (National's data sheet, June 1995, section 8), in its words. */
#ifndef NS16550A_REGS_H
#define NS16550A_REGS_H

enum {
    UART_DATA, /* RBR and THR; the divisor's low byte with DLAB */
    UART_IER,  /* the divisor's high byte with DLAB */
    UART_IIR,  /* FCR, if written */
    UART_LCR,
    UART_MCR,
    UART_LSR,
    UART_MSR,
    UART_SCR,
    UART_REGISTERS,
    UART_FCR = UART_IIR,
};

#define UART_IER_RECEIVED    0x01
#define UART_IER_EMPTY       0x02 /* the transmitter's holding register */
#define UART_IER_LINE        0x04
#define UART_IER_MODEM       0x08

#define UART_IIR_MODEM       0x00
#define UART_IIR_NONE        0x01
#define UART_IIR_EMPTY       0x02
#define UART_IIR_RECEIVED    0x04
#define UART_IIR_LINE        0x06
#define UART_IIR_TIMEOUT     0x0c
#define UART_IIR_FIFOS       0xc0

#define UART_FCR_ENABLE      0x01
#define UART_FCR_RESET_RX    0x02
#define UART_FCR_RESET_TX    0x04
#define UART_FCR_DMA         0x08
#define UART_FCR_TRIGGER     6 /* a number of two bits: 1, 4, 8 or 14 bytes */

#define UART_LCR_TWO_STOPS   0x04
#define UART_LCR_PARITY      0x08
#define UART_LCR_DLAB        0x80

#define UART_MCR_DTR         0x01
#define UART_MCR_RTS         0x02
#define UART_MCR_OUT1        0x04
#define UART_MCR_OUT2        0x08
#define UART_MCR_LOOP        0x10

#define UART_LSR_READY       0x01
#define UART_LSR_OVERRUN     0x02
#define UART_LSR_BREAK       0x10
#define UART_LSR_EMPTY       0x20 /* the holding register, or the FIFO */
#define UART_LSR_IDLE        0x40 /* the shift register too */

#define UART_MSR_CTS_CHANGED 0x01
#define UART_MSR_RI_ENDED    0x04
#define UART_MSR_CTS         0x10
#define UART_MSR_DSR         0x20
#define UART_MSR_RI          0x40
#define UART_MSR_DCD         0x80

#define UART_FIFO            16u
#define UART_CLOCK           1843200u /* Hz: 115200 baud by divisor 1 */

#endif
