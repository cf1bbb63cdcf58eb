/* SPDX-License-Identifier: GPL-2.0-or-later */
/* altera-ps2-mouse, in our program and, through the bridge, in stock QEMU. */
#include "qtest/tests/input/ps2-guest.h"

#include "qtest/text/json.h"

typedef struct Machine {
    ObClient *c;
} Machine;

static void set_up(Machine *f, gconstpointer data)
{
    (void)data;
    f->c = ps2_guest_start("altera-ps2-mouse");
}

static void tear_down(Machine *f, gconstpointer data)
{
    (void)data;
    ob_client_quit(f->c);
}

static json_t *step(const char *axis, int steps)
{
    return json_pack("{s:s, s:{s:o, s:i}}", "type", "rel", "data", "axis", ob_json_text(axis),
                     "value", steps);
}

static json_t *press(const char *button, bool down)
{
    return json_pack("{s:s, s:{s:o, s:b}}", "type", "btn", "data", "button", ob_json_text(button),
                     "down", down);
}

/* Sends two events together. */
static void both(Machine *f, json_t *first, json_t *second)
{
    ps2_guest_do(f->c, "input-send-event", json_pack("{s:[o, o]}", "events", first, second));
}

static void one(Machine *f, json_t *event)
{
    ps2_guest_do(f->c, "input-send-event", json_pack("{s:[o]}", "events", event));
}

static void enable(Machine *f)
{
    ps2_guest_send(f->c, PS2_ENABLE);
    PS2_EXPECT(f->c, 0xfa);
}

static void rate(Machine *f, uint8_t value)
{
    ps2_guest_send(f->c, PS2_SET_RATE);
    ps2_guest_send(f->c, value);
    PS2_EXPECT(f->c, 0xfa, 0xfa);
}

static void knock(Machine *f, uint8_t first, uint8_t second, uint8_t third, uint8_t id)
{
    rate(f, first);
    rate(f, second);
    rate(f, third);
    ps2_guest_send(f->c, PS2_GET_ID);
    PS2_EXPECT(f->c, 0xfa, id);
}

/* ---------------------------------------------------------------------- movements */

static void test_moves(Machine *f, gconstpointer data)
{
    (void)data;
    enable(f);
    both(f, step("x", 5), step("y", 3));
    PS2_EXPECT(f->c, 0x28, 5, 0xfd); /* down is negative */
    both(f, step("x", -1), step("y", -2));
    PS2_EXPECT(f->c, 0x18, 0xff, 2);
}

static void test_large_move(Machine *f, gconstpointer data)
{
    (void)data;
    enable(f);
    one(f, step("x", 300));
    PS2_EXPECT(f->c, 0x08, 255, 0, 0x08, 45, 0);
}

static void test_buttons(Machine *f, gconstpointer data)
{
    (void)data;
    enable(f);
    one(f, press("left", true));
    both(f, press("right", true), press("middle", true));
    one(f, press("left", false));
    one(f, press("left", false)); /* it is up */
    PS2_EXPECT(f->c, 0x09, 0, 0, 0x0f, 0, 0, 0x0e, 0, 0);
}

/* Both ends of a click in one call. */
static void test_click(Machine *f, gconstpointer data)
{
    (void)data;
    enable(f);
    both(f, press("left", true), press("left", false));
    PS2_EXPECT(f->c, 0x09, 0, 0, 0x08, 0, 0);
}

static void test_wheel(Machine *f, gconstpointer data)
{
    (void)data;
    knock(f, 200, 100, 80, 3);
    enable(f);
    both(f, press("wheel-up", true), press("wheel-up", false));
    PS2_EXPECT(f->c, 0x08, 0, 0, 0xff);
    both(f, press("wheel-down", true), press("wheel-down", false));
    PS2_EXPECT(f->c, 0x08, 0, 0, 0x01);
    one(f, press("side", true)); /* this protocol has none */
    g_assert_cmpuint(ps2_guest_drain(f->c), ==, 0);
}

static void say(Machine *f, const char *line)
{
    ps2_guest_do(f->c, "human-monitor-command", json_pack("{s:s}", "command-line", line));
}

/* The monitor's words for the same. */
static void test_words(Machine *f, gconstpointer data)
{
    static const struct {
        const char *line;
        uint8_t packet[4];
    } rows[] = {
        { "mouse_move 5 3", { 0x28, 5, 0xfd, 0 } },
        { "mouse_move 0x10 0", { 0x08, 0x10, 0, 0 } },
        { "mouse_move 0 0 0x1", { 0x08, 0, 0, 0xff } },
        { "mouse_move 0 0 -2", { 0x08, 0, 0, 1 } },
    };

    (void)data;
    knock(f, 200, 100, 80, 3);
    enable(f);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const uint8_t *packet = rows[i].packet;

        g_test_message("%s", rows[i].line);
        say(f, rows[i].line);
        PS2_EXPECT(f->c, packet[0], packet[1], packet[2], packet[3]);
    }
    say(f, "mouse_button 7");
    say(f, "mouse_button 2"); /* only changes are sent */
    say(f, "mouse_button 0");
    PS2_EXPECT(f->c, 0x0f, 0, 0, 0, 0x0a, 0, 0, 0, 0x08, 0, 0, 0);
}

