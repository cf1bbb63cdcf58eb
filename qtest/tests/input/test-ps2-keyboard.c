/* SPDX-License-Identifier: GPL-2.0-or-later */
/* altera-ps2-keyboard, in our program and, through the bridge, in stock QEMU. */
#include "qtest/tests/input/ps2-guest.h"

#include "qtest/text/json.h"

typedef struct Machine {
    ObClient *c;
} Machine;

static void set_up(Machine *f, gconstpointer data)
{
    (void)data;
    f->c = ps2_guest_start("altera-ps2-keyboard");
}

static void tear_down(Machine *f, gconstpointer data)
{
    (void)data;
    ob_client_quit(f->c);
}

static uint32_t control(Machine *f)
{
    return ob_client_readl(f->c, PS2_GUEST_BASE + PS2_CONTROL);
}

static void press(Machine *f, const char *name)
{
    ps2_guest_key(f->c, name, true);
}

static void release(Machine *f, const char *name)
{
    ps2_guest_key(f->c, name, false);
}

/* -------------------------------------------------------------------------- port */

static void test_reset(Machine *f, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(control(f), ==, 0);
    g_assert_cmpuint(ps2_guest_drain(f->c), ==, 0);
    ob_client_writel(f->c, PS2_GUEST_BASE + PS2_CONTROL, 0xffffffff);
    press(f, "a");
    g_assert_cmphex(control(f), ==, PS2_INTERRUPTS | PS2_INTERRUPT);
    ob_client_reset(f->c);
    g_assert_cmphex(control(f), ==, 0);
    g_assert_cmpuint(ps2_guest_drain(f->c), ==, 0);
}

static void test_interrupt(Machine *f, gconstpointer data)
{
    bool shown = ob_client_irq_intercept_in(f->c, NULL);

    (void)data;
    press(f, "a");
    g_assert_cmphex(control(f), ==, PS2_INTERRUPT);
    g_assert_false(shown && ob_client_irq_get(f->c, PS2_GUEST_IRQ));
    ob_client_writel(f->c, PS2_GUEST_BASE + PS2_CONTROL, PS2_INTERRUPTS);
    g_assert_true(!shown || ob_client_irq_get(f->c, PS2_GUEST_IRQ));
    PS2_EXPECT(f->c, 0x1c);
    g_assert_false(shown && ob_client_irq_get(f->c, PS2_GUEST_IRQ));
    g_assert_cmphex(control(f), ==, PS2_INTERRUPTS);
}

/* -------------------------------------------------------------------------- keys */

static const struct {
    const char *name;
    uint8_t down[8];
    uint8_t up[8];
    uint8_t down_count, up_count;
} keys[] = {
    { "a", { 0x1c }, { 0xf0, 0x1c }, 1, 2 },
    { "f7", { 0x83 }, { 0xf0, 0x83 }, 1, 2 },
    { "ctrl_r", { 0xe0, 0x14 }, { 0xe0, 0xf0, 0x14 }, 2, 3 },
    { "delete", { 0xe0, 0x71 }, { 0xe0, 0xf0, 0x71 }, 2, 3 },
    { "mediaselect", { 0xe0, 0x50 }, { 0xe0, 0xf0, 0x50 }, 2, 3 },
    { "print", { 0xe0, 0x12, 0xe0, 0x7c }, { 0xe0, 0xf0, 0x7c, 0xe0, 0xf0, 0x12 }, 4, 6 },
    { "pause", { 0xe1, 0x14, 0x77, 0xe1, 0xf0, 0x14, 0xf0, 0x77 }, { 0 }, 8, 0 },
    { "again", { 0 }, { 0 }, 0, 0 }, /* set 2 has no code for it */
};

static void test_key(Machine *f, gconstpointer data)
{
    size_t i = GPOINTER_TO_SIZE(data);

    press(f, keys[i].name);
    ps2_guest_expect(f->c, keys[i].down, keys[i].down_count);
    release(f, keys[i].name);
    ps2_guest_expect(f->c, keys[i].up, keys[i].up_count);
    release(f, keys[i].name); /* it is up */
    ps2_guest_expect(f->c, keys[i].up, 0);
}

static void test_repeats(Machine *f, gconstpointer data)
{
    (void)data;
    press(f, "a");
    press(f, "a");
    PS2_EXPECT(f->c, 0x1c, 0x1c);
    release(f, "a");
    PS2_EXPECT(f->c, 0xf0, 0x1c);
}

