/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The 16550's registers and interrupts.  Values after a reset are QEMU's where the data sheet has
 * none: the divisor, and OUT2, which a PC's BIOS sets. */
#include "devices/serial/ns16550a.h"
#include "hw-api/device/error.h"

/* ---------------------------------------------------------------------- interrupts */

static uint8_t line_status(const Uart *s)
{
    bool empty = !s->tx_count;

    return (uint8_t)(s->errors | (s->rx_count ? UART_LSR_READY : 0) | (empty ? UART_LSR_EMPTY : 0) |
                     (empty && !s->sending ? UART_LSR_IDLE : 0));
}

/* The interrupt with the highest priority (table III). */
static uint8_t interrupt(const Uart *s)
{
    if (s->ier & UART_IER_LINE && s->errors) {
        return UART_IIR_LINE;
    }
    if (s->ier & UART_IER_RECEIVED && s->timed_out) {
        return UART_IIR_TIMEOUT;
    }
    if (s->ier & UART_IER_RECEIVED && s->rx_count >= uart_trigger(s)) {
        return UART_IIR_RECEIVED;
    }
    if (s->ier & UART_IER_EMPTY && s->emptied) {
        return UART_IIR_EMPTY;
    }
    return s->ier & UART_IER_MODEM && s->changes ? UART_IIR_MODEM : UART_IIR_NONE;
}

void uart_update(HwDevice *dev)
{
    const Uart *s = HW_DEVICE(Uart, dev);

    hw_irq_set(dev, s->irq_line, interrupt(s) != UART_IIR_NONE);
}

/* ------------------------------------------------------------------------- reading */

static uint8_t interrupt_read(Uart *s)
{
    uint8_t id = interrupt(s);

    if (id == UART_IIR_EMPTY) {
        s->emptied = 0;
    }
    return s->fcr & UART_FCR_ENABLE ? id | UART_IIR_FIFOS : id;
}

static uint8_t line_status_read(Uart *s)
{
    uint8_t value = line_status(s);

    s->errors = 0;
    return value;
}

static uint8_t modem_status_read(Uart *s)
{
    uint8_t value = s->lines | s->changes;

    s->changes = 0;
    return value;
}

static uint8_t data_read(Uart *s)
{
    uint8_t value;

    if (s->lcr & UART_LCR_DLAB) {
        return (uint8_t)s->divisor;
    }
    value = uart_take(s);
    s->stream->ready(s->port);
    return value;
}

uint64_t uart_read(HwDevice *dev, uint64_t number, uint32_t size)
{
    Uart *s = HW_DEVICE(Uart, dev);

    (void)size;
    switch (number) {
    case UART_DATA:
        return data_read(s);
    case UART_IER:
        return s->lcr & UART_LCR_DLAB ? s->divisor >> 8 : s->ier;
    case UART_IIR:
        return interrupt_read(s);
    case UART_LCR:
        return s->lcr;
    case UART_MCR:
        return s->mcr;
    case UART_LSR:
        return line_status_read(s);
    case UART_MSR:
        return modem_status_read(s);
    case UART_SCR:
        return s->scr;
    default:
        return 0;
    }
}

/* ------------------------------------------------------------------------- writing */

static void data_write(Uart *s, uint8_t value)
{
    uint32_t depth = s->fcr & UART_FCR_ENABLE ? UART_FIFO : 1;

    if (s->lcr & UART_LCR_DLAB) {
        s->divisor = (uint16_t)((s->divisor & 0xff00) | value);
        return;
    }
    s->emptied = 0;
    if (s->tx_count == depth) {
        hw_log(&s->dev, HW_LOG_GUEST_ERROR, "byte 0x%02x is lost: the transmitter is full", value);
        return;
    }
    s->tx[s->tx_count++] = value;
    uart_send(s);
}

/* An interrupt for the empty transmitter is due when it is allowed. */
static void enable_write(Uart *s, uint8_t value)
{
    uint8_t changed = s->ier ^ (value & 0xf);

    if (s->lcr & UART_LCR_DLAB) {
        s->divisor = (uint16_t)((s->divisor & 0xff) | value << 8);
        return;
    }
    s->ier = value & 0xf;
    if (changed & UART_IER_EMPTY) {
        s->emptied = s->ier & UART_IER_EMPTY && !s->tx_count;
    }
}

/* A change of the mode empties both FIFOs. */
static void fifo_write(Uart *s, uint8_t value)
{
    bool changes = (value ^ s->fcr) & UART_FCR_ENABLE;

    s->fcr = value & (UART_FCR_ENABLE | UART_FCR_DMA | 3 << UART_FCR_TRIGGER);
    uart_fifos_reset(s, changes ? UART_FCR_RESET_RX | UART_FCR_RESET_TX : value);
}

