/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The mouse's commands and life. */
#include "devices/devices.h"
#include "devices/input/ps2-mouse.h"

#include <string.h>

/* -------------------------------------------------------------------- commands */

static void answer(Ps2Mouse *s, const uint8_t *bytes, uint32_t count)
{
    ps2_mouse_sent(s, bytes, count);
    ps2_answer(&s->port, bytes, count, 0);
}

static void answer_byte(Ps2Mouse *s, uint8_t byte)
{
    answer(s, &byte, 1);
}

static void defaults(Ps2Mouse *s)
{
    s->status = 0;
    s->command = 0;
    s->wraps = 0;
    s->resolution = 2;
    memset(s->rates, 100, sizeof(s->rates));
    s->buttons = 0;
    ps2_mouse_movement_forget(s);
}

/* Three rates in a row are the knock of a driver that knows the wheel, or five buttons. */
static void rate_set(Ps2Mouse *s, uint8_t rate)
{
    static const uint8_t wheel[PS2_SAMPLES] = { 200, 100, 80 };
    static const uint8_t buttons[PS2_SAMPLES] = { 200, 200, 80 };

    memmove(s->rates, s->rates + 1, PS2_SAMPLES - 1);
    s->rates[PS2_SAMPLES - 1] = rate;
    if (memcmp(s->rates, wheel, PS2_SAMPLES) == 0 && s->id == PLAIN_ID) {
        s->id = WHEEL_ID;
    } else if (memcmp(s->rates, buttons, PS2_SAMPLES) == 0 && s->id == WHEEL_ID) {
        s->id = BUTTONS_ID;
    }
}

static void value_written(Ps2Mouse *s, uint8_t command, uint8_t value)
{
    if (command == PS2_SET_RATE) {
        rate_set(s, value);
    } else if (value > 3) {
        answer_byte(s, PS2_AGAIN);
        return;
    } else {
        s->resolution = value;
    }
    answer_byte(s, PS2_ACKNOWLEDGE);
}

static void status_answer(Ps2Mouse *s)
{
    const uint8_t bytes[] = { (uint8_t)(s->status | (s->buttons & PACKET_LEFT ? 4 : 0) |
                                        (s->buttons & PACKET_MIDDLE ? 2 : 0) |
                                        (s->buttons & PACKET_RIGHT ? 1 : 0)),
                              s->resolution, s->rates[PS2_SAMPLES - 1] };

    answer_byte(s, PS2_ACKNOWLEDGE);
    answer(s, bytes, sizeof(bytes));
}

/* Commands that have more than an acknowledgement; false: another one. */
static bool long_command(Ps2Mouse *s, uint8_t command)
{
    const uint8_t id[] = { PS2_ACKNOWLEDGE, s->id };
    static const uint8_t passed[] = { PS2_ACKNOWLEDGE, PS2_TEST_PASSED, PLAIN_ID };

    switch (command) {
    case PS2_GET_ID:
        answer(s, id, sizeof(id));
        return true;
    case PS2_STATUS:
        status_answer(s);
        return true;
    case PS2_POLL:
        answer_byte(s, PS2_ACKNOWLEDGE);
        ps2_mouse_packet_send(s);
        return true;
    case PS2_RESET:
        defaults(s);
        s->id = PLAIN_ID;
        answer(s, passed, sizeof(passed));
        return true;
    case PS2_RESEND:
        ps2_answer(&s->port, s->last, s->last_count <= 4 ? s->last_count : 4, 0);
        return true;
    default:
        return false;
    }
}

