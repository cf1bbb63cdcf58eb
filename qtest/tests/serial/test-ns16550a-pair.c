/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Our serial port and QEMU's isa-serial in one machine get the same random accesses, and must answer the
 * same.  The clock stands, so that no time-out comes between.
 */
#include "devices/serial/ns16550a-regs.h"
#include "qtest/client/client.h"

#define OURS   0x3e8
#define THEIRS 0x2f8
#define STEPS  5000

typedef struct Pair {
    ObClient *c;
    uint8_t dlab; /* LCR's bit */
} Pair;

static Pair pair_start(void)
{
    g_autofree char *arguments = g_strconcat(
        "-M q35 -nodefaults ", g_getenv("OB_ARGUMENTS"),
        " -chardev null,id=c -chardev null,id=d -device ns16550a-isa,iobase=0x3e8,chardev=c "
        "-device isa-serial,iobase=0x2f8,irq=3,chardev=d",
        NULL);
    const ObStart s = { .program = g_getenv("OB_PROGRAM"),
                        .accelerator = "tcg",
                        .arguments = arguments };
    HW_ERROR(error, 4096);
    Pair p = { .c = ob_client_start(&s, &error) };

    g_assert_cmpstr(error.text, ==, "");
    return p;
}

/* In loopback our MSR tells of changes, as the chip does; QEMU's does not. */
static uint8_t compared(uint32_t number)
{
    return number == UART_MSR ? 0xf0 : 0xff;
}

static void pair_read(Pair *p, uint32_t number, int step)
{
    uint8_t ours = ob_client_inb(p->c, (uint16_t)(OURS + number));
    uint8_t theirs = ob_client_inb(p->c, (uint16_t)(THEIRS + number));

    if ((ours ^ theirs) & compared(number)) {
        g_error("step %d: register %u: 0x%02x, expected QEMU's 0x%02x", step, number, ours, theirs);
    }
}

static void pair_write(Pair *p, uint32_t number, uint8_t value)
{
    ob_client_outb(p->c, (uint16_t)(OURS + number), value);
    ob_client_outb(p->c, (uint16_t)(THEIRS + number), value);
}

/* No interrupt of the modem's lines: see compared(). */
static uint8_t value_of(const Pair *p, uint32_t number, uint8_t value)
{
    return number == UART_IER && !p->dlab ? value & ~UART_IER_MODEM : value;
}

static void step(Pair *p, int i)
{
    uint32_t number = (uint32_t)g_test_rand_int_range(0, UART_REGISTERS);
    uint8_t value = (uint8_t)g_test_rand_int_range(0, 256);

    switch (g_test_rand_int_range(0, 4)) {
    case 0:
        pair_write(p, number, value_of(p, number, value));
        p->dlab = number == UART_LCR ? value & UART_LCR_DLAB : p->dlab;
        break;
    case 1: /* often in loopback, with bytes */
        pair_write(p, UART_MCR, UART_MCR_LOOP | (value & 0xf));
        pair_write(p, UART_DATA, value);
        break;
    case 2:
        pair_write(p, UART_LCR, value & ~UART_LCR_DLAB);
        p->dlab = 0;
        break;
    default:
        pair_read(p, number, i);
        break;
    }
}

static void test_random_accesses(void)
{
    Pair p = pair_start();

    for (int i = 0; i < STEPS; i++) {
        step(&p, i);
        pair_read(&p, UART_IIR, i);
        pair_read(&p, UART_LSR, i);
    }
    ob_client_quit(p.c);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ns16550a-pair/random-accesses", test_random_accesses);
    return g_test_run();
}
