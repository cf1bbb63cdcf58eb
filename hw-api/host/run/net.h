/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device's side of a port of hw.net/1: the same in each host.  Under the device lock. */
#ifndef HW_HOST_NET_H
#define HW_HOST_NET_H

#include "hw-api/ext/draft/net.h"

typedef struct HwNetSide {
    HwDevice *dev;
    HwNetClient client; /* hooks that the device's version lacks are NULL */
    uint8_t mac[HW_NET_MAC_BYTES];
} HwNetSide;

/* Fills the side in.  `*has_mac` is false if the user leaves the address to the host, by NULL or
 * zeros.  Returns false and sets `error` if the text is not the address of one station. */
bool hw_net_side_init(HwNetSide *side, HwDevice *dev, const HwNetClient *client, const char *mac,
                      bool *has_mac, HwError *error);

/* The next class of the device has the side and its address.  Returns false, and changes nothing, if a
 * hook is missing. */
bool hw_net_side_adopt(HwNetSide *side, HwDevice *dev, const HwNetClient *client, HwError *error);

/* True if a device may send, and get, a frame of this size. */
static inline bool hw_net_frame_fits(uint64_t size)
{
    return size >= HW_NET_FRAME_MIN && size <= HW_NET_FRAME_MAX;
}

/* A frame from the network, as a device gets it.  A short one is padded with zeros, in `room`.
 * NULL: it is empty or too long, and is lost. */
const uint8_t *hw_net_frame_pad(const uint8_t *frame, size_t *size, uint8_t room[HW_NET_FRAME_MIN]);

/* False, and logs a guest error, if a device may not send a frame of this size. */
bool hw_net_side_may_send(const HwNetSide *side, uint64_t size);

/* True once the device is realized, and until it is unrealized. */
bool hw_net_side_is_alive(const HwNetSide *side);

/* Call the hooks, and update after them. */
bool hw_net_side_receive(const HwNetSide *side, const uint8_t *frame, uint32_t size);
void hw_net_side_sent(const HwNetSide *side);
void hw_net_side_link_changed(const HwNetSide *side, bool up);

#endif
