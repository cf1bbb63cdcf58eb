/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The 16550's line: FIFOs, the time-out, the modem's lines.  Without FIFOs the holding registers are
 * FIFOs of one byte.  The stream has no baud rate, so a byte leaves at once; only the time-out takes
 * its time, four characters.
 */
#include <string.h>

#include "devices/serial/ns16550a.h"

#define SECOND UINT64_C(1000000000)

static bool has_fifos(const Uart *s)
{
    return s->fcr & UART_FCR_ENABLE;
}

static uint32_t depth(const Uart *s)
{
    return has_fifos(s) ? UART_FIFO : 1;
}

uint8_t uart_trigger(const Uart *s)
{
    static const uint8_t levels[] = { 1, 4, 8, 14 };

    return has_fifos(s) ? levels[s->fcr >> UART_FCR_TRIGGER] : 1;
}

/* ------------------------------------------------------------------------ time-out */

/* A start bit, 5 to 8 data bits, parity, one or two stop bits. */
static uint64_t character_time(const Uart *s)
{
    uint32_t bits = 1 + 5 + (s->lcr & 3) + (s->lcr & UART_LCR_PARITY ? 1 : 0) +
                    (s->lcr & UART_LCR_TWO_STOPS ? 2 : 1);

    return bits * SECOND * 16 * (s->divisor ? s->divisor : 1) / UART_CLOCK;
}

/* Sets the timer to the saved deadline, also after a load. */
void uart_timer_restore(HwDevice *dev)
{
    const Uart *s = HW_DEVICE(Uart, dev);

    if (s->deadline) {
        s->clock->timer_set(s->timer, (int64_t)s->deadline);
    } else {
        s->clock->timer_cancel(s->timer);
    }
}

static void timer_restart(Uart *s)
{
    s->deadline = s->rx_count && has_fifos(s)
                      ? (uint64_t)s->clock->now(&s->dev) + 4 * character_time(s)
                      : 0;
    uart_timer_restore(&s->dev);
}

void uart_timed_out(HwDevice *dev, void *opaque)
{
    Uart *s = HW_DEVICE(Uart, dev);

    (void)opaque;
    s->deadline = 0;
    s->timed_out = s->rx_count != 0;
}

/* ----------------------------------------------------------------------- receiving */

/* A full FIFO loses the new byte, a full holding register the old one. */
void uart_receive(Uart *s, uint8_t byte)
{
    if (!has_fifos(s)) {
        s->held = byte;
    }
    if (s->rx_count < depth(s)) {
        s->rx[s->rx_count++] = byte;
    } else {
        s->errors |= UART_LSR_OVERRUN;
    }
    timer_restart(s);
}

/* An empty FIFO reads as zero, the holding register as before. */
uint8_t uart_take(Uart *s)
{
    uint8_t byte = !has_fifos(s) ? s->held : s->rx_count ? s->rx[0] : 0;

    if (s->rx_count) {
        memmove(s->rx, s->rx + 1, --s->rx_count);
    }
    if (!s->rx_count) {
        s->errors &= (uint8_t)~UART_LSR_BREAK;
    }
    s->timed_out = 0;
    timer_restart(s);
    return byte;
}

void uart_fifos_reset(Uart *s, uint8_t fcr)
{
    if (fcr & UART_FCR_RESET_RX) {
        s->rx_count = 0;
        s->errors &= (uint8_t)~UART_LSR_BREAK;
        s->timed_out = 0;
        timer_restart(s);
    }
    if (fcr & UART_FCR_RESET_TX) {
        s->tx_count = 0;
        s->emptied = 1;
    }
}

/* ------------------------------------------------------------------------- sending */

/* In loopback the byte comes back, and the outside sees none. */
static bool shift_out(Uart *s)
{
    if (s->mcr & UART_MCR_LOOP) {
        uart_receive(s, s->shift);
        return true;
    }
    return s->stream->write(s->port, &s->shift, 1) == 1;
}

void uart_send(Uart *s)
{
    while (s->sending || s->tx_count) {
        if (!s->sending) {
            s->sending = 1;
            s->shift = s->tx[0];
            memmove(s->tx, s->tx + 1, --s->tx_count);
            s->emptied |= !s->tx_count;
        }
        if (!shift_out(s)) {
            return; /* `writable` goes on */
        }
        s->sending = 0;
    }
}

/* ------------------------------------------------------------------- modem's lines */

/* In loopback the lines are MCR's own.  Outside, the other modem is always ready. */
static uint8_t lines_now(const Uart *s)
{
    uint8_t outside = UART_MSR_CTS | UART_MSR_DSR;

    if (s->mcr & UART_MCR_LOOP) {
        return (uint8_t)((s->mcr & UART_MCR_RTS ? UART_MSR_CTS : 0) |
                         (s->mcr & UART_MCR_DTR ? UART_MSR_DSR : 0) |
                         (s->mcr & UART_MCR_OUT1 ? UART_MSR_RI : 0) |
                         (s->mcr & UART_MCR_OUT2 ? UART_MSR_DCD : 0));
    }
    return !s->carrier || s->stream->has_peer(s->port) ? outside | UART_MSR_DCD : outside;
}

/* The ring indicator's bit tells of the end of ringing alone. */
void uart_lines_follow(Uart *s)
{
    uint8_t now = lines_now(s);
    uint8_t changed = s->lines ^ now;

    if (now & UART_MSR_RI) {
        changed &= (uint8_t)~UART_MSR_RI;
    }
    s->changes |= changed >> 4;
    s->lines = now;
}

/* ---------------------------------------------------------------------- the stream */

static uint32_t line_can_receive(HwDevice *dev)
{
    const Uart *s = HW_DEVICE(Uart, dev);

    return s->mcr & UART_MCR_LOOP ? 0 : depth(s) - s->rx_count;
}

static void line_receive(HwDevice *dev, const uint8_t *bytes, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++) {
        uart_receive(HW_DEVICE(Uart, dev), bytes[i]);
    }
}

static void line_writable(HwDevice *dev)
{
    uart_send(HW_DEVICE(Uart, dev));
}

/* A break is received as a zero byte. */
static void line_event(HwDevice *dev, uint32_t event)
{
    Uart *s = HW_DEVICE(Uart, dev);

    if (event != HW_CHARDEV_BREAK) {
        uart_lines_follow(s);
    } else if (!(s->mcr & UART_MCR_LOOP)) {
        s->errors |= UART_LSR_BREAK;
        uart_receive(s, 0);
    }
}

const HwChardevClient uart_client = {
    .abi = HW_ABI(HwChardevClient),
    .can_receive = line_can_receive,
    .receive = line_receive,
    .writable = line_writable,
    .event = line_event,
};