/* A byte that the stream has not taken ends in loopback, too. */
static void modem_write(Uart *s, uint8_t value)
{
    s->mcr = value & 0x1f;
    uart_lines_follow(s);
    uart_send(s);
}

void uart_write(HwDevice *dev, uint64_t number, uint64_t value, uint32_t size)
{
    Uart *s = HW_DEVICE(Uart, dev);
    uint8_t byte = (uint8_t)value;

    (void)size;
    switch (number) {
    case UART_DATA:
        data_write(s, byte);
        return;
    case UART_IER:
        enable_write(s, byte);
        return;
    case UART_FCR:
        fifo_write(s, byte);
        break;
    case UART_LCR:
        s->lcr = byte;
        return;
    case UART_MCR:
        modem_write(s, byte);
        break;
    case UART_SCR:
        s->scr = byte;
        return;
    default:
        return; /* LSR and MSR are for reading */
    }
    s->stream->ready(s->port);
}

const char *uart_place_name(uint64_t number)
{
    static const char *const names[UART_REGISTERS] = { "DATA", "IER", "IIR", "LCR",
                                                       "MCR",  "LSR", "MSR", "SCR" };

    return number < UART_REGISTERS ? names[number] : NULL;
}

/* ---------------------------------------------------------------------------- life */

void uart_reset(HwDevice *dev)
{
    Uart *s = HW_DEVICE(Uart, dev);

    s->ier = s->fcr = s->lcr = s->scr = s->held = 0;
    s->mcr = UART_MCR_OUT2;
    s->divisor = 12; /* 9600 baud */
    s->errors = s->sending = 0;
    uart_fifos_reset(s, UART_FCR_RESET_RX | UART_FCR_RESET_TX);
    s->emptied = 0;
    uart_lines_follow(s);
    s->changes = 0;
    s->stream->ready(s->port);
}

bool uart_realize(HwDevice *dev, HwError *error)
{
    Uart *s = HW_DEVICE(Uart, dev);

    s->clock = hw_clock(dev);
    s->stream = hw_chardev(dev);
    s->port = s->stream->open(dev, s->chardev, &uart_client, error);
    if (!s->port) {
        return false;
    }
    s->timer = s->clock->timer_new(dev, uart_timed_out, NULL);
    if (!s->timer) {
        s->stream->close(s->port);
        return hw_error_set(error, "%s: out of memory", dev->id);
    }
    return true;
}

void uart_unrealize(HwDevice *dev)
{
    Uart *s = HW_DEVICE(Uart, dev);

    s->clock->timer_free(s->timer);
    s->stream->close(s->port);
}

/* The new host's stream takes the byte that the old one's had not taken. */
void uart_loaded(HwDevice *dev)
{
    Uart *s = HW_DEVICE(Uart, dev);

    uart_timer_restore(dev);
    uart_lines_follow(s);
    uart_send(s);
    s->stream->ready(s->port);
}

static bool uart_post_load(HwDevice *dev, uint32_t version, HwError *error)
{
    const Uart *s = HW_DEVICE(Uart, dev);
    uint32_t depth = s->fcr & UART_FCR_ENABLE ? UART_FIFO : 1;

    (void)version;
    return (s->rx_count <= depth && s->tx_count <= depth) ||
           hw_error_set(error, "%s: %u bytes received and %u to send, expected at most %u", dev->id,
                        s->rx_count, s->tx_count, depth);
}

/* clang-format off */
#define UART_STATE(name_)                                                                        \
    { .name = name_, .version = 1, .minimum_version = 1,                                         \
      .fields = HW_ROWS(HwStateField, HW_SAVED(Uart, ier), HW_SAVED(Uart, fcr),                  \
          HW_SAVED(Uart, lcr), HW_SAVED(Uart, mcr), HW_SAVED(Uart, scr), HW_SAVED(Uart, errors), \
          HW_SAVED(Uart, lines), HW_SAVED(Uart, changes), HW_SAVED(Uart, rx_count),              \
          HW_SAVED(Uart, tx_count), HW_SAVED(Uart, held), HW_SAVED(Uart, shift),                 \
          HW_SAVED(Uart, sending), HW_SAVED(Uart, emptied), HW_SAVED(Uart, timed_out),           \
          HW_SAVED(Uart, divisor), HW_SAVED(Uart, deadline), HW_SAVED(Uart, rx),                 \
          HW_SAVED(Uart, tx)),                                                                   \
      .post_load = uart_post_load }

const HwState uart_state = UART_STATE("ns16550a");
const HwState uart_isa_state = UART_STATE("ns16550a-isa");
/* clang-format on */
