/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The serial port with a 16550A.  The same tests run on ours in our program, on ours in stock QEMU, and
 * on QEMU's own isa-serial and pci-serial.
 */
#include "qtest/tests/serial/uart.h"

static void set_up(UartMachine *m, gconstpointer data)
{
    (void)data;
    uart_machine_start(m);
}

static void tear_down(UartMachine *m, gconstpointer data)
{
    (void)data;
    uart_machine_end(m);
}

static void fifos_on(UartMachine *m, uint8_t trigger)
{
    wr(m, UART_FCR,
       (uint8_t)(UART_FCR_ENABLE | UART_FCR_RESET_RX | UART_FCR_RESET_TX |
                 trigger << UART_FCR_TRIGGER));
}

static void loop(UartMachine *m)
{
    wr(m, UART_MCR, UART_MCR_LOOP);
    rd(m, UART_MSR);
}

/* ------------------------------------------------------------------------------ tests */

static void expect_values(UartMachine *m, const uint8_t values[UART_REGISTERS])
{
    for (uint32_t i = 0; i < UART_REGISTERS; i++) {
        g_assert_cmphex(rd(m, i), ==, values[i]);
    }
}

static void test_reset(UartMachine *m, gconstpointer data)
{
    static const uint8_t values[UART_REGISTERS] = {
        [UART_IIR] = UART_IIR_NONE,
        [UART_MCR] = UART_MCR_OUT2,
        [UART_LSR] = UART_LSR_EMPTY | UART_LSR_IDLE,
        [UART_MSR] = UART_MSR_DCD | UART_MSR_DSR | UART_MSR_CTS,
    };

    (void)data;
    expect_values(m, values);
    for (uint32_t i = 0; i < UART_REGISTERS; i++) {
        wr(m, i, 0x1b);
    }
    ob_client_reset(m->c);
    if (m->is_pci) {
        m->bar = pci_bar_map(&m->bus, m->function, 0);
    }
    expect_values(m, values);
}

static void test_masks(UartMachine *m, gconstpointer data)
{
    (void)data;
    wr(m, UART_MCR, 0xff);
    g_assert_cmphex(rd(m, UART_MCR), ==, 0x1f);
    wr(m, UART_SCR, 0xa5);
    g_assert_cmphex(rd(m, UART_SCR), ==, 0xa5);
    wr(m, UART_IER, 0xf0);
    g_assert_cmphex(rd(m, UART_IER), ==, 0);
    wr(m, UART_LSR, 0xff);
    wr(m, UART_MSR, 0xff);
    g_assert_cmphex(rd(m, UART_LSR), ==, UART_LSR_EMPTY | UART_LSR_IDLE);
    g_assert_cmphex(rd(m, UART_IIR), ==, UART_IIR_NONE);
    fifos_on(m, 3);
    g_assert_cmphex(rd(m, UART_IIR), ==, UART_IIR_NONE | UART_IIR_FIFOS);
}

static void test_divisor(UartMachine *m, gconstpointer data)
{
    (void)data;
    wr(m, UART_LCR, UART_LCR_DLAB | 3);
    g_assert_cmphex(rd(m, UART_DATA), ==, 12);
    g_assert_cmphex(rd(m, UART_IER), ==, 0);
    wr(m, UART_DATA, 0x34);
    wr(m, UART_IER, 0x12);
    g_assert_cmphex(rd(m, UART_DATA), ==, 0x34);
    g_assert_cmphex(rd(m, UART_IER), ==, 0x12);
    wr(m, UART_LCR, 3);
    g_assert_cmphex(rd(m, UART_IER), ==, 0);
    if (!uart_is_alone()) {
        wr(m, UART_DATA, 'x');
        peer_expect(m, "x", 1); /* nothing before it */
    }
}

static void test_sends(UartMachine *m, gconstpointer data)
{
    const char text[] = "The quick brown fox";

    (void)data;
    for (const char *c = text; *c; c++) {
        wr(m, UART_DATA, (uint8_t)*c);
        rd_until(m, UART_LSR, UART_LSR_IDLE, UART_LSR_IDLE);
    }
    fifos_on(m, 0);
    for (const char *c = text; *c; c++) {
        wr(m, UART_DATA, (uint8_t)*c);
    }
    peer_expect(m, "The quick brown foxThe quick brown fox", 2 * (sizeof(text) - 1));
}

static void expect_bytes(UartMachine *m, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        rd_until(m, UART_LSR, UART_LSR_READY, UART_LSR_READY);
        g_assert_cmphex(rd(m, UART_DATA), ==, (uint8_t)(i * 7));
    }
}

