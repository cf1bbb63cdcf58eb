/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hw.input/1 in process: which device gets an event, in which calls; and the keyboard's guest errors. */
#include <string.h>

#include "devices/input/altera-ps2-regs.h"
#include "hw-api/ext/draft/input.h"
#include "qtest/machine/board.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/input/input.h"
#include "qtest/tests/lib/gadget.h"

/* A device that keeps the events as text. */
typedef struct Probe {
    HwDevice dev;
    HwInputSource *source;
    GString *got; /* "30=1 ", with "; " after each call */
} Probe;

static void probe_events(HwDevice *dev, const HwInputEvent *events, uint32_t count)
{
    GString *got = HW_DEVICE(Probe, dev)->got;

    g_assert_cmpuint(count, >=, 1);
    g_assert_cmpuint(count, <=, HW_INPUT_EVENTS_MAX);
    for (uint32_t i = 0; i < count; i++) {
        g_string_append_printf(got, "%x=%d ", events[i].code, events[i].value);
    }
    g_string_append(got, "; ");
}

static const HwInputClient keys = { .abi = HW_ABI(HwInputClient),
                                    .name = "keys",
                                    .kinds = HW_BIT(HW_INPUT_KEY),
                                    .events = probe_events };
static const HwInputClient tablet = { .abi = HW_ABI(HwInputClient),
                                      .name = "tablet",
                                      .kinds = HW_BIT(HW_INPUT_ABSOLUTE) | HW_BIT(HW_INPUT_BUTTON),
                                      .events = probe_events };
static const HwInputClient mouse = { .abi = HW_ABI(HwInputClient),
                                     .name = "mouse",
                                     .kinds = HW_BIT(HW_INPUT_RELATIVE) | HW_BIT(HW_INPUT_BUTTON),
                                     .events = probe_events };
static const HwInputClient idle = { .abi = HW_ABI(HwInputClient), .name = "idle", .kinds = 1 };

static bool probe_open(HwDevice *dev, const HwInputClient *client, HwError *error)
{
    Probe *s = HW_DEVICE(Probe, dev);

    s->source = hw_input(dev)->open(dev, client, error);
    if (s->source) {
        s->got = g_string_new(NULL);
    }
    return s->source != NULL;
}

static bool keys_realize(HwDevice *dev, HwError *error)
{
    return probe_open(dev, &keys, error);
}

static bool tablet_realize(HwDevice *dev, HwError *error)
{
    return probe_open(dev, &tablet, error);
}

static bool mouse_realize(HwDevice *dev, HwError *error)
{
    return probe_open(dev, &mouse, error);
}

static bool idle_realize(HwDevice *dev, HwError *error)
{
    return probe_open(dev, &idle, error);
}

static void probe_unrealize(HwDevice *dev)
{
    hw_input(dev)->close(HW_DEVICE(Probe, dev)->source);
    g_string_free(HW_DEVICE(Probe, dev)->got, TRUE);
}

#define CLASS(name_, realize_)              \
    {                                       \
        .table = {                          \
            .abi = HW_ABI(HwDeviceClass),   \
            .name = name_,                  \
            .instance_size = sizeof(Probe), \
            .realize = realize_,            \
            .unrealize = probe_unrealize    \
        }                                   \
    }

static const HwClass classes[] = {
    CLASS("keys", keys_realize),
    CLASS("tablet", tablet_realize),
    CLASS("mouse", mouse_realize),
    CLASS("idle", idle_realize),
};

static void set_up(GadgetHost *f, gconstpointer data)
{
    gadget_set_up(f, data);
    for (size_t i = 0; i < G_N_ELEMENTS(classes); i++) {
        g_assert_true(ob_host_add_class(f->host, &classes[i], &f->error));
    }
}

/* The events since the last call. */
static void expect(const HwInstance *instance, const char *events)
{
    GString *got = HW_DEVICE(Probe, instance->dev)->got;

    g_assert_cmpstr(got->str, ==, events);
    g_string_truncate(got, 0);
}

