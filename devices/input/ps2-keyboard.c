/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A PS/2 keyboard behind Altera's port.  Specified in altera-ps2.rst. */
#include "devices/devices.h"
#include "devices/input/altera-ps2.h"

#include <string.h>

#define SET          2 /* the only scan codes */
#define KEYS         256u
#define ANSWERS_ROOM 16u /* the FIFO keeps so much for answers */
#define IS_COMMAND   0x80

typedef struct Ps2Keyboard {
    Ps2Port port;
    uint8_t scans;   /* 1: keys are sent */
    uint8_t command; /* waits for its value; 0: none */
    uint8_t leds;
    uint8_t rate;
    uint8_t last;           /* the byte that was sent last */
    uint8_t lost;           /* 1: the guest knows of lost keys */
    uint8_t down[KEYS / 8]; /* the guest expects their release: a bit for each key */
} Ps2Keyboard;

/* ------------------------------------------------------------------------ keys */

static bool is_down(const Ps2Keyboard *s, uint32_t key)
{
    return s->down[key / 8] & HW_BIT(key % 8);
}

/* The room that releases need: a key whose press was sent is always released. */
static uint32_t releases_room(const Ps2Keyboard *s)
{
    uint32_t keys = 0;

    for (uint32_t key = 0; key < KEYS; key++) {
        keys += is_down(s, key);
    }
    return keys * PS2_RELEASE;
}

static void lost_tell(Ps2Keyboard *s)
{
    const uint8_t overrun = PS2_OVERRUN;

    if (!s->lost) {
        s->lost = ps2_put(&s->port, &overrun, 1, releases_room(s));
    }
}

static void key_press(Ps2Keyboard *s, uint32_t key)
{
    uint8_t bytes[PS2_KEY_BYTES];
    uint32_t count = ps2_key_codes(key, true, bytes);
    uint32_t keep = releases_room(s) + (is_down(s, key) ? 0 : PS2_RELEASE) + ANSWERS_ROOM;

    if (!count) {
        return;
    }
    if (!ps2_put(&s->port, bytes, count, keep)) {
        lost_tell(s);
        return;
    }
    s->lost = 0;
    s->last = bytes[count - 1];
    if (ps2_key_codes(key, false, bytes)) {
        s->down[key / 8] |= (uint8_t)HW_BIT(key % 8);
    }
}

static void key_release(Ps2Keyboard *s, uint32_t key)
{
    uint8_t bytes[PS2_KEY_BYTES];
    uint32_t count = ps2_key_codes(key, false, bytes);

    if (is_down(s, key) && ps2_put(&s->port, bytes, count, 0)) {
        s->last = bytes[count - 1];
        s->down[key / 8] &= (uint8_t)~HW_BIT(key % 8);
    }
}

static void keyboard_events(HwDevice *dev, const HwInputEvent *events, uint32_t count)
{
    Ps2Keyboard *s = HW_DEVICE(Ps2Keyboard, dev);

    for (uint32_t i = 0; i < count && s->scans; i++) {
        if (events[i].code < KEYS) {
            (events[i].value ? key_press : key_release)(s, events[i].code);
        }
    }
}

/* -------------------------------------------------------------------- commands */

static void answer(Ps2Keyboard *s, const uint8_t *bytes, uint32_t count)
{
    s->last = bytes[count - 1];
    ps2_answer(&s->port, bytes, count, releases_room(s));
}

static void answer_byte(Ps2Keyboard *s, uint8_t byte)
{
    answer(s, &byte, 1);
}

/* The guest no longer knows which keys are down. */
static void defaults(Ps2Keyboard *s, bool scans)
{
    s->scans = scans;
    s->command = 0;
    s->rate = 0x2b; /* 10.9 characters a second after 500 ms */
    s->lost = 0;
    memset(s->down, 0, sizeof(s->down));
}