/* None is lost: the peer waits while there is no room. */
static void test_receives(UartMachine *m, gconstpointer data)
{
    uint8_t bytes[300];

    for (uint32_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (uint8_t)(i * 7);
    }
    if (data) {
        fifos_on(m, 2);
    }
    peer_send(m, bytes, sizeof(bytes));
    expect_bytes(m, sizeof(bytes));
    g_assert_cmphex(rd(m, UART_LSR), ==, UART_LSR_EMPTY | UART_LSR_IDLE);
}

static void test_empty_fifo(UartMachine *m, gconstpointer data)
{
    (void)data;
    loop(m);
    wr(m, UART_DATA, 0x5a);
    g_assert_cmphex(rd(m, UART_DATA), ==, 0x5a);
    g_assert_cmphex(rd(m, UART_DATA), ==, 0x5a); /* the holding register keeps it */
    fifos_on(m, 0);
    g_assert_cmphex(rd(m, UART_DATA), ==, 0);
}

static void test_trigger(UartMachine *m, gconstpointer data)
{
    static const uint8_t levels[] = { 1, 4, 8, 14 };

    (void)data;
    loop(m);
    wr(m, UART_IER, UART_IER_RECEIVED);
    for (uint8_t i = 0; i < G_N_ELEMENTS(levels); i++) {
        fifos_on(m, i);
        for (uint8_t n = 1; n < levels[i]; n++) {
            wr(m, UART_DATA, n);
        }
        if (!m->in_qemu) { /* else the time-out may come */
            g_assert_cmphex(rd(m, UART_IIR), ==, UART_IIR_NONE | UART_IIR_FIFOS);
            g_assert_false(interrupts(m, false));
            wr(m, UART_DATA, 99);
            g_assert_cmphex(rd(m, UART_IIR), ==, UART_IIR_RECEIVED | UART_IIR_FIFOS);
            g_assert_true(interrupts(m, true));
        } else {
            wr(m, UART_DATA, 99);
            g_assert_true(interrupts(m, true));
        }
        rd(m, UART_DATA);
    }
}

/* Four characters of 10 bits at 9600 baud: 4.17 ms. */
static void test_timeout(UartMachine *m, gconstpointer data)
{
    (void)data;
    loop(m);
    wr(m, UART_LCR, 3);
    fifos_on(m, 3);
    wr(m, UART_IER, UART_IER_RECEIVED);
    wr(m, UART_DATA, 1);
    if (!m->in_qemu) {
        ob_client_clock_step(m->c, 4100000);
        g_assert_cmphex(rd(m, UART_IIR), ==, UART_IIR_NONE | UART_IIR_FIFOS);
        g_assert_false(interrupts(m, false));
        ob_client_clock_step(m->c, 100000);
    }
    rd_until(m, UART_IIR, 0xff, UART_IIR_TIMEOUT | UART_IIR_FIFOS);
    g_assert_true(interrupts(m, true));
    g_assert_cmphex(rd(m, UART_DATA), ==, 1);
    g_assert_cmphex(rd(m, UART_IIR), ==, UART_IIR_NONE | UART_IIR_FIFOS);
    g_assert_false(interrupts(m, false));
}

static void test_overrun(UartMachine *m, gconstpointer data)
{
    (void)data;
    loop(m);
    wr(m, UART_IER, UART_IER_LINE);
    wr(m, UART_DATA, 1);
    g_assert_cmphex(rd(m, UART_IIR), ==, UART_IIR_NONE);
    wr(m, UART_DATA, 2);
    g_assert_cmphex(rd(m, UART_IIR), ==, UART_IIR_LINE);
    g_assert_cmphex(rd(m, UART_LSR), ==,
                    UART_LSR_READY | UART_LSR_OVERRUN | UART_LSR_EMPTY | UART_LSR_IDLE);
    g_assert_cmphex(rd(m, UART_IIR), ==, UART_IIR_NONE);
    g_assert_cmphex(rd(m, UART_DATA), ==, 2); /* the new byte */
    fifos_on(m, 0);
    for (uint8_t i = 0; i < 20; i++) {
        wr(m, UART_DATA, i);
    }
    g_assert_cmphex(rd(m, UART_LSR) & UART_LSR_OVERRUN, !=, 0);
    for (uint8_t i = 0; i < UART_FIFO; i++) { /* the old ones */
        g_assert_cmphex(rd(m, UART_DATA), ==, i);
    }
    g_assert_cmphex(rd(m, UART_LSR) & UART_LSR_READY, ==, 0);
}

