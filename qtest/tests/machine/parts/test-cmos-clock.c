/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The clock in a PC's CMOS memory, in process: an MC146818 on the virtual clock. */
#include <glib.h>

#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/state/load.h"
#include "qtest/machine/state/save.h"
#include "qtest/tests/lib/host-stream.h"
#include "qtest/tests/lib/stream-files.h"
#include "qtest/tests/machine/parts/cmos-ports.h"

enum { REG_A = 0x0a, REG_B = 0x0b, REG_C = 0x0c };
enum { B_24_HOURS = 0x02, B_BINARY = 0x04, B_UPDATE = 0x10, B_ALARM = 0x20, B_PERIODIC = 0x40 };
enum { B_SET = 0x80, C_IRQ = 0x80, IRQ = 8, STOPPED = 0x76, RUNNING = 0x26 };

#define NS INT64_C(1000000000)

static void step_ns(ObHost *host, int64_t ns)
{
    ob_host_clock_set(host, ob_host_clock_now(host) + ns);
}

/* A divider that starts has its first update half a second later. */
static void time_set(ObHost *host, uint8_t mode, uint8_t hour, uint8_t minute, uint8_t second)
{
    cmos_write(host, REG_B, mode);
    cmos_write(host, REG_A, STOPPED);
    cmos_write(host, 4, hour);
    cmos_write(host, 2, minute);
    cmos_write(host, 0, second);
    cmos_write(host, REG_A, RUNNING);
    cmos_read(host, REG_C);
}

static uint32_t time_get(ObHost *host)
{
    return (uint32_t)cmos_read(host, 4) << 16 | (uint32_t)cmos_read(host, 2) << 8 |
           cmos_read(host, 0);
}

static const struct Steps {
    uint8_t mode;
    uint8_t from[3];
    int64_t seconds;
    uint32_t to;
} steps[] = {
    { B_24_HOURS, { 0x09, 0x59, 0x59 }, 1, 0x100000 },
    { B_24_HOURS, { 0x23, 0x59, 0x00 }, 60, 0x000000 },
    { B_24_HOURS | B_BINARY, { 9, 59, 59 }, 2, 0x0a0001 },
    { 0, { 0x11, 0x59, 0x59 }, 1, 0x920000 },
    { 0, { 0x12, 0x59, 0x59 }, 1, 0x010000 },
    { B_BINARY, { 0x8b, 59, 59 }, 1, 0x0c0000 },
};

static void test_time_follows_the_virtual_clock(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
        const struct Steps *step = &steps[i];
        ObHost *host = host_new(NULL);

        time_set(host, step->mode, step->from[0], step->from[1], step->from[2]);
        step_ns(host, step->seconds * NS);
        g_assert_cmphex(time_get(host), ==, step->to);
        ob_host_free(host);
    }
}

static void test_time_stands_while_it_is_set(void)
{
    ObHost *host = host_new(NULL);

    time_set(host, B_24_HOURS, 0x02, 0x04, 0x58);
    cmos_write(host, REG_B, B_24_HOURS | B_SET);
    step_ns(host, 5 * NS);
    g_assert_cmphex(time_get(host), ==, 0x020458);
    cmos_write(host, REG_B, B_24_HOURS);
    step_ns(host, NS);
    g_assert_cmphex(time_get(host), ==, 0x020459);
    ob_host_free(host);
}

static void test_leap_day_follows(void)
{
    ObHost *host = host_new(NULL);

    cmos_write(host, REG_A, STOPPED);
    cmos_write(host, 0x32, 0x20);
    cmos_write(host, 9, 0x28);
    cmos_write(host, 8, 0x02);
    cmos_write(host, 7, 0x28);
    time_set(host, B_24_HOURS, 0x23, 0x59, 0x59);
    step_ns(host, NS);
    g_assert_cmphex(cmos_read(host, 7), ==, 0x29);
    g_assert_cmphex(cmos_read(host, 8), ==, 0x02);
    g_assert_cmphex(cmos_read(host, 0x37), ==, 0x20);
    ob_host_free(host);
}

static void alarm_set(ObHost *host, uint8_t hour, uint8_t minute, uint8_t second)
{
    cmos_write(host, 5, hour);
    cmos_write(host, 3, minute);
    cmos_write(host, 1, second);
}