static void move(GadgetHost *f, uint16_t kind, uint16_t axis, int32_t value)
{
    const HwInputEvent event = { kind, axis, value };

    ob_input_send(f->host, &event);
}

static const HwInputButtonName *button(const char *name)
{
    const HwInputButtonName *row = hw_input_buttons;

    while (strcmp(row->name, name) != 0) {
        row++;
    }
    return row;
}

/* ----------------------------------------------------------------------- receivers */

static void test_last_opened(GadgetHost *f, gconstpointer data)
{
    HwInstance *first = device_add(f, "keys", "id=first");
    HwInstance *second = device_add(f, "keys", "id=second");

    (void)data;
    ob_input_key(f->host, 30, true);
    expect(first, "");
    expect(second, "1e=1 ; ");
    ob_host_remove_device(f->host, second);
    ob_input_key(f->host, 30, false);
    expect(first, "1e=0 ; ");
    ob_host_remove_device(f->host, first);
    g_assert_false(ob_input_takes(f->host, HW_INPUT_KEY));
    ob_input_key(f->host, 30, true); /* nobody's */
}

static void test_each_kind(GadgetHost *f, gconstpointer data)
{
    HwInstance *keyboard = device_add(f, "keys", "");
    HwInstance *relative = device_add(f, "mouse", "");
    HwInstance *absolute = device_add(f, "tablet", "");

    (void)data;
    ob_input_key(f->host, 30, true);
    move(f, HW_INPUT_RELATIVE, HW_INPUT_X, -7);
    move(f, HW_INPUT_ABSOLUTE, HW_INPUT_Y, 9);
    ob_input_send_button(f->host, button("left"), true);
    ob_input_sync(f->host);
    expect(keyboard, "1e=1 ; ");
    expect(relative, "0=-7 ; ");
    expect(absolute, "1=9 110=1 ; ");
}

static void test_prefer(GadgetHost *f, gconstpointer data)
{
    HwInstance *keyboard = device_add(f, "keys", "");
    HwInstance *relative = device_add(f, "mouse", "");
    HwInstance *absolute = device_add(f, "tablet", "");
    ObInputTaker taker;

    (void)data;
    g_assert_true(ob_input_taker_at(f->host, 0, &taker));
    g_assert_cmpstr(taker.name, ==, "tablet");
    g_assert_true(ob_input_taker_at(f->host, 1, &taker));
    g_assert_cmpstr(taker.name, ==, "mouse");
    g_assert_true(ob_input_prefer_pointer(f->host, taker.number));
    ob_input_send_button(f->host, button("right"), true);
    ob_input_sync(f->host);
    expect(relative, "111=1 ; ");
    expect(absolute, "");
    g_assert_true(ob_input_taker_at(f->host, 2, &taker));
    g_assert_false(ob_input_prefer_pointer(f->host, taker.number)); /* the keyboard's */
    g_assert_false(ob_input_prefer_pointer(f->host, 77));
    expect(keyboard, "");
}

/* -------------------------------------------------------------------------- events */

static void test_together(GadgetHost *f, gconstpointer data)
{
    HwInstance *relative = device_add(f, "mouse", "");

    (void)data;
    move(f, HW_INPUT_RELATIVE, HW_INPUT_X, 1);
    move(f, HW_INPUT_RELATIVE, HW_INPUT_Y, 2);
    expect(relative, "");
    ob_input_sync(f->host);
    ob_input_sync(f->host);
    expect(relative, "0=1 1=2 ; ");
}

static void test_many(GadgetHost *f, gconstpointer data)
{
    HwInstance *relative = device_add(f, "mouse", "");

    (void)data;
    for (uint32_t i = 0; i < HW_INPUT_EVENTS_MAX + 1; i++) {
        move(f, HW_INPUT_RELATIVE, HW_INPUT_X, 1);
    }
    ob_input_sync(f->host);
    g_assert_true(g_str_has_suffix(HW_DEVICE(Probe, relative->dev)->got->str, "0=1 ; 0=1 ; "));
}

