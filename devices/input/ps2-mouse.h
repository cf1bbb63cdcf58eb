/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A PS/2 mouse behind Altera's port, with a wheel and five buttons in the protocols of Microsoft's
 * IntelliMouse.  Specified in altera-ps2.rst.
 */
#ifndef PS2_MOUSE_H
#define PS2_MOUSE_H

#include "devices/input/altera-ps2.h"

#define PS2_SAMPLES 3 /* rates in a row choose the protocol */

enum { PLAIN_ID = 0, WHEEL_ID = 3, BUTTONS_ID = 4 };

enum { /* the first byte of a packet */
       PACKET_LEFT = HW_BIT(0),
       PACKET_RIGHT = HW_BIT(1),
       PACKET_MIDDLE = HW_BIT(2),
       PACKET_ONE = HW_BIT(3), /* always set */
       PACKET_X_NEGATIVE = HW_BIT(4),
       PACKET_Y_NEGATIVE = HW_BIT(5),
       PACKET_SIDE = HW_BIT(4), /* the fourth byte */
       PACKET_EXTRA = HW_BIT(5),
       PLAIN_BUTTONS = PACKET_LEFT | PACKET_RIGHT | PACKET_MIDDLE,
};

enum { /* the first byte of the status */
       STATUS_SCALED = HW_BIT(4),
       STATUS_ENABLED = HW_BIT(5),
       STATUS_REMOTE = HW_BIT(6),
};

typedef struct Ps2Mouse {
    Ps2Port port;
    uint8_t status;     /* STATUS_... */
    uint8_t command;    /* waits for its value; 0: none */
    uint8_t wraps;      /* 1: bytes come back */
    uint8_t id;         /* the protocol */
    uint8_t resolution; /* log2 of counts a millimetre */
    uint8_t rates[PS2_SAMPLES];
    uint8_t last[4]; /* the bytes that were sent last, and their number */
    uint8_t last_count;
    uint8_t buttons; /* PACKET_LEFT, _RIGHT, _MIDDLE, _SIDE, _EXTRA */
    uint8_t told;    /* the guest's knowledge of them */
    uint32_t
        moved[3]; /* x, y and wheel since the last packet, as signed numbers: up is positive, and
                        * the wheel towards the user */
} Ps2Mouse;

/* ps2-mouse-packets.c */
void ps2_mouse_events(HwDevice *dev, const HwInputEvent *events, uint32_t count);
void ps2_mouse_drained(HwDevice *dev);
void ps2_mouse_packet_send(Ps2Mouse *s); /* with or without news */

/* The guest knows of the buttons, and no movement waits. */
void ps2_mouse_movement_forget(Ps2Mouse *s);

/* Keeps the bytes, up to 4, for the guest that wants them again. */
void ps2_mouse_sent(Ps2Mouse *s, const uint8_t *bytes, uint32_t count);

#endif
