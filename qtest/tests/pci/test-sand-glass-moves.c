/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A sand glass with a period under way moves between a stock QEMU and our program.  Its deadline
 * is a time of the virtual clock, which moves too.
 */
#include "devices/misc/sand-glass-regs.h"
#include "qtest/tests/lib/machine-move.h"

#define BASE      0xfe000000u
#define RING      0x10000u
#define BUFFER    0x20000u
#define SECOND    INT64_C(1000000000) /* ns */
#define PERIOD    1000u               /* s */
#define ARGUMENTS "-M pc-q35-7.2 -m 64 -nodefaults -device sand-glass,addr=0xfe000000"
#define LIMIT     (60 * G_TIME_SPAN_SECOND)

static void wr(ObClient *c, uint32_t reg, uint32_t value)
{
    ob_client_writel(c, BASE + 4 * reg, value);
}

static uint32_t served(ObClient *c)
{
    return ob_client_readl(c, BASE + 4 * SAND_HEAD);
}

/* One buffer waits for the time at the period's end. */
static void glass_turn(ObClient *c)
{
    ob_client_writeq(c, RING, BUFFER);
    ob_client_writel(c, RING + 8, SAND_STAMP);
    wr(c, SAND_RING, RING);
    wr(c, SAND_ENTRIES, 4);
    wr(c, SAND_PERIOD, PERIOD * 1000000);
    wr(c, SAND_TAIL, 1);
    wr(c, SAND_CTRL, SAND_ENABLE);
}

/* The clock here stands until the test moves it. */
static void test_from_qemu(void)
{
    MachineSide side = { ARGUMENTS, false };
    ObClient *c = machine_side_start(&side);
    int64_t now, deadline;

    glass_turn(c);
    c = machine_side_move(c, &side);
    now = ob_client_clock_step(c, 0);
    g_assert_cmpint(now, >, 0);
    g_assert_cmpuint(served(c), ==, 0);
    deadline = ob_client_clock_step_next(c);
    g_assert_cmpint(deadline, <=, now + PERIOD * SECOND);
    g_assert_cmpint(deadline, >, now + PERIOD * SECOND / 2);
    g_assert_cmpuint(served(c), ==, 1);
    g_assert_cmpuint(ob_client_readq(c, BUFFER), ==, (uint64_t)deadline);
    ob_client_quit(c);
}

/* The last moments of the period pass in QEMU. */
static void test_to_qemu(void)
{
    MachineSide side = { ARGUMENTS, true };
    ObClient *c = machine_side_start(&side);
    gint64 end = g_get_monotonic_time() + LIMIT;
    int64_t deadline;

    deadline = ob_client_clock_step(c, 5000 * SECOND) + PERIOD * SECOND;
    glass_turn(c);
    ob_client_clock_step(c, PERIOD * SECOND - SECOND / 20);
    g_assert_cmpuint(served(c), ==, 0);
    c = machine_side_move(c, &side);
    while (served(c) == 0) {
        g_assert_cmpint(g_get_monotonic_time(), <, end);
        ob_client_poll(c);
    }
    g_assert_cmpuint(ob_client_readq(c, BUFFER), >=, (uint64_t)deadline);
    g_assert_cmpuint(ob_client_readq(c, BUFFER), <, (uint64_t)(deadline + PERIOD * SECOND));
    ob_client_quit(c);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sand-glass-moves/from-qemu", test_from_qemu);
    g_test_add_func("/sand-glass-moves/to-qemu", test_to_qemu);
    return g_test_run();
}
