/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hw.input/1 on QEMU's input handlers: its monitor, VNC and windows send the events.  QEMU sends none to a
 * machine that is stopped.
 */
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/host/run/shelf/shelf.h"
#include "plugins/qemu-bridge/service/input-event.h"
#include "plugins/qemu-bridge/service/services.h"

struct HwInputSource {
    HwInputSource *next;
    HwInputSide side;
    QemuObject *object;
    QemuInputHandler handler;
    QemuInputHandlerState *state;
};

static const HwInput service;

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

/* QEMU has the handler, and shows the client's name. */
static bool source_adopt(HwInputSource *source, HwDevice *dev, const HwInputClient *client,
                         HwError *error)
{
    if (!hw_input_side_adopt(&source->side, dev, client, error)) {
        return false;
    }
    source->handler.name = source->side.client.name;
    source->handler.mask = bridge_input_mask(source->side.client.kinds);
    return true;
}

static HwInputSource *source_new(HwDevice *dev, const HwInputClient *client, HwError *error)
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

static void source_end(void *opaque)
{
    HwInputSource *source = opaque;
    HwInputSource **place = &sources;

    while (*place != source) {
        place = &(*place)->next;
    }
    *place = source->next;
    qemu_input_handler_unregister(source->state);
    free(source);
}

static HwInputSource *input_open(HwDevice *dev, const HwInputClient *client, HwError *error)
{
    HwShelf *shelf = hw_instance_of(dev)->shelf;
    HwInputSource *source = hw_shelf_take(shelf, &service);

    if (source && !source_adopt(source, dev, client, error)) {
        hw_shelf_put(shelf, &service, source, source_end);
        return NULL;
    }
    return source ? source : source_new(dev, client, error);
}

static void input_close(HwInputSource *source)
{
    if (source &&
        !hw_shelf_put(hw_instance_of(source->side.dev)->shelf, &service, source, source_end)) {
        source_end(source);
    }
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