static void test_alarm_raises_the_line_until_c_is_read(void)
{
    ObHost *host = host_new(NULL);

    time_set(host, B_24_HOURS, 0x09, 0x59, 0x00);
    alarm_set(host, 0x10, 0xc0, 0x03);
    cmos_write(host, REG_B, B_24_HOURS | B_ALARM);
    step_ns(host, 62 * NS);
    g_assert_false(ob_host_irq_level(host, IRQ));
    step_ns(host, NS);
    g_assert_true(ob_host_irq_level(host, IRQ));
    g_assert_cmphex(cmos_read(host, REG_C) & (C_IRQ | B_ALARM), ==, C_IRQ | B_ALARM);
    g_assert_false(ob_host_irq_level(host, IRQ));
    g_assert_cmphex(cmos_read(host, REG_C), ==, 0);
    ob_host_free(host);
}

static void test_flags_without_an_interrupt_need_no_timer(void)
{
    ObHost *host = host_new(NULL);

    time_set(host, B_24_HOURS, 0x09, 0x59, 0x00);
    alarm_set(host, 0xc0, 0xc0, 0x01);
    g_assert_cmpint(ob_host_clock_next(host), ==, -1);
    step_ns(host, 3 * NS);
    g_assert_cmphex(cmos_read(host, REG_C), ==, B_UPDATE | B_ALARM);
    ob_host_free(host);
}

static void test_update_interrupts_each_second(void)
{
    ObHost *host = host_new(NULL);

    time_set(host, B_24_HOURS, 0x09, 0x59, 0x00);
    cmos_write(host, REG_B, B_24_HOURS | B_UPDATE);
    for (int i = 0; i < 3; i++) {
        g_assert_cmpint(ob_host_clock_next(host), ==, NS / 2 + i * NS);
        ob_host_clock_set(host, ob_host_clock_next(host));
        g_assert_true(ob_host_irq_level(host, IRQ));
        g_assert_cmphex(cmos_read(host, REG_C), ==, C_IRQ | B_UPDATE);
    }
    ob_host_free(host);
}

static void test_update_is_announced(void)
{
    ObHost *host = host_new(NULL);

    time_set(host, B_24_HOURS, 0x09, 0x59, 0x00);
    step_ns(host, NS / 2 - 244141);
    g_assert_cmphex(cmos_read(host, REG_A), ==, RUNNING);
    step_ns(host, 1);
    g_assert_cmphex(cmos_read(host, REG_A), ==, 0x80 | RUNNING);
    step_ns(host, 244140);
    g_assert_cmphex(cmos_read(host, REG_A), ==, RUNNING);
    ob_host_free(host);
}

/* Rate 15 is 2 Hz, rate 13 is 8 Hz, rate 1 is that of 8: 256 Hz. */
static void test_periodic_interrupt_has_its_rate(void)
{
    ObHost *host = host_new(NULL);

    cmos_write(host, REG_A, 0x20 | 15);
    cmos_write(host, REG_B, B_24_HOURS | B_PERIODIC);
    g_assert_cmpint(ob_host_clock_next(host), ==, NS / 2);
    ob_host_clock_set(host, NS / 2);
    g_assert_true(ob_host_irq_level(host, IRQ));
    cmos_read(host, REG_C);
    cmos_write(host, REG_A, 0x20 | 13);
    g_assert_cmpint(ob_host_clock_next(host), ==, NS / 2 + NS / 8);
    cmos_write(host, REG_A, 0x20 | 1);
    g_assert_cmpint(ob_host_clock_next(host), ==, NS / 2 + NS / 256);
    ob_host_free(host);
}

/* 8192 Hz for ten years: one interrupt, since nobody reads register C. */
static void test_long_step_is_short(void)
{
    ObHost *host = host_new(NULL);

    cmos_write(host, REG_A, 0x20 | 3);
    cmos_write(host, REG_B, B_24_HOURS | B_PERIODIC | B_ALARM | B_UPDATE);
    step_ns(host, 3600 * 24 * 3653 * NS);
    g_assert_true(ob_host_irq_level(host, IRQ));
    step_ns(host, INT64_MAX - ob_host_clock_now(host));
    cmos_read(host, REG_C);
    g_assert_cmpint(ob_host_clock_next(host), ==, -1);
    ob_host_free(host);
}

