/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A transfer under way moves between a stock QEMU and our program.  The target goes on where it was,
 * and the next transfers find what the last ones have stored.
 */
#include "qtest/tests/i2c/i2c-guest.h"
#include "qtest/tests/lib/machine-move.h"

#define ARGUMENTS                                                                 \
    "-M pc-q35-7.2 -m 64 -nodefaults -device i2c-ocores,id=i2c0,addr=0xfe000000 " \
    "-device lm75,bus=i2c0,temperature=25.5 -device at24,bus=i2c0,size=4096"

enum { WARM_AT = 0x48, MEMORY_AT = 0x50, LIMIT = 3 };

/* Moves after the first byte of a register, and between the place and the data of a memory. */
static void test_move(gconstpointer data)
{
    MachineSide side = { ARGUMENTS, GPOINTER_TO_INT(data) };
    ObClient *c = machine_side_start(&side);

    i2c_wr(c, OCORES_CONTROL, OCORES_ENABLE);
    g_assert_true(i2c_write_register(c, MEMORY_AT, 0x01, 0x23616263, 4));
    g_assert_true(i2c_address(c, WARM_AT, false));
    g_assert_true(i2c_send(c, LIMIT));
    g_assert_true(i2c_send(c, 0x12));
    c = machine_side_move(c, &side);
    g_assert_true(i2c_send(c, 0x80));
    i2c_stop(c);
    g_assert_cmphex(i2c_read_register(c, WARM_AT, LIMIT, 2), ==, 0x1280);
    g_assert_true(i2c_address(c, MEMORY_AT, false));
    g_assert_true(i2c_send(c, 0x01) && i2c_send(c, 0x24));
    c = machine_side_move(c, &side);
    g_assert_true(i2c_address(c, MEMORY_AT, true));
    g_assert_cmphex(i2c_receive(c), ==, 'b');
    c = machine_side_move(c, &side);
    g_assert_cmphex(i2c_receive(c), ==, 'c');
    i2c_stop(c);
    g_assert_cmphex(i2c_read_register(c, WARM_AT, 0, 2), ==, 0x1980);
    ob_client_quit(c);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/i2c-moves/from-qemu-and-back", GINT_TO_POINTER(false), test_move);
    g_test_add_data_func("/i2c-moves/to-qemu-and-back", GINT_TO_POINTER(true), test_move);
    return g_test_run();
}
