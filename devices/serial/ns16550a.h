/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The core of a serial port with National's PC16550D, which the forms share: at an address, at ports of
 * the ISA bus, on PCI.  Specified in ns16550a.rst.
 */
#ifndef NS16550A_H
#define NS16550A_H

#include "devices/serial/ns16550a-regs.h"
#include "hw-api/ext/clock.h"
#include "hw-api/ext/draft/chardev.h"

typedef struct Uart {
    HwDevice dev;

    /* state */
    uint8_t ier, fcr, lcr, mcr, scr;
    uint8_t errors;   /* LSR's bits that stay until it is read */
    uint8_t lines;    /* MSR's upper bits, as the guest could see them last */
    uint8_t changes;  /* MSR's lower bits */
    uint8_t rx_count; /* bytes in rx */
    uint8_t tx_count; /* bytes in tx */
    uint8_t held;     /* the receiver's holding register, without FIFOs */
    uint8_t shift;    /* the byte that is being sent */
    uint8_t sending;  /* 1: the stream has not taken it */
    uint8_t emptied;  /* 1: the transmitter's interrupt is due */
    uint8_t timed_out;
    uint16_t divisor;
    uint64_t deadline; /* the time-out comes then, on the machine's clock; 0: none */
    uint8_t rx[UART_FIFO];
    uint8_t tx[UART_FIFO];

    /* properties; each form has some */
    const char *chardev;
    uint64_t base;
    uint32_t irq_line; /* on PCI 0: the function's own */
    uint32_t reg_shift;
    bool carrier;
    bool device_tree;

    const HwChardev *stream;
    const HwClock *clock;
    HwChardevPort *port;
    HwTimer *timer;
} Uart;

/* The forms differ in the section's name alone. */
extern const HwState uart_state;
extern const HwState uart_isa_state;

/* ns16550a-line.c: bytes in and out, and the modem's lines. */
extern const HwChardevClient uart_client;
void uart_send(Uart *s); /* until the stream takes no more */
void uart_receive(Uart *s, uint8_t byte);
uint8_t uart_take(Uart *s);                  /* a received byte for the guest */
uint8_t uart_trigger(const Uart *s);         /* the number of bytes for an interrupt */
void uart_lines_follow(Uart *s);             /* after a change of MCR, or of the peer */
void uart_fifos_reset(Uart *s, uint8_t fcr); /* those that FCR's bits name */
void uart_timer_restore(HwDevice *dev);
void uart_timed_out(HwDevice *dev, void *opaque);

/* ns16550a-core.c: registers and life, for the forms' tables. */
uint64_t uart_read(HwDevice *dev, uint64_t number, uint32_t size);
void uart_write(HwDevice *dev, uint64_t number, uint64_t value, uint32_t size);
const char *uart_place_name(uint64_t number);
bool uart_realize(HwDevice *dev, HwError *error);
void uart_unrealize(HwDevice *dev);
void uart_reset(HwDevice *dev);
void uart_update(HwDevice *dev);
void uart_loaded(HwDevice *dev);

#define UART_PROPERTIES                               \
    HW_PROP_STRING("chardev", Uart, chardev, NULL,    \
                   "id of the -chardev; without it "  \
                   "bytes are lost"),                 \
        HW_PROP_BOOL("carrier", Uart, carrier, false, \
                     "the carrier is there while the chardev has a peer; by default always")

#define UART_HOOKS                                                           \
    .unrealize = uart_unrealize, .reset = uart_reset, .update = uart_update, \
    .loaded = uart_loaded, .load_undone = uart_timer_restore

#endif