/* A QEMU's clock runs by itself, ours when the test steps it. */
static void await(Machine *f, uint8_t byte)
{
    bool stands = g_str_equal(g_getenv("OB_ACCELERATOR"), "qtest");
    uint32_t value = ob_client_readl(f->c, PS2_GUEST_BASE + PS2_DATA);

    while (!value && !ob_client_failed(f->c)) {
        if (stands) {
            ob_client_clock_step(f->c, 1000000);
        }
        value = ob_client_readl(f->c, PS2_GUEST_BASE + PS2_DATA);
    }
    g_assert_cmphex(value & 0xff, ==, byte);
}

/* The first key comes at once, the others on the machine's clock. */
static void test_send_key(Machine *f, gconstpointer data)
{
    static const uint8_t bytes[] = { 0x12, 0x1c, 0xf0, 0x1c, 0xf0, 0x12 };

    (void)data;
    ps2_guest_do(f->c, "send-key",
                 json_pack("{s:[{s:s, s:s}, {s:s, s:i}], s:i}", "keys", "type", "qcode", "data",
                           "shift", "type", "number", "data", 0x1e, "hold-time", 1));
    for (size_t i = 0; i < G_N_ELEMENTS(bytes); i++) {
        await(f, bytes[i]);
    }
}

static void test_stopped_machine(Machine *f, gconstpointer data)
{
    json_t *failed = NULL;

    (void)data;
    ps2_guest_do(f->c, "stop", NULL);
    ps2_guest_do(f->c, "send-key",
                 json_pack("{s:[{s:s, s:s}]}", "keys", "type", "qcode", "data", "a"));
    g_assert_null(ob_client_qmp(f->c, "input-send-event", json_pack("{s:[]}", "events"), &failed));
    g_assert_cmpstr(json_string_value(json_object_get(failed, "desc")), ==, "VM not running");
    json_decref(failed);
    ps2_guest_do(f->c, "cont", NULL);
    g_assert_cmpuint(ps2_guest_drain(f->c), ==, 0);
}

/* ---------------------------------------------------------------------- commands */

/* The commands of Linux's atkbd, in its order. */
static void test_as_linux_asks(Machine *f, gconstpointer data)
{
    (void)data;
    ps2_guest_send(f->c, PS2_RESET);
    PS2_EXPECT(f->c, 0xfa, 0xaa);
    ps2_guest_send(f->c, PS2_GET_ID);
    PS2_EXPECT(f->c, 0xfa, 0xab, 0x83);
    ps2_guest_send(f->c, PS2_DISABLE);
    PS2_EXPECT(f->c, 0xfa);
    ps2_guest_send(f->c, PS2_SET_LEDS);
    PS2_EXPECT(f->c, 0xfa);
    ps2_guest_send(f->c, 0x07);
    PS2_EXPECT(f->c, 0xfa);
    ps2_guest_send(f->c, PS2_SET_RATE);
    ps2_guest_send(f->c, 0x00);
    PS2_EXPECT(f->c, 0xfa, 0xfa);
    ps2_guest_send(f->c, PS2_ENABLE);
    PS2_EXPECT(f->c, 0xfa);
    press(f, "a");
    PS2_EXPECT(f->c, 0x1c);
}

static void test_disabled(Machine *f, gconstpointer data)
{
    (void)data;
    press(f, "b");
    PS2_EXPECT(f->c, 0x32);
    ps2_guest_send(f->c, PS2_DISABLE);
    PS2_EXPECT(f->c, 0xfa);
    press(f, "a");
    release(f, "a");
    g_assert_cmpuint(ps2_guest_drain(f->c), ==, 0);
    ps2_guest_send(f->c, PS2_ENABLE);
    PS2_EXPECT(f->c, 0xfa);
    release(f, "b"); /* the guest has forgotten it */
    g_assert_cmpuint(ps2_guest_drain(f->c), ==, 0);
}

static void test_other_commands(Machine *f, gconstpointer data)
{
    (void)data;
    ps2_guest_send(f->c, PS2_ECHO);
    PS2_EXPECT(f->c, 0xee);
    ps2_guest_send(f->c, PS2_RESEND);
    PS2_EXPECT(f->c, 0xee);
    ps2_guest_send(f->c, PS2_SCAN_CODE_SET);
    ps2_guest_send(f->c, 0);
    PS2_EXPECT(f->c, 0xfa, 0xfa, 2);
    ps2_guest_send(f->c, PS2_SCAN_CODE_SET);
    ps2_guest_send(f->c, 3);
    PS2_EXPECT(f->c, 0xfa, 0xfe);
    ps2_guest_send(f->c, PS2_ALL_DEFAULT);
    PS2_EXPECT(f->c, 0xfa);
    ps2_guest_send(f->c, 0x42);
    PS2_EXPECT(f->c, 0xfe);
    ps2_guest_send(f->c, PS2_DEFAULTS);
    PS2_EXPECT(f->c, 0xfa);
}

