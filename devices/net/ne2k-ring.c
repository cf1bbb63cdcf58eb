/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ring of received frames.  It lies in the packets' RAM, at pages that the guest chooses. */
#include "devices/net/ne2k.h"

#include <string.h>

/* BNRY, the last page that the guest has read.  Linux writes the page before the ring for its last
 * one. */
static uint32_t ring_read(const Ne2k *s)
{
    return s->boundary + 1u == s->start / PAGE ? s->stop / PAGE - 1 : s->boundary;
}

static bool ring_is_sane(const Ne2k *s)
{
    uint32_t start = s->start / PAGE;
    uint32_t stop = s->stop / PAGE;
    uint32_t read = ring_read(s);

    return start >= FIRST_PAGE && start < stop && stop <= PAGES && s->curpag >= start &&
           s->curpag < stop && read >= start && read < stop;
}

/* Pages from CURR to BNRY, which stays free; the same page in both is an empty ring. */
static uint32_t ring_room(const Ne2k *s)
{
    uint32_t pages = (s->stop - s->start) / PAGE;
    uint32_t read = ring_read(s);

    return read > s->curpag ? read - s->curpag : pages - (s->curpag - read);
}

/* Drivers keep BNRY at the last page that they have read. */
bool ne2k_has_frames(const Ne2k *s)
{
    return ring_is_sane(s) && ring_room(s) < (s->stop - s->start) / PAGE - 1;
}

/* Data sheet, "Multicast address registers": six bits of the address's CRC choose a bit. */
static bool multicast_matches(const Ne2k *s, const uint8_t *address)
{
    uint32_t crc = UINT32_MAX;

    for (int bit = 0; bit < 8 * HW_NET_MAC_BYTES; bit++) {
        uint32_t carry = (crc >> 31) ^ (address[bit / 8] >> bit % 8 & 1);

        crc = crc << 1 ^ (carry ? 0x04c11db7 : 0);
    }
    return s->mult[crc >> 29] >> (crc >> 26 & 7) & 1;
}

static bool is_wanted(const Ne2k *s, const uint8_t *address)
{
    static const uint8_t broadcast[HW_NET_MAC_BYTES] = { 255, 255, 255, 255, 255, 255 };

    if (memcmp(address, broadcast, sizeof(broadcast)) == 0) {
        return s->rxcr & (RCR_ALL | RCR_BROADCAST);
    }
    if (address[0] & 1) {
        return s->rxcr & RCR_ALL || (s->rxcr & RCR_MULTICAST && multicast_matches(s, address));
    }
    return s->rxcr & RCR_ALL || memcmp(address, s->phys, sizeof(s->phys)) == 0;
}

/* `bytes`: whole pages, from the head on. */
static void ring_store(Ne2k *s, const uint8_t *bytes, uint32_t pages)
{
    for (uint32_t i = 0; i < pages; i++) {
        memcpy(ne2k_page(s, s->curpag), bytes + i * PAGE, PAGE);
        s->curpag = (uint8_t)(s->curpag + 1u == s->stop / PAGE ? s->start / PAGE : s->curpag + 1u);
    }
}

bool ne2k_receive(HwDevice *dev, const uint8_t *frame, uint32_t size)
{
    Ne2k *s = HW_DEVICE(Ne2k, dev);
    uint8_t bytes[(RING_HEAD + FRAME_MOST + CHECKSUM + PAGE - 1) / PAGE * PAGE] = { 0 };
    uint32_t length = (size < FRAME_LEAST ? FRAME_LEAST : size) + CHECKSUM;
    uint32_t pages = (RING_HEAD + length + PAGE - 1) / PAGE;

    if (!ne2k_is_started(s) || !ring_is_sane(s) || size > FRAME_MOST || s->rxcr & RCR_MONITOR ||
        !is_wanted(s, frame) || pages >= (s->stop - s->start) / PAGE) {
        return true; /* not for this station */
    }
    if (pages >= ring_room(s)) {
        return false;
    }
    memcpy(bytes + RING_HEAD, frame, size);
    s->rsr = (uint8_t)(RSR_INTACT | (frame[0] & 1 ? RSR_GROUP : 0));
    bytes[0] = s->rsr;
    bytes[1] = (uint8_t)(s->curpag + pages >= s->stop / PAGE
                             ? s->curpag + pages - (s->stop - s->start) / PAGE
                             : s->curpag + pages);
    bytes[2] = (uint8_t)length;
    bytes[3] = (uint8_t)(length >> 8);
    ring_store(s, bytes, pages);
    s->isr |= ISR_RECEIVED;
    return true;
}
