/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers of QEMU's enums differ between releases, so each is looked up by its name. */
#include "plugins/qemu-bridge/service/input-event.h"

#include <dlfcn.h>

#include "plugins/qemu-bridge/qemu/symbols.h"

static const char *const kinds[] = { [HW_INPUT_KEY] = "key",
                                     [HW_INPUT_BUTTON] = "btn",
                                     [HW_INPUT_RELATIVE] = "rel",
                                     [HW_INPUT_ABSOLUTE] = "abs" };
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static bool is_named(const void *lookup, int number, const char *name)
{
    return number >= 0 && qapi_enum_parse(lookup, name, -1, NULL) == number;
}

/* The signs of the layout of events, and a table of keys, which differ between releases. */
static struct {
    bool events_are_whole; /* from 11.x on */
    QemuKeyToQcode *key_to_qcode;
    const uint16_t *qcode_to_linux;
    const unsigned *qcodes;
} qemu;

static void qemu_look(void)
{
    qemu.events_are_whole = dlsym(RTLD_DEFAULT, "qemu_input_key_value_to_linux") != NULL;
    qemu.key_to_qcode = (QemuKeyToQcode *)dlsym(RTLD_DEFAULT, "qemu_input_key_value_to_qcode");
    qemu.qcode_to_linux = dlsym(RTLD_DEFAULT, "qemu_input_map_qcode_to_linux");
    qemu.qcodes = dlsym(RTLD_DEFAULT, "qemu_input_map_qcode_to_linux_len");
}

bool bridge_input_events_are_known(void)
{
    if (qemu_symbol_missing(qemu_input_symbols)) {
        return false;
    }
    qemu_look();
    return qemu.events_are_whole || (qemu.key_to_qcode && qemu.qcode_to_linux && qemu.qcodes);
}

uint32_t bridge_input_mask(uint32_t wanted)
{
    uint32_t mask = 0;

    for (uint32_t kind = 0; kind < KINDS; kind++) {
        int type = qapi_enum_parse(InputEventKind_lookup, kinds[kind], -1, NULL);

        if (wanted & HW_BIT(kind) && type >= 0) {
            mask |= HW_BIT(type);
        }
    }
    return mask;
}

static void key_add(HwInputSide *side, const QemuInputEvent *event)
{
    const QemuInputKey *key = event->data;
    HwInputEvent out = { .kind = HW_INPUT_KEY };

    if (qemu.events_are_whole) {
        out.code = (uint16_t)event->button.button;
        out.value = event->button.down;
    } else {
        unsigned number = (unsigned)qemu.key_to_qcode(key->key);

        out.code = number < *qemu.qcodes ? qemu.qcode_to_linux[number] : 0;
        out.value = key->down;
    }
    if (out.code) {
        hw_input_side_add(side, &out);
    }
}

static void button_add(HwInputSide *side, const QemuInputEvent *event)
{
    const QemuInputButton *button = qemu.events_are_whole ? &event->button : event->data;
    const HwInputButtonName *row = hw_input_buttons;

    while (row->name && !is_named(InputButton_lookup, button->button, row->name)) {
        row++;
    }
    if (row->name) {
        hw_input_side_button(side, row, button->down);
    }
}

static int32_t limited(int64_t value)
{
    if (value < INT32_MIN) {
        return INT32_MIN;
    }
    return value < INT32_MAX ? (int32_t)value : INT32_MAX;
}

static void move_add(HwInputSide *side, const QemuInputEvent *event, uint16_t kind)
{
    const QemuInputMove *move = qemu.events_are_whole ? &event->move : event->data;
    HwInputEvent out = { .kind = kind, .code = HW_INPUT_Y, .value = limited(move->value) };

    if (is_named(InputAxis_lookup, move->axis, "x")) {
        out.code = HW_INPUT_X;
    } else if (!is_named(InputAxis_lookup, move->axis, "y")) {
        return;
    }
    hw_input_side_add(side, &out);
}

void bridge_input_add(HwInputSide *side, const QemuInputEvent *event)
{
    if (is_named(InputEventKind_lookup, event->type, "key")) {
        key_add(side, event);
    } else if (is_named(InputEventKind_lookup, event->type, "btn")) {
        button_add(side, event);
    } else if (is_named(InputEventKind_lookup, event->type, "rel")) {
        move_add(side, event, HW_INPUT_RELATIVE);
    } else if (is_named(InputEventKind_lookup, event->type, "abs")) {
        move_add(side, event, HW_INPUT_ABSOLUTE);
    }
}