/* A wheel is the axis of a device that takes movements; a tablet has none. */
static void test_wheel(GadgetHost *f, gconstpointer data)
{
    HwInstance *absolute = device_add(f, "tablet", "");
    HwInstance *relative = device_add(f, "mouse", "");

    (void)data;
    ob_input_send_button(f->host, button("wheel-down"), true);
    ob_input_send_button(f->host, button("wheel-down"), false);
    ob_input_send_button(f->host, button("wheel-right"), true);
    ob_input_sync(f->host);
    expect(relative, "8=-1 6=1 ; ");
    ob_host_remove_device(f->host, relative);
    ob_input_send_button(f->host, button("wheel-up"), true);
    ob_input_sync(f->host);
    expect(absolute, "");
}

static void test_limits(GadgetHost *f, gconstpointer data)
{
    HwInstance *absolute = device_add(f, "tablet", "");

    (void)data;
    move(f, HW_INPUT_ABSOLUTE, HW_INPUT_X, -5);
    move(f, HW_INPUT_ABSOLUTE, HW_INPUT_Y, INT32_MAX);
    ob_input_sync(f->host);
    expect(absolute, "0=0 1=32767 ; ");
}

/* Keys that wait come in order, and those beyond the queue are lost. */
static void test_pauses(GadgetHost *f, gconstpointer data)
{
    HwInstance *keyboard = device_add(f, "keys", "");

    (void)data;
    ob_input_key(f->host, 30, true);
    ob_input_pause(f->host, 2);
    ob_input_key(f->host, 30, false);
    ob_input_pause(f->host, 3);
    for (uint32_t i = 0; i < OB_INPUT_QUEUE_MAX + 100; i++) {
        ob_input_key(f->host, 31, true);
    }
    expect(keyboard, "1e=1 ; ");
    ob_clock_set(&f->host->clock, 1999999);
    expect(keyboard, "");
    ob_clock_set(&f->host->clock, 2000000);
    expect(keyboard, "1e=0 ; ");
    ob_clock_set(&f->host->clock, 5000000);
    g_assert_cmpuint(HW_DEVICE(Probe, keyboard->dev)->got->len / strlen("1f=1 ; "), ==,
                     OB_INPUT_QUEUE_MAX - 3);
    g_string_truncate(HW_DEVICE(Probe, keyboard->dev)->got, 0);
    ob_input_key(f->host, 32, true); /* at once again */
    expect(keyboard, "20=1 ; ");
}

static void test_refused(GadgetHost *f, gconstpointer data)
{
    (void)data;
    device_refused(f, "idle", "", "idle: its HwInputClient does not have name, kinds and events");
}

/* -------------------------------------------------------------------- guest errors */

static void test_answers_lost(GadgetHost *f, gconstpointer data)
{
    (void)data;
    g_assert_true(ob_host_load_plugins(f->host, g_getenv("OUTBOARD_SET"), &f->error));
    device_add(f, "altera-ps2-keyboard", "addr=0xfe000000");
    for (uint32_t i = 0; i <= PS2_FIFO; i++) {
        writel(f, UINT64_C(0xfe000000), PS2_ECHO);
    }
    g_assert_nonnull(strstr(f->log->str, "answer 0xee is lost: the FIFO is full"));
}

#define TEST(path, function) \
    g_test_add("/input-service/" path, GadgetHost, NULL, set_up, function, gadget_tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("receivers/the-last-that-opened", test_last_opened);
    TEST("receivers/one-for-each-kind", test_each_kind);
    TEST("receivers/a-pointer-is-put-ahead", test_prefer);
    TEST("receivers/incomplete-is-refused", test_refused);
    TEST("events/come-together", test_together);
    TEST("events/more-than-a-call-has", test_many);
    TEST("events/wheel-is-an-axis", test_wheel);
    TEST("events/positions-are-limited", test_limits);
    TEST("pauses/keys-wait", test_pauses);
    TEST("guest-errors/answers-without-room", test_answers_lost);
    return g_test_run();
}
