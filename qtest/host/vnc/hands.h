/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A viewer's keys and pointer.  Its thread keeps what the viewer does, and the loop's thread gives it to
 * the machine.
 */
#ifndef OB_VNC_HANDS_H
#define OB_VNC_HANDS_H

#include <pthread.h>

#include "qtest/machine/core/host.h"

#define OB_VNC_ACTS 256u /* the rest of a flood is lost */
#define OB_VNC_KEYS 256u

/* A key or a movement. */
typedef struct ObVncAct {
    bool is_key, down;
    uint16_t code;
    uint8_t buttons;              /* RFB's mask: RFC 6143, 7.5.5 */
    uint32_t x, y, width, height; /* in the viewer's picture */
} ObVncAct;

typedef struct ObVncHands {
    pthread_mutex_t lock; /* the acts' */
    ObVncAct acts[OB_VNC_ACTS];
    uint32_t count;

    /* The loop's: what the machine knows. */
    uint8_t down[OB_VNC_KEYS / 8];
    ObVncAct last; /* the pointer's last place */
    bool has_moved;
} ObVncHands;

void ob_vnc_hands_init(ObVncHands *hands);
void ob_vnc_hands_clear(ObVncHands *hands);

/* For the viewer's thread. */
void ob_vnc_hands_keep(ObVncHands *hands, const ObVncAct *act);

/* For the loop's thread: the second one releases keys and buttons, for a viewer that has gone. */
void ob_vnc_hands_serve(ObVncHands *hands, ObHost *host);
void ob_vnc_hands_leave(ObVncHands *hands, ObHost *host);

#endif
