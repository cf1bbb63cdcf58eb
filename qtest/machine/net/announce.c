/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "hw-api/device/bytes.h"
#include "qtest/machine/net/net-internal.h"

/* RFC 903 (RARP) in an Ethernet frame of the least size */
enum {
    FRAME = 60,
    TYPE_RARP = 0x8035,
    HARDWARE_ETHERNET = 1,
    PROTOCOL_IPV4 = 0x0800,
    REQUEST_REVERSE = 3,
    MAC_SIZE = 6,
    IPV4_SIZE = 4,

    AT_SENDER = 6,
    AT_TYPE = 12,
    AT_HARDWARE = 14,
    AT_PROTOCOL = 16,
    AT_SIZES = 18,
    AT_OPERATION = 20,
    AT_SENDER_MAC = 22,
    AT_TARGET_MAC = 32,
};

/* The card asks for the IP address of its own: nobody has to answer, and each switch on the way
 * learns where the card is. */
void ob_net_port_announce(const HwNetPort *port)
{
    const uint8_t *mac = port->side.mac;
    uint8_t frame[FRAME] = { 0 };

    if (!port->netdev || port->down) {
        return;
    }
    memset(frame, 0xff, MAC_SIZE);
    memcpy(frame + AT_SENDER, mac, MAC_SIZE);
    hw_store_be16(frame + AT_TYPE, TYPE_RARP);
    hw_store_be16(frame + AT_HARDWARE, HARDWARE_ETHERNET);
    hw_store_be16(frame + AT_PROTOCOL, PROTOCOL_IPV4);
    frame[AT_SIZES] = MAC_SIZE;
    frame[AT_SIZES + 1] = IPV4_SIZE;
    hw_store_be16(frame + AT_OPERATION, REQUEST_REVERSE);
    memcpy(frame + AT_SENDER_MAC, mac, MAC_SIZE);
    memcpy(frame + AT_TARGET_MAC, mac, MAC_SIZE);
    ob_netdev_input(port->netdev, frame, sizeof(frame));
}
