/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The mouse's buttons and movements, and the packets that tell of them. */
#include "devices/input/ps2-mouse.h"

#include <string.h>

#define ANSWERS_ROOM 16u /* the FIFO keeps so much for answers */
#define MOVE_MAX     255
#define WHEEL_MAX    7

enum { X, Y, Z };

/* --------------------------------------------------------------------- packets */

static int32_t limited(int32_t value, int32_t most)
{
    return value > most ? most : value < -most ? -most : value;
}

/* The part of a movement that fits into a packet; the rest stays. */
static int32_t moved_take(Ps2Mouse *s, uint32_t axis, int32_t most)
{
    int32_t step = limited((int32_t)s->moved[axis], most);

    s->moved[axis] -= (uint32_t)step;
    return step;
}

static bool has_news(const Ps2Mouse *s)
{
    return s->moved[X] || s->moved[Y] || s->moved[Z] || s->told != s->buttons;
}

static uint8_t fourth_byte(const Ps2Mouse *s, int32_t wheel)
{
    return s->id == BUTTONS_ID
               ? (uint8_t)((wheel & 0xf) | (s->buttons & (PACKET_SIDE | PACKET_EXTRA)))
               : (uint8_t)wheel;
}

static uint32_t packet_make(Ps2Mouse *s, uint8_t bytes[4])
{
    int32_t x = moved_take(s, X, MOVE_MAX);
    int32_t y = moved_take(s, Y, MOVE_MAX);
    int32_t wheel = moved_take(s, Z, WHEEL_MAX);

    bytes[0] = (uint8_t)((s->buttons & PLAIN_BUTTONS) | PACKET_ONE |
                         (x < 0 ? PACKET_X_NEGATIVE : 0) | (y < 0 ? PACKET_Y_NEGATIVE : 0));
    bytes[1] = (uint8_t)x;
    bytes[2] = (uint8_t)y;
    bytes[3] = fourth_byte(s, wheel);
    s->told = s->buttons;
    return s->id == PLAIN_ID ? 3 : 4;
}

void ps2_mouse_sent(Ps2Mouse *s, const uint8_t *bytes, uint32_t count)
{
    memcpy(s->last, bytes, count);
    s->last_count = (uint8_t)count;
}

void ps2_mouse_packet_send(Ps2Mouse *s)
{
    uint8_t bytes[4];
    uint32_t count = packet_make(s, bytes);

    ps2_mouse_sent(s, bytes, count);
    ps2_answer(&s->port, bytes, count, 0);
}

/* Movements that find no room are added up. */
static void packets_send(Ps2Mouse *s)
{
    while (s->status & STATUS_ENABLED && !(s->status & STATUS_REMOTE) && !s->wraps && has_news(s) &&
           s->port.count + 4 + ANSWERS_ROOM <= PS2_FIFO) {
        ps2_mouse_packet_send(s);
    }
}

void ps2_mouse_drained(HwDevice *dev)
{
    packets_send(HW_DEVICE(Ps2Mouse, dev));
}

/* ---------------------------------------------------------------------- events */

static uint8_t button_bit(uint32_t code)
{
    switch (code) {
    case HW_INPUT_LEFT:
        return PACKET_LEFT;
    case HW_INPUT_RIGHT:
        return PACKET_RIGHT;
    case HW_INPUT_MIDDLE:
        return PACKET_MIDDLE;
    case HW_INPUT_SIDE:
        return PACKET_SIDE;
    default:
        return code == HW_INPUT_EXTRA ? PACKET_EXTRA : 0;
    }
}

/* A click that no packet has told of yet is told of first. */
static void button_event(Ps2Mouse *s, const HwInputEvent *event)
{
    uint8_t bit = button_bit(event->code);

    if (event->value && s->id != BUTTONS_ID) {
        bit &= PLAIN_BUTTONS;
    }
    if ((s->told ^ s->buttons) & bit) {
        packets_send(s);
    }
    s->buttons = (uint8_t)(event->value ? s->buttons | bit : s->buttons & ~bit);
}

/* The sum of movements stays far from the ends of its type. */
static void move_add(Ps2Mouse *s, uint32_t axis, int32_t steps)
{
    s->moved[axis] = (uint32_t)limited((int32_t)s->moved[axis] + limited(steps, 1 << 16), 1 << 16);
}

static void move_event(Ps2Mouse *s, const HwInputEvent *event)
{
    int32_t back = -limited(event->value, 1 << 16);

    switch (event->code) {
    case HW_INPUT_X:
        move_add(s, X, event->value);
        break;
    case HW_INPUT_Y:
        move_add(s, Y, back);
        break;
    case HW_INPUT_WHEEL:
        if (s->id != PLAIN_ID) {
            move_add(s, Z, back);
        }
        break;
    default:
        break;
    }
}

void ps2_mouse_events(HwDevice *dev, const HwInputEvent *events, uint32_t count)
{
    Ps2Mouse *s = HW_DEVICE(Ps2Mouse, dev);

    for (uint32_t i = 0; i < count; i++) {
        if (events[i].kind == HW_INPUT_BUTTON) {
            button_event(s, &events[i]);
        } else if (s->status & STATUS_ENABLED) {
            move_event(s, &events[i]);
        }
    }
    packets_send(s);
}

void ps2_mouse_movement_forget(Ps2Mouse *s)
{
    memset(s->moved, 0, sizeof(s->moved));
    s->told = s->buttons;
}
