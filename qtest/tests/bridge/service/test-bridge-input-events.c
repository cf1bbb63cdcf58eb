/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QEMU's input events as devices get them, in the form that this test was built for. */
#include <glib.h>
#include <string.h>

#include "plugins/qemu-bridge/service/input-event.h"

#ifdef WHOLE
#define IS_WHOLE true
#else
#define IS_WHOLE false
#endif

/* ----------------------------------------------------------------------- the fake */

/* The names of an enum, in the order of their numbers. */
HW_EXPORT const char InputEventKind_lookup[] = "key abs mtt rel btn";
HW_EXPORT const char InputButton_lookup[] = "right left wheel-down touch unknown wheel-left";
HW_EXPORT const char InputAxis_lookup[] = "y z x";

int qapi_enum_parse(const void *lookup, const char *name, int otherwise, QemuError **error)
{
    g_auto(GStrv) names = g_strsplit(lookup, " ", -1);

    (void)error;
    for (int i = 0; names[i]; i++) {
        if (strcmp(names[i], name) == 0) {
            return i;
        }
    }
    return otherwise;
}

QemuInputHandlerState *qemu_input_handler_register(QemuObject *device,
                                                   const QemuInputHandler *handler)
{
    (void)device, (void)handler;
    return NULL;
}

void qemu_input_handler_activate(QemuInputHandlerState *state)
{
    (void)state;
}

void qemu_input_handler_unregister(QemuInputHandlerState *state)
{
    (void)state;
}

#ifdef WHOLE
HW_EXPORT int qemu_input_key_value_to_linux(const void *key);

int qemu_input_key_value_to_linux(const void *key)
{
    (void)key;
    return 0;
}
#else
HW_EXPORT int qemu_input_key_value_to_qcode(const void *key);
HW_EXPORT extern const uint16_t qemu_input_map_qcode_to_linux[];
HW_EXPORT extern const unsigned qemu_input_map_qcode_to_linux_len;

/* A key is its number here. */
int qemu_input_key_value_to_qcode(const void *key)
{
    return *(const int *)key;
}

const uint16_t qemu_input_map_qcode_to_linux[] = { 0, 30, 0x1ff, 7 };
const unsigned qemu_input_map_qcode_to_linux_len = 3;
#endif

/* -------------------------------------------------------------------------- tests */

enum { KEY, ABS, MTT, REL, BTN };

typedef struct Row {
    int type, number; /* a key's number, a button or an axis */
    int64_t value;
    HwInputEvent event;
    bool none; /* no event comes */
    bool only; /* 1: in the form with pointers */
} Row;

/* clang-format off */
static const Row rows[] = {
    { BTN, 1, 1, { HW_INPUT_BUTTON, HW_INPUT_LEFT, 1 } },
    { BTN, 1, 0, { HW_INPUT_BUTTON, HW_INPUT_LEFT, 0 } },
    { BTN, 0, 1, { HW_INPUT_BUTTON, HW_INPUT_RIGHT, 1 } },
    { BTN, 2, 1, { HW_INPUT_RELATIVE, HW_INPUT_WHEEL, -1 } },
    { BTN, 2, 0, .none = true },
    { BTN, 4, 1, .none = true },
    { BTN, 9, 1, .none = true },
    { BTN, -1, 1, .none = true },
    { REL, 2, 5, { HW_INPUT_RELATIVE, HW_INPUT_X, 5 } },
    { REL, 0, -7, { HW_INPUT_RELATIVE, HW_INPUT_Y, -7 } },
    { REL, 1, 1, .none = true },
    { REL, 2, INT32_MAX, { HW_INPUT_RELATIVE, HW_INPUT_X, INT32_MAX } },
    { REL, 2, INT64_C(1) + INT32_MAX, { HW_INPUT_RELATIVE, HW_INPUT_X, INT32_MAX } },
    { REL, 2, INT32_MIN, { HW_INPUT_RELATIVE, HW_INPUT_X, INT32_MIN } },
    { REL, 2, INT64_MIN, { HW_INPUT_RELATIVE, HW_INPUT_X, INT32_MIN } },
    { ABS, 2, 0x7000, { HW_INPUT_ABSOLUTE, HW_INPUT_X, 0x7000 } },
    { ABS, 0, 3, { HW_INPUT_ABSOLUTE, HW_INPUT_Y, 3 } },
    { ABS, 1, 3, .none = true },
    { MTT, 1, 1, .none = true },
    { 9, 1, 1, .none = true },
    { -1, 1, 1, .none = true },
    { KEY, IS_WHOLE ? 30 : 1, 1, { HW_INPUT_KEY, 30, 1 } },
    { KEY, IS_WHOLE ? 0x1ff : 2, 0, { HW_INPUT_KEY, 0x1ff, 0 } },
    { KEY, 0, 1, .none = true },
    { KEY, 3, 1, .none = true, .only = true }, /* behind the table */
    { KEY, -1, 1, .none = true, .only = true },
};
/* clang-format on */

static void event_add(HwInputSide *side, const Row *row)
{
    QemuInputButton button = { row->number, row->value != 0 };
    QemuInputMove move = { row->number, row->value };
    QemuInputKey key = { &row->number, row->value != 0 };
    QemuInputEvent event = { .type = row->type };

    if (IS_WHOLE && (row->type == REL || row->type == ABS)) {
        event.move = move;
    } else if (IS_WHOLE) {
        event.button = button;
    } else {
        event.data = row->type == KEY   ? (const void *)&key
                     : row->type == BTN ? (const void *)&button
                                        : (const void *)&move;
    }
    bridge_input_add(side, &event);
}

static void test_events(void)
{
    HwInputSide side = { .client.kinds = 0xf };

    g_assert_true(bridge_input_events_are_known());
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const HwInputEvent *event = &rows[i].event;

        if (rows[i].only && IS_WHOLE) {
            continue;
        }
        g_test_message("row %zu", i);
        side.count = 0;
        event_add(&side, &rows[i]);
        g_assert_cmpuint(side.count, ==, !rows[i].none);
        if (!rows[i].none) {
            g_assert_cmpuint(side.events[0].kind, ==, event->kind);
            g_assert_cmphex(side.events[0].code, ==, event->code);
            g_assert_cmpint(side.events[0].value, ==, event->value);
        }
    }
}

static void test_mask(void)
{
    g_assert_cmphex(bridge_input_mask(0), ==, 0);
    g_assert_cmphex(bridge_input_mask(HW_BIT(HW_INPUT_KEY)), ==, 1 << KEY);
    g_assert_cmphex(bridge_input_mask(HW_BIT(HW_INPUT_BUTTON)), ==, 1 << BTN);
    g_assert_cmphex(bridge_input_mask(HW_BIT(HW_INPUT_RELATIVE)), ==, 1 << REL);
    g_assert_cmphex(bridge_input_mask(HW_BIT(HW_INPUT_ABSOLUTE)), ==, 1 << ABS);
    g_assert_cmphex(bridge_input_mask(0xff), ==, 1 << KEY | 1 << BTN | 1 << REL | 1 << ABS);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/bridge-input-events/each-kind", test_events);
    g_test_add_func("/bridge-input-events/mask", test_mask);
    return g_test_run();
}
