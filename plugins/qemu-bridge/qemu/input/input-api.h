/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QEMU's functions and structures for input, continued from api.h.  The bridge works without them:
 * then it does not offer hw.input/1.
 */
#ifndef BRIDGE_QEMU_INPUT_API_H
#define BRIDGE_QEMU_INPUT_API_H

#include "plugins/qemu-bridge/qemu/machine-api.h"

typedef struct QemuInputHandlerState QemuInputHandlerState;

/* InputBtnEvent and InputMoveEvent. */
typedef struct QemuInputButton {
    int button;
    bool down;
} QemuInputButton;

typedef struct QemuInputMove {
    int axis;
    int64_t value;
} QemuInputMove;

/* InputKeyEvent up to 10.x: KeyValue is QEMU's own. */
typedef struct QemuInputKey {
    const void *key;
    bool down;
} QemuInputKey;

/* InputEvent.  Up to 10.x `data` points at one of the structures above.  From 11.x on they are in its
 * place, and a key is a QemuInputButton with Linux's code. */
typedef struct QemuInputEvent {
    int type;
    union {
        const void *data;
        QemuInputButton button;
        QemuInputMove move;
    };
} QemuInputEvent;

/* It stays as long as it is registered.  QEMU passes `device` on. */
typedef struct QemuInputHandler {
    const char *name;
    uint32_t mask; /* a bit for each type of event */
    void (*event)(QemuObject *device, void *console, const QemuInputEvent *event);
    void (*sync)(QemuObject *device);
    void *room[8];
} QemuInputHandler;

QEMU_WEAK QemuInputHandlerState *qemu_input_handler_register(QemuObject *device,
                                                             const QemuInputHandler *handler);
/* Puts the handler ahead of all others. */
QEMU_WEAK void qemu_input_handler_activate(QemuInputHandlerState *state);
QEMU_WEAK void qemu_input_handler_unregister(QemuInputHandlerState *state);

/* qemu_input_key_value_to_qcode() up to 10.x: a KeyValue's number in QEMU's table of keys.  It is looked
 * up, since no release may lack an import. */
typedef int QemuKeyToQcode(const void *key);

/* The number of a name in an enum, or `otherwise`. */
QEMU_WEAK int qapi_enum_parse(const void *lookup, const char *name, int otherwise,
                              QemuError **error);
QEMU_WEAK const char InputEventKind_lookup[];
QEMU_WEAK const char InputButton_lookup[];
QEMU_WEAK const char InputAxis_lookup[];

#endif
