/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keyboard and mouse move between a stock QEMU and our program.  A command waits for its value, a key is
 * down, and the FIFO has bytes.
 */
#include "qtest/tests/input/ps2-guest.h"
#include "qtest/tests/lib/machine-move.h"
#include "qtest/text/json.h"

typedef struct Side {
    const char *device;
    bool ours;
} Side;

static ObClient *side_start(void *opaque, const char *more)
{
    const Side *side = opaque;
    bool ours = side->ours;
    g_autofree char *arguments = g_strdup_printf(
        "%s -M pc-q35-7.2 -m 64 -nodefaults -device %s,addr=0x%x %s",
        ours ? "" : g_getenv("OB_ARGUMENTS"), side->device, (unsigned)PS2_GUEST_BASE, more);
    const ObStart options = { .program = g_getenv(ours ? "OB_HOST_PROGRAM" : "OB_PROGRAM"),
                              .accelerator = ours ? NULL : "tcg",
                              .arguments = arguments,
                              .halts = !ours };
    HW_ERROR(error, 4096);
    ObClient *c = ob_client_start(&options, &error);

    g_assert_cmpstr(error.text, ==, "");
    return c;
}

static ObClient *move(ObClient *c, Side *side)
{
    side->ours = !side->ours;
    return machine_move(c, side_start, side);
}

static void test_keyboard(gconstpointer data)
{
    Side side = { "altera-ps2-keyboard", GPOINTER_TO_INT(data) };
    ObClient *c = side_start(&side, "");

    ob_client_writel(c, PS2_GUEST_BASE + PS2_CONTROL, PS2_INTERRUPTS);
    ps2_guest_key(c, "delete", true);
    ps2_guest_send(c, PS2_SET_LEDS);
    c = move(c, &side);
    ps2_guest_send(c, 0x07);
    ps2_guest_key(c, "delete", false);
    PS2_EXPECT(c, 0xe0, 0x71, 0xfa, 0xfa, 0xe0, 0xf0, 0x71);
    g_assert_cmphex(ob_client_readl(c, PS2_GUEST_BASE + PS2_CONTROL), ==, PS2_INTERRUPTS);
    ps2_guest_send(c, PS2_DISABLE);
    c = move(c, &side);
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
    Side side = { "altera-ps2-mouse", GPOINTER_TO_INT(data) };
    ObClient *c = side_start(&side, "");
    uint32_t x = 0, value;

    ps2_guest_send(c, PS2_ENABLE);
    ps2_guest_send(c, PS2_SET_RATE);
    c = move(c, &side);
    ps2_guest_send(c, 200);
    PS2_EXPECT(c, 0xfa, 0xfa, 0xfa);
    steps_send(c, 255 * 100);
    c = move(c, &side);
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
