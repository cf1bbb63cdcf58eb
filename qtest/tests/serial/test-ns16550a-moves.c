/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Serial ports in use move between our program and stock QEMUs, one release after the other.  They
 * have bytes that nobody has read, and a time-out under way.
 */
#include <string.h>

#include "devices/serial/ns16550a-regs.h"
#include "qtest/tests/lib/machine-move.h"
#include "qtest/tests/lib/qemu-release.h"

#define MEMORY  0xfe000000u
#define PORTS   0x3e8
#define DEVICES "-device ns16550a,addr=0xfe000000,reg-shift=2 -device ns16550a-isa,irq-line=10 "
#define LIMIT   (60 * G_TIME_SPAN_SECOND)

typedef void Wr(ObClient *c, uint32_t number, uint8_t value);
typedef uint8_t Rd(ObClient *c, uint32_t number);

static void memory_wr(ObClient *c, uint32_t number, uint8_t value)
{
    ob_client_writel(c, MEMORY + 4 * number, value);
}

static uint8_t memory_rd(ObClient *c, uint32_t number)
{
    return (uint8_t)ob_client_readl(c, MEMORY + 4 * number);
}

static void ports_wr(ObClient *c, uint32_t number, uint8_t value)
{
    ob_client_outb(c, (uint16_t)(PORTS + number), value);
}

static uint8_t ports_rd(ObClient *c, uint32_t number)
{
    return ob_client_inb(c, (uint16_t)(PORTS + number));
}

/* `release` NULL: our program. */
static ObClient *start(const QemuRelease *release, const char *more)
{
    g_autofree char *program = release ? qemu_release_program(release, "x86_64")
                                       : g_strdup(g_getenv("OB_HOST_PROGRAM"));
    g_autofree char *arguments = g_strconcat(release ? g_getenv("OB_ARGUMENTS") : "",
                                             " -M pc-q35-7.2 -m 16 -nodefaults " DEVICES, more,
                                             NULL);
    const ObStart options = { .program = program,
                              .accelerator = release ? "tcg" : NULL,
                              .arguments = arguments,
                              .halts = release != NULL };
    HW_ERROR(error, 4096);
    ObClient *c = ob_client_start(&options, &error);

    g_assert_cmpstr(error.text, ==, "");
    return c;
}

/* In loopback three bytes wait, too few for the trigger. */
static void fill(ObClient *c, Wr *wr)
{
    wr(c, UART_LCR, UART_LCR_DLAB | 3);
    wr(c, UART_DATA, 1);
    wr(c, UART_IER, 0);
    wr(c, UART_LCR, 3);
    wr(c, UART_FCR, UART_FCR_ENABLE | 3 << UART_FCR_TRIGGER);
    wr(c, UART_MCR, UART_MCR_LOOP | UART_MCR_RTS);
    wr(c, UART_IER, UART_IER_RECEIVED);
    wr(c, UART_SCR, 0x99);
    for (uint8_t i = 0; i < 3; i++) {
        wr(c, UART_DATA, (uint8_t)(0x40 + i));
    }
}

/* Our program's clock stands until the test moves it. */
static void expect(ObClient *c, Rd *rd, bool ours)
{
    gint64 end = g_get_monotonic_time() + LIMIT;

    g_assert_cmphex(rd(c, UART_LCR), ==, 3);
    g_assert_cmphex(rd(c, UART_MCR), ==, UART_MCR_LOOP | UART_MCR_RTS);
    g_assert_cmphex(rd(c, UART_IER), ==, UART_IER_RECEIVED);
    g_assert_cmphex(rd(c, UART_SCR), ==, 0x99);
    g_assert_cmphex(rd(c, UART_MSR) & 0xf0, ==, UART_MSR_CTS);
    g_assert_cmphex(rd(c, UART_LSR), ==, UART_LSR_READY | UART_LSR_EMPTY | UART_LSR_IDLE);
    if (ours) {
        ob_client_clock_step(c, 1000000);
    }
    while (rd(c, UART_IIR) != (UART_IIR_TIMEOUT | UART_IIR_FIFOS)) {
        g_assert_cmpint(g_get_monotonic_time(), <, end);
    }
    for (uint8_t i = 0; i < 3; i++) {
        g_assert_cmphex(rd(c, UART_DATA), ==, 0x40 + i);
    }
    g_assert_cmphex(rd(c, UART_IIR), ==, UART_IIR_NONE | UART_IIR_FIFOS);
}

static void go_on(ObClient *c, bool ours)
{
    expect(c, memory_rd, ours);
    expect(c, ports_rd, ours);
    fill(c, memory_wr);
    fill(c, ports_wr);
}

static ObClient *start_release(void *release, const char *more)
{
    return start(release, more);
}

static ObClient *move(ObClient *c, const QemuRelease *to)
{
    return machine_move(c, start_release, (void *)to);
}

static void test_each_release(void)
{
    ObClient *c = start(NULL, "");

    fill(c, memory_wr);
    fill(c, ports_wr);
    for (const QemuRelease *release = qemu_releases(); release->name; release++) {
        if (qemu_release_exists(release)) {
            g_test_message("to %s", release->name);
            c = move(c, release);
            go_on(c, false);
        }
    }
    c = move(c, NULL);
    go_on(c, true);
    ob_client_quit(c);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ns16550a-moves/through-each-release-and-back", test_each_release);
    return g_test_run();
}
