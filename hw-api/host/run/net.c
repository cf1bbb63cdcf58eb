/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/run/net.h"

#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/host/run/running.h"

static int hex_digit(char c)
{
    const char *digits = "0123456789abcdef";
    const char *found = c ? strchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c) : NULL;

    return found ? (int)(found - digits) : -1;
}

/* Six pairs of digits, between colons or hyphens. */
static bool mac_parse(const char *text, uint8_t mac[HW_NET_MAC_BYTES])
{
    for (int i = 0; i < HW_NET_MAC_BYTES; i++, text += 3) {
        int high = hex_digit(text[0]);
        int low = high < 0 ? -1 : hex_digit(text[1]);
        char end = low < 0 ? '\0' : text[2];

        if (low < 0 || (i < HW_NET_MAC_BYTES - 1 ? end != ':' && end != '-' : end != '\0')) {
            return false;
        }
        mac[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

bool hw_net_side_init(HwNetSide *side, HwDevice *dev, const HwNetClient *client, const char *mac,
                      bool *has_mac, HwError *error)
{
    static const uint8_t zeros[HW_NET_MAC_BYTES];
    size_t size = client->abi.size;

    memset(side, 0, sizeof(*side));
    side->dev = dev;
    memcpy(&side->client, client, size < sizeof(*client) ? size : sizeof(*client));
    if (!side->client.receive) {
        return hw_error_set(error, "%s: its HwNetClient does not have receive", dev->id);
    }
    if (mac && (!mac_parse(mac, side->mac) || (side->mac[0] & 1))) {
        return hw_error_set(error,
                            "%s: mac: invalid value '%s': expected the address of one station, "
                            "such as 52:54:00:12:34:56",
                            dev->id, mac);
    }
    *has_mac = memcmp(side->mac, zeros, sizeof(zeros)) != 0;
    return true;
}

bool hw_net_side_adopt(HwNetSide *side, HwDevice *dev, const HwNetClient *client, HwError *error)
{
    HwNetSide next;
    bool has_mac;

    if (!hw_net_side_init(&next, dev, client, NULL, &has_mac, error)) {
        return false;
    }
    memcpy(next.mac, side->mac, sizeof(next.mac));
    *side = next;
    return true;
}

const uint8_t *hw_net_frame_pad(const uint8_t *frame, size_t *size, uint8_t room[HW_NET_FRAME_MIN])
{
    if (hw_net_frame_fits(*size)) {
        return frame;
    }
    if (!*size || *size > HW_NET_FRAME_MAX) {
        return NULL;
    }
    memset(room, 0, HW_NET_FRAME_MIN);
    memcpy(room, frame, *size);
    *size = HW_NET_FRAME_MIN;
    return room;
}

bool hw_net_side_may_send(const HwNetSide *side, uint64_t size)
{
    if (!hw_net_frame_fits(size)) {
        hw_log(side->dev, HW_LOG_GUEST_ERROR, "a frame of %llu bytes is lost, expected %u to %u",
               (unsigned long long)size, HW_NET_FRAME_MIN, HW_NET_FRAME_MAX);
        return false;
    }
    return true;
}

bool hw_net_side_is_alive(const HwNetSide *side)
{
    return hw_instance_of(side->dev)->phase == HW_PHASE_REALIZED;
}

bool hw_net_side_receive(const HwNetSide *side, const uint8_t *frame, uint32_t size)
{
    bool taken;

    HW_RUN_HOOK(hw_instance_of(side->dev), "receive",
                taken = side->client.receive(side->dev, frame, size));
    hw_device_update(side->dev);
    return taken;
}

void hw_net_side_sent(const HwNetSide *side)
{
    if (side->client.sent) {
        HW_RUN_HOOK(hw_instance_of(side->dev), "sent", side->client.sent(side->dev));
        hw_device_update(side->dev);
    }
}

void hw_net_side_link_changed(const HwNetSide *side, bool up)
{
    if (side->client.link_changed) {
        HW_RUN_HOOK(hw_instance_of(side->dev), "link_changed",
                    side->client.link_changed(side->dev, up));
        hw_device_update(side->dev);
    }
}