static void test_five_buttons(Machine *f, gconstpointer data)
{
    (void)data;
    knock(f, 200, 200, 80, 0); /* not before the wheel's */
    knock(f, 200, 100, 80, 3);
    knock(f, 200, 200, 80, 4);
    enable(f);
    one(f, press("side", true));
    one(f, press("extra", true));
    PS2_EXPECT(f->c, 0x08, 0, 0, 0x10, 0x08, 0, 0, 0x30);
}

/* ----------------------------------------------------------------------- commands */

static void test_disabled(Machine *f, gconstpointer data)
{
    (void)data;
    one(f, step("x", 5));
    g_assert_cmpuint(ps2_guest_drain(f->c), ==, 0);
    enable(f);
    g_assert_cmpuint(ps2_guest_drain(f->c), ==, 0);
    ps2_guest_send(f->c, PS2_DISABLE);
    PS2_EXPECT(f->c, 0xfa);
    one(f, press("left", true));
    g_assert_cmpuint(ps2_guest_drain(f->c), ==, 0);
}

static void test_reset(Machine *f, gconstpointer data)
{
    (void)data;
    knock(f, 200, 100, 80, 3);
    ps2_guest_send(f->c, PS2_RESET);
    PS2_EXPECT(f->c, 0xfa, 0xaa, 0x00);
    ps2_guest_send(f->c, PS2_GET_ID);
    PS2_EXPECT(f->c, 0xfa, 0);
    ps2_guest_send(f->c, PS2_STATUS);
    PS2_EXPECT(f->c, 0xfa, 0x00, 2, 100);
}

static void test_status(Machine *f, gconstpointer data)
{
    (void)data;
    enable(f);
    ps2_guest_send(f->c, PS2_SCALE_2);
    ps2_guest_send(f->c, PS2_RESOLUTION);
    ps2_guest_send(f->c, 3);
    PS2_EXPECT(f->c, 0xfa, 0xfa, 0xfa);
    one(f, press("right", true));
    ps2_guest_drain(f->c);
    ps2_guest_send(f->c, PS2_STATUS);
    PS2_EXPECT(f->c, 0xfa, 0x31, 3, 100);
    ps2_guest_send(f->c, PS2_RESOLUTION);
    ps2_guest_send(f->c, 4);
    PS2_EXPECT(f->c, 0xfa, 0xfe);
    ps2_guest_send(f->c, 0x00);
    PS2_EXPECT(f->c, 0xfe);
}

static void test_remote(Machine *f, gconstpointer data)
{
    (void)data;
    enable(f);
    ps2_guest_send(f->c, PS2_REMOTE);
    PS2_EXPECT(f->c, 0xfa);
    both(f, step("x", 5), step("x", 2));
    g_assert_cmpuint(ps2_guest_drain(f->c), ==, 0);
    ps2_guest_send(f->c, PS2_POLL);
    PS2_EXPECT(f->c, 0xfa, 0x08, 7, 0);
    ps2_guest_send(f->c, PS2_RESEND);
    PS2_EXPECT(f->c, 0x08, 7, 0);
}

static void test_wrap(Machine *f, gconstpointer data)
{
    (void)data;
    ps2_guest_send(f->c, PS2_WRAP);
    ps2_guest_send(f->c, PS2_GET_ID);
    ps2_guest_send(f->c, PS2_UNWRAP);
    PS2_EXPECT(f->c, 0xfa, 0xf2, 0xfa);
    ps2_guest_send(f->c, PS2_GET_ID); /* is a command again */
    PS2_EXPECT(f->c, 0xfa, 0);
    ps2_guest_send(f->c, PS2_WRAP);
    ps2_guest_send(f->c, PS2_RESET);
    PS2_EXPECT(f->c, 0xfa, 0xfa, 0xaa, 0);
    ps2_guest_send(f->c, PS2_UNWRAP); /* in no mode */
    PS2_EXPECT(f->c, 0xfa);
}

/* Each command that undoes another one. */
static void test_undone(Machine *f, gconstpointer data)
{
    (void)data;
    enable(f);
    ps2_guest_send(f->c, PS2_SCALE_2);
    ps2_guest_send(f->c, PS2_SCALE_1);
    ps2_guest_send(f->c, PS2_REMOTE);
    ps2_guest_send(f->c, PS2_STREAM);
    ps2_guest_send(f->c, PS2_STATUS);
    PS2_EXPECT(f->c, 0xfa, 0xfa, 0xfa, 0xfa, 0xfa, 0x20, 2, 100);
    one(f, step("x", 5));
    PS2_EXPECT(f->c, 0x08, 5, 0);
    rate(f, 40);
    ps2_guest_send(f->c, PS2_RESOLUTION);
    ps2_guest_send(f->c, 0);
    ps2_guest_send(f->c, PS2_STATUS);
    PS2_EXPECT(f->c, 0xfa, 0xfa, 0xfa, 0x20, 0, 40);
    ps2_guest_send(f->c, PS2_DEFAULTS);
    ps2_guest_send(f->c, PS2_STATUS);
    PS2_EXPECT(f->c, 0xfa, 0xfa, 0x00, 2, 100);
}

