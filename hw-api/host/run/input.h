/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device's side of hw.input/1: the same in each host.  Under the device lock. */
#ifndef HW_HOST_INPUT_H
#define HW_HOST_INPUT_H

#include "hw-api/ext/draft/input.h"

typedef struct HwInputSide {
    HwDevice *dev;
    HwInputClient client; /* hooks that the device's version lacks are NULL */
    HwInputEvent events[HW_INPUT_EVENTS_MAX];
    uint32_t count; /* events that are kept until hw_input_side_send() */
} HwInputSide;

/* Fills the side in.  Returns false and sets `error` if the client is incomplete. */
bool hw_input_side_init(HwInputSide *side, HwDevice *dev, const HwInputClient *client,
                        HwError *error);

/* The next class of the device has the side and the events that are kept.  Returns false, and changes
 * nothing, if the client is incomplete. */
bool hw_input_side_adopt(HwInputSide *side, HwDevice *dev, const HwInputClient *client,
                         HwError *error);

bool hw_input_side_takes(const HwInputSide *side, uint32_t kind);

/* Keeps the event; drops it if the device does not take its kind, and sends those before it if
 * there is no room.  Values of an absolute axis are limited to the axis. */
void hw_input_side_add(HwInputSide *side, const HwInputEvent *event);

/* Gives the device the events that are kept, if it is realized, and calls update. */
void hw_input_side_send(HwInputSide *side);

/* A button by QEMU's name.  A wheel is an axis that moves a step when its button goes down. */
typedef struct HwInputButtonName {
    const char *name; /* "wheel-up" */
    HwInputEvent event;
} HwInputButtonName;

/* Ends with a row of zeros. */
extern const HwInputButtonName hw_input_buttons[];

/* Keeps the event of this button. */
void hw_input_side_button(HwInputSide *side, const HwInputButtonName *button, bool down);

#endif
