/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hw.input/1 on QEMU's input handlers: its monitor, VNC and windows send the events.  QEMU sends none to a
 * machine that is stopped.
 */
#include <stdlib.h>

#include "hw-api/device/error.h"
#include "plugins/qemu-bridge/service/input-event.h"
#include "plugins/qemu-bridge/service/services.h"

struct HwInputSource {
    HwInputSource *next;
    HwInputSide side;
    QemuObject *object;
    QemuInputHandler handler;
    QemuInputHandlerState *state;
};

/* QEMU's callbacks have the object alone. */
static HwInputSource *sources;

static void handler_event(QemuObject *object, void *console, const QemuInputEvent *event)
{
    (void)console;
    for (HwInputSource *source = sources; source; source = source->next) {
        if (source->object == object) {
            bridge_input_add(&source->side, event);
        }
    }
}

static void handler_sync(QemuObject *object)
{
    for (HwInputSource *source = sources; source; source = source->next) {
        if (source->object == object) {
            hw_input_side_send(&source->side);
        }
    }
}

/* Ahead of the keyboard and the mouse of the machine's own board. */
static void source_register(HwInputSource *source)
{
    source->handler = (QemuInputHandler) {
        .name = source->side.client.name,
        .mask = bridge_input_mask(source->side.client.kinds),
        .event = handler_event,
        .sync = handler_sync,
    };
    source->next = sources;
    sources = source;
    source->state = qemu_input_handler_register(source->object, &source->handler);
    qemu_input_handler_activate(source->state);
}

static HwInputSource *input_open(HwDevice *dev, const HwInputClient *client, HwError *error)
{
    HwInputSource *source = calloc(1, sizeof(*source));

    if (!source) {
        hw_error_set(error, "%s: out of memory", dev->id);
        return NULL;
    }
    if (!hw_input_side_init(&source->side, dev, client, error)) {
        free(source);
        return NULL;
    }
    source->object = bridge_device_of_instance(dev)->object;
    source_register(source);
    return source;
}

static void input_close(HwInputSource *source)
{
    HwInputSource **place = &sources;

    if (!source) {
        return;
    }
    while (*place != source) {
        place = &(*place)->next;
    }
    *place = source->next;
    qemu_input_handler_unregister(source->state);
    free(source);
}

static const HwInput service = {
    .abi = HW_ABI(HwInput),
    .open = input_open,
    .close = input_close,
};

const HwInput *bridge_input(void)
{
    return bridge_input_events_are_known() ? &service : NULL;
}
