/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/vnc/hands.h"

#include <string.h>

#include "qtest/machine/input/input.h"

static const char *const buttons[] = { "left",       "middle",     "right",      "wheel-up",
                                       "wheel-down", "wheel-left", "wheel-right" };
#define BUTTONS (sizeof(buttons) / sizeof(buttons[0]))

void ob_vnc_hands_init(ObVncHands *hands)
{
    pthread_mutex_init(&hands->lock, NULL);
}

void ob_vnc_hands_clear(ObVncHands *hands)
{
    pthread_mutex_destroy(&hands->lock);
}

/* The later place of the pointer says it all. */
static bool is_move_on(const ObVncAct *last, const ObVncAct *act)
{
    return !last->is_key && !act->is_key && last->buttons == act->buttons;
}

void ob_vnc_hands_keep(ObVncHands *hands, const ObVncAct *act)
{
    pthread_mutex_lock(&hands->lock);
    if (hands->count && is_move_on(&hands->acts[hands->count - 1], act)) {
        hands->acts[hands->count - 1] = *act;
    } else if (hands->count < OB_VNC_ACTS) {
        hands->acts[hands->count++] = *act;
    }
    pthread_mutex_unlock(&hands->lock);
}

/* ------------------------------------------------------------------------ keys */

static void key_send(ObVncHands *hands, ObHost *host, uint16_t code, bool down)
{
    uint8_t bit = (uint8_t)(1u << code % 8);

    hands->down[code / 8] = (uint8_t)(down ? hands->down[code / 8] | bit
                                           : hands->down[code / 8] & ~bit);
    ob_input_key(host, code, down);
}

/* --------------------------------------------------------------------- pointer */

/* The device that gets movements takes positions: the first one decides, as in QEMU. */
static bool pointer_is_absolute(const ObHost *host)
{
    const uint32_t absolute = HW_BIT(HW_INPUT_ABSOLUTE);
    ObInputTaker taker;

    for (uint32_t i = 0; ob_input_taker_at(host, i, &taker); i++) {
        if (taker.kinds & (absolute | HW_BIT(HW_INPUT_RELATIVE))) {
            return taker.kinds & absolute;
        }
    }
    return false;
}

static void axis_send(ObHost *host, uint16_t kind, uint16_t axis, int64_t value)
{
    const HwInputEvent event = { kind, axis, (int32_t)value };

    if (kind == HW_INPUT_ABSOLUTE || value) {
        ob_input_send(host, &event);
    }
}

static int64_t scaled(uint32_t place, uint32_t size)
{
    return size ? (int64_t)place * HW_INPUT_ABSOLUTE_MAX / size : 0;
}

static void move_send(const ObVncHands *hands, ObHost *host, const ObVncAct *act)
{
    if (pointer_is_absolute(host)) {
        axis_send(host, HW_INPUT_ABSOLUTE, HW_INPUT_X, scaled(act->x, act->width));
        axis_send(host, HW_INPUT_ABSOLUTE, HW_INPUT_Y, scaled(act->y, act->height));
    } else if (hands->has_moved) {
        axis_send(host, HW_INPUT_RELATIVE, HW_INPUT_X, (int64_t)act->x - hands->last.x);
        axis_send(host, HW_INPUT_RELATIVE, HW_INPUT_Y, (int64_t)act->y - hands->last.y);
    }
}

static void button_send(ObHost *host, const char *name, bool down)
{
    const HwInputButtonName *button = hw_input_buttons;

    while (strcmp(button->name, name) != 0) {
        button++;
    }
    ob_input_send_button(host, button, down);
}

static void buttons_send(const ObVncHands *hands, ObHost *host, uint8_t now)
{
    uint8_t changed = now ^ hands->last.buttons;

    for (size_t i = 0; i < BUTTONS; i++) {
        if (changed & 1u << i) {
            button_send(host, buttons[i], now & 1u << i);
        }
    }
}

static void pointer_send(ObVncHands *hands, ObHost *host, const ObVncAct *act)
{
    move_send(hands, host, act);
    buttons_send(hands, host, act->buttons);
    ob_input_sync(host);
    hands->last = *act;
    hands->has_moved = true;
}

/* ------------------------------------------------------------------------ both */

static uint32_t acts_take(ObVncHands *hands, ObVncAct acts[OB_VNC_ACTS])
{
    uint32_t count;

    pthread_mutex_lock(&hands->lock);
    count = hands->count;
    memcpy(acts, hands->acts, count * sizeof(acts[0]));
    hands->count = 0;
    pthread_mutex_unlock(&hands->lock);
    return count;
}

void ob_vnc_hands_serve(ObVncHands *hands, ObHost *host)
{
    ObVncAct acts[OB_VNC_ACTS];
    uint32_t count = acts_take(hands, acts);

    for (uint32_t i = 0; i < count; i++) {
        if (acts[i].is_key) {
            key_send(hands, host, acts[i].code, acts[i].down);
        } else {
            pointer_send(hands, host, &acts[i]);
        }
    }
}

void ob_vnc_hands_leave(ObVncHands *hands, ObHost *host)
{
    ob_vnc_hands_serve(hands, host);
    for (uint16_t code = 0; code < OB_VNC_KEYS; code++) {
        if (hands->down[code / 8] & 1u << code % 8) {
            key_send(hands, host, code, false);
        }
    }
    buttons_send(hands, host, 0);
    ob_input_sync(host);
    hands->last = (ObVncAct) { 0 };
    hands->has_moved = false;
}