static void test_command_for_a_value(Machine *f, gconstpointer data)
{
    (void)data;
    ps2_guest_send(f->c, PS2_SET_LEDS);
    ps2_guest_send(f->c, PS2_ECHO);
    PS2_EXPECT(f->c, 0xfa, 0xee);
    ps2_guest_send(f->c, 0x01);
    PS2_EXPECT(f->c, 0xfe);
}

/* ------------------------------------------------------------------------- floods */

/* Keys are lost as a whole, once with the overrun's code, and no key stays down. */
static void test_flood_of_keys(Machine *f, gconstpointer data)
{
    uint32_t value, last = 0, count = 0;

    (void)data;
    for (int i = 0; i < 300; i++) {
        press(f, "a");
    }
    release(f, "a");
    while ((value = ob_client_readl(f->c, PS2_GUEST_BASE + PS2_DATA))) {
        last = last << 8 | (value & 0xff);
        count++;
    }
    g_assert_cmphex(last & 0xffffff, ==, 0x00f01c);
    g_assert_cmpuint(count, >, 200);
    g_assert_cmpuint(count, <=, PS2_FIFO);
    press(f, "a");
    PS2_EXPECT(f->c, 0x1c);
}

static void test_flood_of_commands(Machine *f, gconstpointer data)
{
    (void)data;
    press(f, "a");
    for (uint32_t i = 0; i < 2 * PS2_FIFO; i++) {
        ps2_guest_send(f->c, PS2_GET_ID);
    }
    release(f, "a");
    g_assert_cmpuint(ps2_guest_drain(f->c), >=, PS2_FIFO - 8);
    ps2_guest_send(f->c, PS2_ECHO);
    PS2_EXPECT(f->c, 0xee);
}

/* ------------------------------------------------------------------------ unplug */

/* The device is on QEMU's main-system-bus, where nothing is unplugged: the guest's keyboard goes
 * on.  In our program it goes, also while a key is down. */
static void test_unplug(Machine *f, gconstpointer data)
{
    json_t *error = NULL;
    json_t *answer;

    (void)data;
    press(f, "a");
    answer = ob_client_qmp(f->c, "device_del", json_pack("{s:s}", "id", "ps2"), &error);
    if (g_getenv("OB_ARGUMENTS")) {
        g_assert_null(answer);
        g_assert_cmpstr(json_string_value(json_object_get(error, "desc")), ==,
                        "Device 'altera-ps2-keyboard' does not support hotplugging");
        release(f, "a");
        PS2_EXPECT(f->c, 0x1c, 0xf0, 0x1c);
    } else {
        json_t *event = ob_client_qmp_event(f->c, "DEVICE_DELETED", 30000);

        g_assert_nonnull(answer);
        g_assert_nonnull(event);
        json_decref(event);
        g_assert_cmphex(control(f), ==, 0);
    }
    json_decref(answer);
    json_decref(error);
}

#define TEST(path, function) \
    g_test_add("/ps2-keyboard/" path, Machine, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("reset-clears-fifo-and-control", test_reset);
    TEST("interrupts-while-bytes-wait", test_interrupt);
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        g_autofree char *path = g_strconcat("/ps2-keyboard/keys/", keys[i].name, NULL);

        g_test_add(path, Machine, GSIZE_TO_POINTER(i), set_up, test_key, tear_down);
    }
    TEST("keys/repeat-when-told-again", test_repeats);
    if (!g_getenv("OB_MIGRATE_EVERY")) { /* keys that wait do not travel, as in QEMU */
        TEST("keys/send-key-takes-its-time", test_send_key);
    }
    TEST("keys/lost-while-machine-is-stopped", test_stopped_machine);
    TEST("commands/as-linux-asks", test_as_linux_asks);
    TEST("commands/disabled-keyboard-sends-nothing", test_disabled);
    TEST("commands/others", test_other_commands);
    TEST("commands/command-in-place-of-a-value", test_command_for_a_value);
    TEST("floods/keys-are-lost-as-a-whole", test_flood_of_keys);
    TEST("floods/commands-leave-room-for-releases", test_flood_of_commands);
    TEST("unplug/ends-its-keys-or-is-refused", test_unplug);
    return g_test_run();
}
