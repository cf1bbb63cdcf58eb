/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The control queue of the virtio network card: the driver gives commands by it (VIRTIO 1.2, 5.1.6.5). */
#include "devices/net/virtio-net.h"
#include "hw-api/device/bytes.h"

/* The configuration tells the new address until the reset (5.1.6.5.2). */
static bool address_set(VirtioNet *s, const HwVirtioChain *chain, uint8_t command)
{
    uint8_t mac[HW_NET_MAC_BYTES];

    (void)command;
    if (chain->readable_bytes != VIRTIO_NET_COMMAND + sizeof(mac) ||
        !hw_virtio_read(&s->virtio, chain, VIRTIO_NET_COMMAND, mac, sizeof(mac)) || mac[0] & 1) {
        return false;
    }
    virtio_net_mac_store(s, mac);
    return true;
}

static bool announced(VirtioNet *s, const HwVirtioChain *chain, uint8_t command)
{
    bool was_due = s->config[1] >> 16 & VIRTIO_NET_ANNOUNCE;

    (void)chain, (void)command;
    s->config[1] &= ~(uint32_t)(VIRTIO_NET_ANNOUNCE << 16);
    return was_due;
}

/* There is no offload that a driver could have accepted, and so none to choose. */
static bool offloads_set(VirtioNet *s, const HwVirtioChain *chain, uint8_t command)
{
    uint8_t offloads[8];

    (void)command;
    return chain->readable_bytes == VIRTIO_NET_COMMAND + sizeof(offloads) &&
           hw_virtio_read(&s->virtio, chain, VIRTIO_NET_COMMAND, offloads, sizeof(offloads)) &&
           hw_load_le(offloads, sizeof(offloads)) == 0;
}

static const struct {
    uint8_t class, first, last; /* commands */
    uint8_t feature;
    bool (*obey)(VirtioNet *s, const HwVirtioChain *chain, uint8_t command);
} commands[] = {
    { VIRTIO_NET_CLASS_MODES, VIRTIO_NET_PROMISCUOUS, VIRTIO_NET_ALL_GROUPS,
      VIRTIO_NET_CONTROL_MODES, virtio_net_mode_set },
    { VIRTIO_NET_CLASS_MODES, VIRTIO_NET_ALL_STATIONS, VIRTIO_NET_NO_BROADCAST,
      VIRTIO_NET_CONTROL_MODES_EXTRA, virtio_net_mode_set },
    { VIRTIO_NET_CLASS_MAC, VIRTIO_NET_MAC_TABLE_SET, VIRTIO_NET_MAC_TABLE_SET,
      VIRTIO_NET_CONTROL_MODES, virtio_net_macs_set },
    { VIRTIO_NET_CLASS_MAC, VIRTIO_NET_MAC_SET, VIRTIO_NET_MAC_SET, VIRTIO_NET_CONTROL_MAC,
      address_set },
    { VIRTIO_NET_CLASS_VLAN, VIRTIO_NET_VLAN_ADD, VIRTIO_NET_VLAN_DELETE, VIRTIO_NET_CONTROL_VLAN,
      virtio_net_vlan_set },
    { VIRTIO_NET_CLASS_ANNOUNCE, VIRTIO_NET_ANNOUNCE_DONE, VIRTIO_NET_ANNOUNCE_DONE,
      VIRTIO_NET_GUEST_ANNOUNCE, announced },
    { VIRTIO_NET_CLASS_OFFLOADS, VIRTIO_NET_OFFLOADS_SET, VIRTIO_NET_OFFLOADS_SET,
      VIRTIO_NET_CONTROL_OFFLOADS, offloads_set },
};

static bool command_obey(VirtioNet *s, const HwVirtioChain *chain, const uint8_t *head)
{
    for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
        if (head[0] == commands[i].class && head[1] >= commands[i].first &&
            head[1] <= commands[i].last &&
            hw_virtio_has(&s->virtio, HW_VIRTIO_FEATURE(commands[i].feature))) {
            return commands[i].obey(s, chain, head[1]);
        }
    }
    return false;
}

bool virtio_net_control(HwDevice *dev, const HwVirtioChain *chain, uint32_t *written)
{
    VirtioNet *s = HW_DEVICE(VirtioNet, dev);
    uint8_t head[VIRTIO_NET_COMMAND];
    uint8_t answer;

    *written = 0;
    if (chain->readable_bytes < sizeof(head) || !chain->writable_bytes) {
        hw_virtio_break(&s->virtio, "a command without its class, number or room for the answer");
        return true;
    }
    if (hw_virtio_read(&s->virtio, chain, 0, head, sizeof(head))) {
        answer = command_obey(s, chain, head) ? VIRTIO_NET_OK : VIRTIO_NET_ERROR;
        *written = hw_virtio_write(&s->virtio, chain, 0, &answer, 1) ? 1 : 0;
    }
    return true;
}