static void test_empty_interrupt(UartMachine *m, gconstpointer data)
{
    (void)data;
    wr(m, UART_IER, UART_IER_EMPTY);
    g_assert_true(interrupts(m, true));
    g_assert_cmphex(rd(m, UART_IIR), ==, UART_IIR_EMPTY);
    g_assert_cmphex(rd(m, UART_IIR), ==, UART_IIR_NONE); /* reading it has ended it */
    g_assert_false(interrupts(m, false));
    wr(m, UART_DATA, 'a');
    g_assert_cmphex(rd(m, UART_IIR), ==, UART_IIR_EMPTY);
    wr(m, UART_IER, 0);
    wr(m, UART_IER, UART_IER_EMPTY);
    g_assert_cmphex(rd(m, UART_IIR), ==, UART_IIR_EMPTY);
}

static void test_loopback(UartMachine *m, gconstpointer data)
{
    static const struct {
        uint8_t mcr, msr;
    } rows[] = {
        { UART_MCR_DTR, UART_MSR_DSR },
        { UART_MCR_RTS, UART_MSR_CTS },
        { UART_MCR_OUT1, UART_MSR_RI },
        { UART_MCR_OUT2, UART_MSR_DCD },
        { UART_MCR_RTS | UART_MCR_OUT2, UART_MSR_CTS | UART_MSR_DCD }, /* Linux's probe */
    };

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        wr(m, UART_MCR, UART_MCR_LOOP | rows[i].mcr);
        g_assert_cmphex(rd(m, UART_MSR) & 0xf0, ==, rows[i].msr);
    }
    wr(m, UART_DATA, 0x77);
    g_assert_cmphex(rd(m, UART_DATA), ==, 0x77);
}

static void test_loopback_stays(UartMachine *m, gconstpointer data)
{
    (void)data;
    loop(m);
    wr(m, UART_DATA, 0x77);
    wr(m, UART_MCR, 0);
    wr(m, UART_DATA, 'z');
    peer_expect(m, "z", 1); /* 0x77 has not left */
}

static void test_fifo_resets(UartMachine *m, gconstpointer data)
{
    (void)data;
    loop(m);
    fifos_on(m, 0);
    wr(m, UART_DATA, 1);
    wr(m, UART_DATA, 2);
    wr(m, UART_FCR, UART_FCR_ENABLE | UART_FCR_RESET_RX);
    g_assert_cmphex(rd(m, UART_LSR) & UART_LSR_READY, ==, 0);
    wr(m, UART_DATA, 3);
    wr(m, UART_FCR, 0); /* a change of the mode, too */
    g_assert_cmphex(rd(m, UART_LSR) & UART_LSR_READY, ==, 0);
}

/* Bytes to nobody are lost, and the transmitter goes on. */
static void test_peer_leaves(UartMachine *m, gconstpointer data)
{
    (void)data;
    wr(m, UART_DATA, 'a');
    peer_expect(m, "a", 1);
    peer_leave(m);
    for (uint32_t i = 0; i < 100; i++) {
        wr(m, UART_DATA, 'b');
        rd_until(m, UART_LSR, UART_LSR_IDLE, UART_LSR_IDLE);
    }
}

static const struct {
    const char *path;
    void (*function)(UartMachine *m, gconstpointer data);
    const char *data;
    bool has_peer;
} tests[] = {
    { "reset/values", test_reset },
    { "registers/writable-bits", test_masks },
    { "registers/divisor-behind-dlab", test_divisor },
    { "sends/with-and-without-fifos", test_sends, .has_peer = true },
    { "receives/each-byte-without-fifos", test_receives, .has_peer = true },
    { "receives/each-byte-with-fifos", test_receives, "fifos", true },
    { "receives/nothing-from-an-empty-fifo", test_empty_fifo },
    { "interrupt/at-each-trigger-level", test_trigger },
    { "interrupt/time-out-after-four-characters", test_timeout },
    { "interrupt/overrun", test_overrun },
    { "interrupt/transmitter-empty", test_empty_interrupt },
    { "loopback/lines-and-bytes", test_loopback },
    { "loopback/no-byte-leaves", test_loopback_stays, .has_peer = true },
    { "fifos/reset", test_fifo_resets },
    { "peer/leaves", test_peer_leaves, .has_peer = true },
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_autofree char *path = g_strconcat("/ns16550a/", tests[i].path, NULL);

        if (!uart_is_alone() || !tests[i].has_peer) {
            g_test_add(path, UartMachine, tests[i].data, set_up, tests[i].function, tear_down);
        }
    }
    return g_test_run();
}