static void value_written(Ps2Keyboard *s, uint8_t command, uint8_t value)
{
    static const uint8_t set[] = { PS2_ACKNOWLEDGE, SET };

    s->command = 0;
    switch (command) {
    case PS2_SET_LEDS:
        s->leds = value;
        break;
    case PS2_SET_RATE:
        s->rate = value;
        break;
    case PS2_SCAN_CODE_SET:
        if (!value) {
            answer(s, set, sizeof(set));
            return;
        }
        answer_byte(s, value == SET ? PS2_ACKNOWLEDGE : PS2_AGAIN);
        return;
    default: /* a stream's */
        answer_byte(s, PS2_AGAIN);
        return;
    }
    answer_byte(s, PS2_ACKNOWLEDGE);
}

static void command_written(Ps2Keyboard *s, uint8_t command)
{
    static const uint8_t id[] = { PS2_ACKNOWLEDGE, 0xab, 0x83 };
    static const uint8_t passed[] = { PS2_ACKNOWLEDGE, PS2_TEST_PASSED };

    switch (command) {
    case PS2_SET_LEDS:
    case PS2_SCAN_CODE_SET:
    case PS2_SET_RATE:
        s->command = command;
        break;
    case PS2_ECHO:
        answer_byte(s, PS2_ECHO);
        return;
    case PS2_GET_ID:
        answer(s, id, sizeof(id));
        return;
    case PS2_ENABLE:
        s->scans = 1;
        break;
    case PS2_DISABLE:
    case PS2_DEFAULTS:
        defaults(s, command == PS2_DEFAULTS);
        break;
    case PS2_RESEND:
        answer_byte(s, s->last);
        return;
    case PS2_RESET:
        defaults(s, true);
        s->leds = 0;
        answer(s, passed, sizeof(passed));
        return;
    default: /* kinds of keys are set 3's, and change nothing here */
        if (command < PS2_ALL_REPEAT || command > PS2_ALL_DEFAULT) {
            answer_byte(s, PS2_AGAIN);
            return;
        }
    }
    answer_byte(s, PS2_ACKNOWLEDGE);
}

/* A command in place of a value is taken as a command. */
static void keyboard_written(HwDevice *dev, uint8_t byte)
{
    Ps2Keyboard *s = HW_DEVICE(Ps2Keyboard, dev);
    uint8_t command = s->command;

    s->command = 0;
    if (command && !(byte & IS_COMMAND)) {
        value_written(s, command, byte);
    } else {
        command_written(s, byte);
    }
}

/* ------------------------------------------------------------------------ life */

static const Ps2Behind keyboard_behind = {
    .client = { .abi = HW_ABI(HwInputClient),
                .name = "PS/2 keyboard",
                .kinds = HW_BIT(HW_INPUT_KEY),
                .events = keyboard_events },
    .written = keyboard_written,
};

static bool keyboard_realize(HwDevice *dev, HwError *error)
{
    return ps2_realize(HW_DEVICE(Ps2Port, dev), &keyboard_behind, error);
}

static void keyboard_reset(HwDevice *dev)
{
    Ps2Keyboard *s = HW_DEVICE(Ps2Keyboard, dev);

    ps2_reset(&s->port);
    defaults(s, true);
    s->leds = 0;
    s->last = 0;
}

/* clang-format off */
static const HwState keyboard_state = {
    .name = "altera-ps2-keyboard", .version = 1, .minimum_version = 1,
    .fields = HW_ROWS(HwStateField,
        PS2_SAVED(Ps2Keyboard), HW_SAVED(Ps2Keyboard, scans), HW_SAVED(Ps2Keyboard, command),
        HW_SAVED(Ps2Keyboard, leds), HW_SAVED(Ps2Keyboard, rate), HW_SAVED(Ps2Keyboard, last),
        HW_SAVED(Ps2Keyboard, lost), HW_SAVED(Ps2Keyboard, down)),
};

const HwDeviceClass ps2_keyboard_class = {
    .abi = HW_ABI(HwDeviceClass), .name = "altera-ps2-keyboard",
    .description = "Altera's PS/2 port with a keyboard",
    .instance_size = sizeof(Ps2Keyboard), .services = HW_NAMES(HW_INPUT),
    .regions = PS2_REGIONS(Ps2Keyboard), .properties = HW_ROWS(HwProperty, PS2_PROPERTIES(Ps2Keyboard)),
    .state = &keyboard_state, .realize = keyboard_realize, .unrealize = ps2_unrealize,
    .reset = keyboard_reset, .update = ps2_update,
};
/* clang-format on */