static void test_resend(Machine *f, gconstpointer data)
{
    (void)data;
    ps2_guest_send(f->c, PS2_RESEND); /* there is nothing to send again */
    g_assert_cmpuint(ps2_guest_drain(f->c), ==, 0);
    ps2_guest_send(f->c, PS2_GET_ID);
    PS2_EXPECT(f->c, 0xfa, 0);
    ps2_guest_send(f->c, PS2_RESEND);
    PS2_EXPECT(f->c, 0xfa, 0);
    enable(f);
    ps2_guest_send(f->c, PS2_RESEND);
    PS2_EXPECT(f->c, 0xfa);
    ob_client_reset(f->c);
    ps2_guest_send(f->c, PS2_RESEND);
    g_assert_cmpuint(ps2_guest_drain(f->c), ==, 0);
}

/* The status has a bit for each of three buttons. */
static void test_buttons_in_status(Machine *f, gconstpointer data)
{
    static const struct {
        const char *button;
        uint8_t status;
    } rows[] = { { "left", 0x24 }, { "middle", 0x22 }, { "right", 0x21 } };

    (void)data;
    enable(f);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        one(f, press(rows[i].button, true));
        ps2_guest_drain(f->c);
        ps2_guest_send(f->c, PS2_STATUS);
        PS2_EXPECT(f->c, 0xfa, rows[i].status, 2, 100);
        one(f, press(rows[i].button, false));
        ps2_guest_drain(f->c);
    }
}

/* ------------------------------------------------------------------------- floods */

/* Movements without room are added up, and come when the guest takes bytes. */
static void test_flood(Machine *f, gconstpointer data)
{
    int32_t x = 0;
    uint32_t value;

    (void)data;
    enable(f);
    for (int i = 0; i < 300; i++) {
        one(f, step("x", 1));
    }
    for (uint32_t i = 0; (value = ob_client_readl(f->c, PS2_GUEST_BASE + PS2_DATA)); i++) {
        x += i % 3 == 1 ? (int32_t)(value & 0xff) : 0;
    }
    g_assert_cmpint(x, ==, 300);
}

/* The sum of waiting movements ends at 65536 steps each way. */
static void test_most_waiting(Machine *f, gconstpointer data)
{
    int32_t x = 0;
    uint32_t head = 0;
    uint32_t value;

    (void)data;
    enable(f);
    one(f, step("x", 70000));
    for (uint32_t i = 0; (value = ob_client_readl(f->c, PS2_GUEST_BASE + PS2_DATA)); i++) {
        head = i % 3 == 0 ? value : head;
        x += i % 3 == 1 ? (int32_t)(value & 0xff) - (head & 0x10 ? 256 : 0) : 0;
    }
    g_assert_cmpint(x, ==, 65536);
}

static void test_extreme_moves(Machine *f, gconstpointer data)
{
    (void)data;
    enable(f);
    for (int i = 0; i < 3; i++) {
        both(f, step("x", INT32_MIN), step("y", INT32_MIN));
        both(f, step("x", INT32_MAX), step("y", INT32_MAX));
    }
    while (ps2_guest_drain(f->c)) {}
    one(f, step("x", 1));
    PS2_EXPECT(f->c, 0x08, 1, 0);
}

#define TEST(path, function) \
    g_test_add("/ps2-mouse/" path, Machine, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("moves/two-axes-in-a-packet", test_moves);
    TEST("moves/large-one-in-packets", test_large_move);
    TEST("buttons/change-by-change", test_buttons);
    TEST("buttons/click-in-a-call", test_click);
    TEST("wheel/after-its-knock", test_wheel);
    TEST("words/of-the-monitor", test_words);
    TEST("buttons/five-after-their-knock", test_five_buttons);
    TEST("commands/disabled-mouse-sends-nothing", test_disabled);
    TEST("commands/reset", test_reset);
    TEST("commands/status", test_status);
    TEST("commands/remote-mouse-is-polled", test_remote);
    TEST("commands/wrap", test_wrap);
    TEST("commands/undo-each-other", test_undone);
    TEST("commands/resend", test_resend);
    TEST("commands/status-has-buttons", test_buttons_in_status);
    TEST("floods/moves-are-added-up", test_flood);
    TEST("floods/waiting-moves-have-an-end", test_most_waiting);
    TEST("floods/extreme-moves", test_extreme_moves);
    return g_test_run();
}
