/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/run/input.h"

#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/host/run/running.h"

#define TOUCH 0x14a /* BTN_TOUCH */

bool hw_input_side_init(HwInputSide *side, HwDevice *dev, const HwInputClient *client,
                        HwError *error)
{
    size_t size = client->abi.size;

    memset(side, 0, sizeof(*side));
    side->dev = dev;
    memcpy(&side->client, client, size < sizeof(*client) ? size : sizeof(*client));
    return (side->client.name && side->client.kinds && side->client.events) ||
           hw_error_set(error, "%s: its HwInputClient does not have name, kinds and events",
                        dev->id);
}

bool hw_input_side_adopt(HwInputSide *side, HwDevice *dev, const HwInputClient *client,
                         HwError *error)
{
    HwInputSide next;

    if (!hw_input_side_init(&next, dev, client, error)) {
        return false;
    }
    next.count = side->count;
    memcpy(next.events, side->events, sizeof(next.events));
    *side = next;
    return true;
}

bool hw_input_side_takes(const HwInputSide *side, uint32_t kind)
{
    return kind <= HW_INPUT_ABSOLUTE && side->client.kinds & HW_BIT(kind);
}

static int32_t limited(const HwInputEvent *event)
{
    if (event->kind != HW_INPUT_ABSOLUTE || event->value < 0) {
        return event->kind == HW_INPUT_ABSOLUTE ? 0 : event->value;
    }
    return event->value < HW_INPUT_ABSOLUTE_MAX ? event->value : HW_INPUT_ABSOLUTE_MAX;
}

void hw_input_side_add(HwInputSide *side, const HwInputEvent *event)
{
    if (!hw_input_side_takes(side, event->kind)) {
        return;
    }
    if (side->count == HW_INPUT_EVENTS_MAX) {
        hw_input_side_send(side);
    }
    side->events[side->count] = *event;
    side->events[side->count++].value = limited(event);
}

void hw_input_side_send(HwInputSide *side)
{
    uint32_t count = side->count;

    side->count = 0;
    if (count && hw_instance_of(side->dev)->phase == HW_PHASE_REALIZED) {
        HW_RUN_HOOK(hw_instance_of(side->dev), "events",
                    side->client.events(side->dev, side->events, count));
        hw_device_update(side->dev);
    }
}

#define BUTTON(code)               \
    {                              \
        HW_INPUT_BUTTON, (code), 1 \
    }
#define WHEEL(axis, step)                 \
    {                                     \
        HW_INPUT_RELATIVE, (axis), (step) \
    }

const HwInputButtonName hw_input_buttons[] = {
    { "left", BUTTON(HW_INPUT_LEFT) },
    { "middle", BUTTON(HW_INPUT_MIDDLE) },
    { "right", BUTTON(HW_INPUT_RIGHT) },
    { "wheel-up", WHEEL(HW_INPUT_WHEEL, 1) },
    { "wheel-down", WHEEL(HW_INPUT_WHEEL, -1) },
    { "side", BUTTON(HW_INPUT_SIDE) },
    { "extra", BUTTON(HW_INPUT_EXTRA) },
    { "wheel-left", WHEEL(HW_INPUT_WHEEL_SIDEWAYS, -1) },
    { "wheel-right", WHEEL(HW_INPUT_WHEEL_SIDEWAYS, 1) },
    { "touch", BUTTON(TOUCH) },
    { 0 },
};

void hw_input_side_button(HwInputSide *side, const HwInputButtonName *button, bool down)
{
    HwInputEvent event = button->event;

    if (event.kind == HW_INPUT_BUTTON) {
        event.value = down;
    } else if (!down) {
        return;
    }
    hw_input_side_add(side, &event);
}
