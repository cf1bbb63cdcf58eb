/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The user's keyboard and pointing device, and the service hw.input/1 behind them.  Events go to the
 * device that opened last among those that take their kind.  A machine that does not run loses them,
 * as in QEMU.  Under the device lock, and never from inside of a device's hook.
 */
#ifndef OB_MACHINE_INPUT_H
#define OB_MACHINE_INPUT_H

#include "hw-api/host/run/input.h"
#include "qtest/machine/core/host.h"

/* Events, and their ends, that wait for a pause to end; more are lost. */
#define OB_INPUT_QUEUE_MAX 1024u

/* True if a device takes this HwInputKind. */
bool ob_input_takes(const ObHost *host, uint32_t kind);

/* Sends one event; ob_input_sync() gives a device those that belong together. */
void ob_input_send(ObHost *host, const HwInputEvent *event);
void ob_input_send_button(ObHost *host, const HwInputButtonName *button, bool down);
void ob_input_sync(ObHost *host);

/* Sends a key as an event of its own, behind those that wait. */
void ob_input_key(ObHost *host, uint16_t code, bool down);

/* A pause: later keys wait for it on the machine's clock. */
void ob_input_pause(ObHost *host, uint32_t milliseconds);

/* A device that takes input. */
typedef struct ObInputTaker {
    const char *name;
    uint32_t number; /* from 1 on; a device has it as long as it is there */
    uint32_t kinds;
} ObInputTaker;

/* The devices, the one that gets the events first; false after the last. */
bool ob_input_taker_at(const ObHost *host, uint32_t index, ObInputTaker *taker);

/* Puts the device with this number ahead.  False: there is none that takes movements or buttons. */
bool ob_input_prefer_pointer(ObHost *host, uint32_t number);

/* For board.c */
extern const HwInput ob_input_service;
void ob_input_free(ObHost *host);

#endif
