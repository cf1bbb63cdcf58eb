/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/run/chardev.h"

#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/host/run/running.h"

bool hw_chardev_side_init(HwChardevSide *side, HwDevice *dev, const HwChardevClient *client,
                          HwError *error)
{
    size_t size = client->abi.size;

    memset(side, 0, sizeof(*side));
    side->dev = dev;
    memcpy(&side->client, client, size < sizeof(*client) ? size : sizeof(*client));
    return (side->client.can_receive && side->client.receive) ||
           hw_error_set(error, "%s: its HwChardevClient does not have can_receive and receive",
                        dev->id);
}

bool hw_chardev_side_adopt(HwChardevSide *side, HwDevice *dev, const HwChardevClient *client,
                           HwError *error)
{
    HwChardevSide next;

    if (!hw_chardev_side_init(&next, dev, client, error)) {
        return false;
    }
    next.due = side->due;
    next.has_peer = side->has_peer;
    next.told = side->told;
    next.waits = side->waits;
    *side = next;
    return true;
}

bool hw_chardev_side_is_alive(const HwChardevSide *side)
{
    return hw_instance_of(side->dev)->phase == HW_PHASE_REALIZED;
}

uint32_t hw_chardev_side_room(const HwChardevSide *side)
{
    uint32_t room;

    HW_RUN_HOOK(hw_instance_of(side->dev), "can_receive",
                room = side->client.can_receive(side->dev));
    return room;
}

void hw_chardev_side_receive(const HwChardevSide *side, const uint8_t *bytes, uint32_t size)
{
    HW_RUN_HOOK(hw_instance_of(side->dev), "receive", side->client.receive(side->dev, bytes, size));
    hw_device_update(side->dev);
}

void hw_chardev_side_note(HwChardevSide *side, uint32_t event)
{
    if (event == HW_CHARDEV_BREAK) {
        side->due.breaks = true;
    } else {
        side->has_peer = event == HW_CHARDEV_OPENED;
        side->due.peer = true;
    }
}

void hw_chardev_side_note_writable(HwChardevSide *side)
{
    side->due.writable |= side->waits;
}

bool hw_chardev_side_is_due(const HwChardevSide *side)
{
    return side->due.breaks || side->due.peer || side->due.writable;
}

static void side_event(const HwChardevSide *side, uint32_t event)
{
    if (side->client.event) {
        HW_RUN_HOOK(hw_instance_of(side->dev), "event", side->client.event(side->dev, event));
        hw_device_update(side->dev);
    }
}

/* A peer that came while another left: the device sees both. */
static void side_tell_peer(HwChardevSide *side)
{
    if (side->told) {
        side->told = false;
        side_event(side, HW_CHARDEV_CLOSED);
    }
    if (side->has_peer) {
        side->told = true;
        side_event(side, HW_CHARDEV_OPENED);
    }
}

void hw_chardev_side_tell(HwChardevSide *side)
{
    const HwChardevDue due = side->due;

    side->due = (HwChardevDue) { 0 };
    if (due.peer) {
        side_tell_peer(side);
    }
    if (due.breaks) {
        side_event(side, HW_CHARDEV_BREAK);
    }
    if (due.writable && side->waits) {
        side->waits = false;
        if (side->client.writable) {
            HW_RUN_HOOK(hw_instance_of(side->dev), "writable", side->client.writable(side->dev));
            hw_device_update(side->dev);
        }
    }
}
