/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Filters of the virtio network card: frames that it takes, and a driver's commands (VIRTIO 1.2,
 * 5.1.6.5). */
#include <string.h>

#include "devices/net/virtio-net.h"
#include "hw-api/device/bytes.h"

enum {
    TYPE = 12, /* places in a frame (IEEE 802.3, 802.1Q) */
    TAG = 14,
    TAGGED = 0x8100,
    VLAN_MASK = 0xfff,
};

static bool bit_is_set(const uint8_t *bits, uint32_t n)
{
    return bits[n / 8] >> n % 8 & 1;
}

static bool is_group(const uint8_t *mac)
{
    return mac[0] & 1;
}

/* ----------------------------------------------------------------------------- frames */

/* Without the feature all VLANs pass. */
static bool vlan_passes(const VirtioNet *s, const uint8_t *frame, uint32_t size)
{
    if (!hw_virtio_has(&s->virtio, HW_VIRTIO_FEATURE(VIRTIO_NET_CONTROL_VLAN)) ||
        hw_load_be16(frame + TYPE) != TAGGED) {
        return true;
    }
    return size >= TAG + 2 && bit_is_set(s->filter.vlans, hw_load_be16(frame + TAG) & VLAN_MASK);
}

static bool table_has(const VirtioNetFilter *filter, const uint8_t *mac)
{
    for (uint32_t i = 0; i < filter->mac_count; i++) {
        if (memcmp(filter->macs[i], mac, HW_NET_MAC_BYTES) == 0) {
            return true;
        }
    }
    return false;
}

static bool group_passes(const VirtioNetFilter *filter, const uint8_t *mac)
{
    static const uint8_t broadcast[HW_NET_MAC_BYTES] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

    if (memcmp(mac, broadcast, sizeof(broadcast)) == 0) {
        return !filter->modes[VIRTIO_NET_NO_BROADCAST];
    }
    return !filter->modes[VIRTIO_NET_NO_GROUPS] &&
           (filter->modes[VIRTIO_NET_ALL_GROUPS] || filter->too_many_groups ||
            table_has(filter, mac));
}

static bool station_passes(const VirtioNet *s, const uint8_t *mac)
{
    const VirtioNetFilter *filter = &s->filter;
    uint8_t own[HW_NET_MAC_BYTES];

    virtio_net_mac_load(s, own);
    return !filter->modes[VIRTIO_NET_NO_STATIONS] &&
           (filter->modes[VIRTIO_NET_ALL_STATIONS] || filter->too_many_stations ||
            memcmp(mac, own, sizeof(own)) == 0 || table_has(filter, mac));
}

bool virtio_net_takes(const VirtioNet *s, const uint8_t *frame, uint32_t size)
{
    if (s->filter.modes[VIRTIO_NET_PROMISCUOUS]) {
        return true;
    }
    return size >= TAG && vlan_passes(s, frame, size) &&
           (is_group(frame) ? group_passes(&s->filter, frame) : station_passes(s, frame));
}

/* A driver that knows no filter gets all frames, as from QEMU's card. */
void virtio_net_filter_reset(VirtioNet *s)
{
    memset(&s->filter, 0, sizeof(s->filter));
    s->filter.modes[VIRTIO_NET_PROMISCUOUS] = 1;
}

/* --------------------------------------------------------------------------- commands */

bool virtio_net_mode_set(VirtioNet *s, const HwVirtioChain *chain, uint8_t command)
{
    uint8_t on;

    if (chain->readable_bytes != VIRTIO_NET_COMMAND + 1 ||
        !hw_virtio_read(&s->virtio, chain, VIRTIO_NET_COMMAND, &on, 1)) {
        return false;
    }
    s->filter.modes[command] = on != 0;
    return true;
}

/* Adds a list: its number, 4 bytes, and the addresses.  A list without room marks the table. */
static bool list_add(VirtioNet *s, const HwVirtioChain *chain, uint64_t *place,
                     VirtioNetFilter *filter, uint8_t *too_many)
{
    uint8_t head[4];
    uint64_t size;
    uint32_t count;

    if (chain->readable_bytes - *place < sizeof(head) ||
        !hw_virtio_read(&s->virtio, chain, *place, head, sizeof(head))) {
        return false;
    }
    count = (uint32_t)hw_load_le(head, sizeof(head));
    size = (uint64_t)count * HW_NET_MAC_BYTES;
    *place += sizeof(head);
    if (size > chain->readable_bytes - *place) {
        return false;
    }
    *too_many = count > VIRTIO_NET_MACS - filter->mac_count;
    if (!*too_many) {
        if (!hw_virtio_read(&s->virtio, chain, *place, filter->macs[filter->mac_count], size)) {
            return false;
        }
        filter->mac_count += count;
    }
    *place += size;
    return true;
}

/* A list of stations, then one of groups.  Nothing changes before both are read. */
bool virtio_net_macs_set(VirtioNet *s, const HwVirtioChain *chain, uint8_t command)
{
    VirtioNetFilter fresh = s->filter;
    uint64_t place = VIRTIO_NET_COMMAND;

    (void)command;
    fresh.mac_count = 0;
    if (!list_add(s, chain, &place, &fresh, &fresh.too_many_stations) ||
        !list_add(s, chain, &place, &fresh, &fresh.too_many_groups) ||
        place != chain->readable_bytes) {
        return false;
    }
    s->filter = fresh;
    return true;
}

bool virtio_net_vlan_set(VirtioNet *s, const HwVirtioChain *chain, uint8_t command)
{
    uint8_t number[2];
    uint32_t vlan;

    if (chain->readable_bytes != VIRTIO_NET_COMMAND + sizeof(number) ||
        !hw_virtio_read(&s->virtio, chain, VIRTIO_NET_COMMAND, number, sizeof(number))) {
        return false;
    }
    vlan = (uint32_t)hw_load_le(number, sizeof(number));
    if (vlan >= VIRTIO_NET_VLANS) {
        return false;
    }
    s->filter.vlans[vlan / 8] &= (uint8_t) ~(1 << vlan % 8);
    if (command == VIRTIO_NET_VLAN_ADD) {
        s->filter.vlans[vlan / 8] |= (uint8_t)(1 << vlan % 8);
    }
    return true;
}
