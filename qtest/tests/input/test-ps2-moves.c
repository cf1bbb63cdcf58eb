/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keyboard and mouse move between a stock QEMU and our program.  A command waits for its value, a key is
 * down, and the FIFO has bytes.
 */
#include "qtest/tests/input/ps2-guest.h"
#include "qtest/tests/lib/machine-move.h"
#include "qtest/text/json.h"

#define MACHINE(device) "-M pc-q35-7.2 -m 64 -nodefaults -device " device ",addr=0xfe000000"

static void test_keyboard(gconstpointer data)
{
    MachineSide side = { MACHINE("altera-ps2-keyboard"), GPOINTER_TO_INT(data) };
    ObClient *c = machine_side_start(&side);

    ob_client_writel(c, PS2_GUEST_BASE + PS2_CONTROL, PS2_INTERRUPTS);
    ps2_guest_key(c, "delete", true);
    ps2_guest_send(c, PS2_SET_LEDS);
    c = machine_side_move(c, &side);
    ps2_guest_send(c, 0x07);
    ps2_guest_key(c, "delete", false);
    PS2_EXPECT(c, 0xe0, 0x71, 0xfa, 0xfa, 0xe0, 0xf0, 0x71);
    g_assert_cmphex(ob_client_readl(c, PS2_GUEST_BASE + PS2_CONTROL), ==, PS2_INTERRUPTS);
    ps2_guest_send(c, PS2_DISABLE);
    c = machine_side_move(c, &side);
    ps2_guest_key(c, "a", true);
    ps2_guest_send(c, PS2_RESEND);
    PS2_EXPECT(c, 0xfa, 0xfa);
    ob_client_quit(c);
}

static void steps_send(ObClient *c, int steps)
{
    ps2_guest_do(c, "input-send-event",
                 json_pack("{s:[{s:s, s:{s:s, s:i}}]}", "events", "type", "rel", "data", "axis",
                           "x", "value", steps));
}

/* The movements that have found no room go on behind those in the FIFO. */
static void test_mouse(gconstpointer data)
{
    MachineSide side = { MACHINE("altera-ps2-mouse"), GPOINTER_TO_INT(data) };
    ObClient *c = machine_side_start(&side);
    uint32_t x = 0, value;

    ps2_guest_send(c, PS2_ENABLE);
    ps2_guest_send(c, PS2_SET_RATE);
    c = machine_side_move(c, &side);
    ps2_guest_send(c, 200);
    PS2_EXPECT(c, 0xfa, 0xfa, 0xfa);
    steps_send(c, 255 * 100);
    c = machine_side_move(c, &side);
    for (uint32_t i = 0; (value = ob_client_readl(c, PS2_GUEST_BASE + PS2_DATA)); i++) {
        x += i % 3 == 1 ? value & 0xff : 0;
    }
    g_assert_cmpuint(x, ==, 255 * 100);
    ob_client_quit(c);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/ps2-moves/keyboard/from-qemu-and-back", GINT_TO_POINTER(false),
                         test_keyboard);
    g_test_add_data_func("/ps2-moves/keyboard/to-qemu-and-back", GINT_TO_POINTER(true),
                         test_keyboard);
    g_test_add_data_func("/ps2-moves/mouse/from-qemu-and-back", GINT_TO_POINTER(false), test_mouse);
    g_test_add_data_func("/ps2-moves/mouse/to-qemu-and-back", GINT_TO_POINTER(true), test_mouse);
    return g_test_run();
}