/* Returns false for a command that the mouse does not know. */
static bool short_command(Ps2Mouse *s, uint8_t command)
{
    switch (command) {
    case PS2_SCALE_1:
        s->status &= (uint8_t)~STATUS_SCALED;
        return true;
    case PS2_SCALE_2:
        s->status |= STATUS_SCALED;
        return true;
    case PS2_RESOLUTION:
    case PS2_SET_RATE:
        s->command = command;
        return true;
    case PS2_STREAM:
        s->status &= (uint8_t)~STATUS_REMOTE;
        return true;
    case PS2_REMOTE:
        s->status |= STATUS_REMOTE;
        return true;
    case PS2_WRAP:
        s->wraps = 1;
        return true;
    case PS2_UNWRAP:
        return true; /* it is out of this mode */
    case PS2_ENABLE:
        ps2_mouse_movement_forget(s);
        s->status |= STATUS_ENABLED;
        return true;
    case PS2_DISABLE:
        s->status &= (uint8_t)~STATUS_ENABLED;
        return true;
    case PS2_DEFAULTS:
        defaults(s);
        return true;
    default:
        return false;
    }
}

static void command_written(Ps2Mouse *s, uint8_t command)
{
    if (!long_command(s, command)) {
        answer_byte(s, short_command(s, command) ? PS2_ACKNOWLEDGE : PS2_AGAIN);
    }
}

/* In wrap mode all bytes but two come back. */
static void wrapped_written(Ps2Mouse *s, uint8_t byte)
{
    if (byte == PS2_UNWRAP) {
        s->wraps = 0;
        answer_byte(s, PS2_ACKNOWLEDGE);
    } else if (byte == PS2_RESET) {
        command_written(s, byte);
    } else {
        answer_byte(s, byte);
    }
}

static void mouse_written(HwDevice *dev, uint8_t byte)
{
    Ps2Mouse *s = HW_DEVICE(Ps2Mouse, dev);
    uint8_t command = s->command;

    s->command = 0;
    if (s->wraps) {
        wrapped_written(s, byte);
    } else if (command) {
        value_written(s, command, byte);
    } else {
        command_written(s, byte);
    }
}

/* ------------------------------------------------------------------------ life */

static const Ps2Behind mouse_behind = {
    .client = { .abi = HW_ABI(HwInputClient),
                .name = "PS/2 mouse",
                .kinds = HW_BIT(HW_INPUT_BUTTON) | HW_BIT(HW_INPUT_RELATIVE),
                .events = ps2_mouse_events },
    .written = mouse_written,
    .drained = ps2_mouse_drained,
};

static bool mouse_realize(HwDevice *dev, HwError *error)
{
    return ps2_realize(HW_DEVICE(Ps2Port, dev), &mouse_behind, error);
}

static void mouse_reset(HwDevice *dev)
{
    Ps2Mouse *s = HW_DEVICE(Ps2Mouse, dev);

    ps2_reset(&s->port);
    defaults(s);
    s->id = PLAIN_ID;
    s->last_count = 0;
}

/* clang-format off */
static const HwState mouse_state = {
    .name = "altera-ps2-mouse", .version = 1, .minimum_version = 1,
    .fields = HW_ROWS(HwStateField,
        PS2_SAVED(Ps2Mouse), HW_SAVED(Ps2Mouse, status), HW_SAVED(Ps2Mouse, command),
        HW_SAVED(Ps2Mouse, wraps), HW_SAVED(Ps2Mouse, id), HW_SAVED(Ps2Mouse, resolution),
        HW_SAVED(Ps2Mouse, rates), HW_SAVED(Ps2Mouse, last), HW_SAVED(Ps2Mouse, last_count),
        HW_SAVED(Ps2Mouse, buttons), HW_SAVED(Ps2Mouse, told), HW_SAVED(Ps2Mouse, moved)),
};

const HwDeviceClass ps2_mouse_class = {
    .abi = HW_ABI(HwDeviceClass), .name = "altera-ps2-mouse",
    .description = "Altera's PS/2 port with a mouse",
    .instance_size = sizeof(Ps2Mouse), .services = HW_NAMES(HW_INPUT),
    .regions = PS2_REGIONS(Ps2Mouse), .properties = HW_ROWS(HwProperty, PS2_PROPERTIES(Ps2Mouse)),
    .state = &mouse_state, .realize = mouse_realize, .unrealize = ps2_unrealize,
    .reset = mouse_reset, .update = ps2_update,
};
/* clang-format on */