static void test_reset_disables_interrupts(void)
{
    ObHost *host = host_new(NULL);

    cmos_write(host, REG_B, B_24_HOURS | B_PERIODIC);
    step_ns(host, NS);
    ob_host_reset(host);
    g_assert_false(ob_host_irq_level(host, IRQ));
    g_assert_cmphex(cmos_read(host, REG_B), ==, B_24_HOURS);
    g_assert_cmphex(cmos_read(host, REG_C), ==, 0);
    ob_host_free(host);
}

/* -------------------------------------------------------------------- state */

static void stream_move(ObHost *from, ObHost *to)
{
    g_autoptr(GByteArray) stream = g_byte_array_new();
    ObSave *save = ob_save_new(from, stream_sink, stream, NULL);
    ObLoad *load = ob_load_new(to);

    g_assert_true(ob_save_finish(save, "running", NULL));
    g_assert_true(ob_load_feed(load, stream->data, stream->len) && ob_load_finish(load));
    ob_load_free(load);
    ob_save_free(save);
}

/* The host's time goes on in between: minutes are enough for a slow machine. */
static void test_time_and_interrupts_move(void)
{
    ObHost *from = host_new(NULL), *to = host_new(NULL);

    time_set(from, B_24_HOURS, 0x05, 0x00, 0x00);
    step_ns(from, 3600 * NS);
    cmos_write(from, REG_A, 0x20 | 15);
    cmos_write(from, REG_B, B_24_HOURS | B_PERIODIC);
    stream_move(from, to);
    g_assert_cmphex(time_get(to) >> 16, ==, 0x06);
    g_assert_cmpint(ob_host_clock_now(to), ==, 3600 * NS);
    g_assert_cmpint(ob_host_clock_next(to), ==, 3600 * NS + NS / 2);
    ob_host_free(from);
    ob_host_free(to);
}

/* The next second comes at the same nanosecond. */
static void test_time_stands_in_a_laboratory(void)
{
    ObHost *host = host_new(NULL);
    g_autoptr(GByteArray) stream = NULL;
    int64_t next;

    cmos_write(host, REG_B, B_24_HOURS | B_UPDATE);
    next = ob_host_clock_next(host);
    stream = host_stream_save(host);
    host->travels_in_no_time = true;
    host_stream_load(host, stream);
    g_assert_cmpint(ob_host_clock_next(host), ==, next);
    host->travels_in_no_time = false;
    host_stream_load(host, stream);
    g_assert_cmpint(ob_host_clock_next(host), !=, next);
    ob_host_free(host);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cmos-clock/follows-the-virtual-clock", test_time_follows_the_virtual_clock);
    g_test_add_func("/cmos-clock/stands-while-it-is-set", test_time_stands_while_it_is_set);
    g_test_add_func("/cmos-clock/leap-day-follows", test_leap_day_follows);
    g_test_add_func("/cmos-clock/update-is-announced", test_update_is_announced);
    g_test_add_func("/cmos-clock/alarm-raises-the-line-until-c-is-read",
                    test_alarm_raises_the_line_until_c_is_read);
    g_test_add_func("/cmos-clock/flags-without-an-interrupt-need-no-timer",
                    test_flags_without_an_interrupt_need_no_timer);
    g_test_add_func("/cmos-clock/update-interrupts-each-second",
                    test_update_interrupts_each_second);
    g_test_add_func("/cmos-clock/periodic-interrupt-has-its-rate",
                    test_periodic_interrupt_has_its_rate);
    g_test_add_func("/cmos-clock/long-step-is-short", test_long_step_is_short);
    g_test_add_func("/cmos-clock/reset-disables-interrupts", test_reset_disables_interrupts);
    g_test_add_func("/cmos-clock/moves-with-the-machine", test_time_and_interrupts_move);
    g_test_add_func("/cmos-clock/stands-while-a-stream-travels-in-no-time",
                    test_time_stands_in_a_laboratory);
    return g_test_run();
}
