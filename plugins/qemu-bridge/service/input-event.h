/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QEMU's input events in the form of hw.input/1. */
#ifndef BRIDGE_INPUT_EVENT_H
#define BRIDGE_INPUT_EVENT_H

#include "hw-api/host/run/input.h"
#include "plugins/qemu-bridge/qemu/input/input-api.h"

/* False: this QEMU does not export what the two functions below need. */
bool bridge_input_events_are_known(void);

/* The types of QEMU's events that stand for these kinds (HW_BIT(HwInputKind)), a bit each; 0: none. */
uint32_t bridge_input_mask(uint32_t kinds);

/* Keeps the event for hw_input_side_send(), unless QEMU has a number in it that no name has. */
void bridge_input_add(HwInputSide *side, const QemuInputEvent *event);

#endif
