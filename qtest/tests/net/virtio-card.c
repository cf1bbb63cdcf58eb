/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/net/virtio-card.h"

#include <string.h>

#include "devices/net/virtio-net-regs.h"

#define TIMEOUT_US (30 * G_USEC_PER_SEC)

enum { NO_ANSWER = 0xee };

static uint64_t buffer_of(const VirtioCard *card, uint32_t index)
{
    return card->buffers + (uint64_t)index * VIRTIO_CARD_BUFFER;
}

static void buffer_offer(VirtioCard *card)
{
    uint16_t index = card->driver.rings[VIRTIO_NET_RECEIVE].next;

    virtio_add(&card->driver, VIRTIO_NET_RECEIVE, buffer_of(card, index), card->size, VIRTIO_WRITE);
}

VirtioCard virtio_card_start(VirtioDriver driver, uint64_t features, uint32_t buffer_size)
{
    VirtioCard card = { .driver = driver,
                        .size = buffer_size,
                        .merges = features & VIRTIO_CARD_MERGE };

    card.buffers = driver.memory + VIRTIO_NET_QUEUES * VIRTIO_RING_ROOM;
    g_assert_true(virtio_negotiate(&card.driver, features | HW_VIRTIO_VERSION_1));
    for (uint32_t queue = 0; queue < VIRTIO_NET_QUEUES; queue++) {
        virtio_ring_start(&card.driver, queue, VIRTIO_CARD_RING);
    }
    for (uint32_t i = 0; buffer_size && i < VIRTIO_CARD_RING; i++) {
        buffer_offer(&card);
    }
    virtio_driver_ok(&card.driver);
    g_assert_cmphex(virtio_status(&card.driver) & HW_VIRTIO_NEEDS_RESET, ==, 0);
    virtio_kick(&card.driver, VIRTIO_NET_RECEIVE);
    return card;
}

void virtio_card_send(VirtioCard *card, const void *frame, size_t size)
{
    int64_t end = g_get_monotonic_time() + TIMEOUT_US;
    VirtioDriver *d = &card->driver;
    VirtioRing *ring = &d->rings[VIRTIO_NET_TRANSMIT];
    uint64_t at = buffer_of(card, VIRTIO_CARD_RING);
    uint16_t head = ring->next % ring->size;
    uint32_t used, written;

    ring->next = (uint16_t)((head + 2u) % ring->size);
    ob_client_memset(d->client, at, 0, VIRTIO_NET_HEADER);
    ob_client_memwrite(d->client, at + VIRTIO_NET_HEADER, frame, size);
    virtio_descriptor(d, ring->descriptors, head, at, VIRTIO_NET_HEADER, VIRTIO_NEXT, head + 1);
    virtio_descriptor(d, ring->descriptors, head + 1, at + VIRTIO_NET_HEADER, (uint32_t)size, 0, 0);
    virtio_offer(d, VIRTIO_NET_TRANSMIT, head);
    virtio_kick(d, VIRTIO_NET_TRANSMIT);
    while (!virtio_used(d, VIRTIO_NET_TRANSMIT, &used, &written)) {
        g_assert_cmpint(g_get_monotonic_time(), <, end);
    }
    g_assert_cmpuint(used, ==, head);
    g_assert_cmpuint(written, ==, 0);
}

bool virtio_card_has_frame(VirtioCard *card)
{
    VirtioDriver peek = card->driver;
    uint32_t head, written;

    return virtio_used(&peek, VIRTIO_NET_RECEIVE, &head, &written);
}

/* Takes one buffer, and makes it available again. */
static size_t buffer_take(VirtioCard *card, uint8_t *bytes, size_t capacity)
{
    int64_t end = g_get_monotonic_time() + TIMEOUT_US;
    uint32_t head, written;

    while (!virtio_used(&card->driver, VIRTIO_NET_RECEIVE, &head, &written)) {
        g_assert_cmpint(g_get_monotonic_time(), <, end);
    }
    g_assert_cmpuint(written, <=, card->size);
    g_assert_cmpuint(written, <=, capacity);
    ob_client_memread(card->driver.client, buffer_of(card, head), bytes, written);
    buffer_offer(card);
    virtio_kick(&card->driver, VIRTIO_NET_RECEIVE);
    return written;
}

size_t virtio_card_receive(VirtioCard *card, uint8_t *frame, size_t capacity)
{
    uint8_t bytes[VIRTIO_CARD_BUFFER];
    size_t size = buffer_take(card, bytes, sizeof(bytes));
    uint32_t buffers = bytes[VIRTIO_NET_BUFFERS] | (uint32_t)bytes[VIRTIO_NET_BUFFERS + 1] << 8;

    g_assert_cmpuint(size, >, VIRTIO_NET_HEADER);
    g_assert_cmpuint(size - VIRTIO_NET_HEADER, <=, capacity);
    if (!card->merges) {
        g_assert_cmpuint(buffers, <=, 1); /* QEMU's own card says 0 (5.1.6.4.1 wants 1) */
        buffers = 1;
    }
    g_assert_cmpuint(buffers, >=, 1);
    size -= VIRTIO_NET_HEADER;
    memcpy(frame, bytes + VIRTIO_NET_HEADER, size);
    while (--buffers) {
        size += buffer_take(card, frame + size, capacity - size);
    }
    return size;
}

uint64_t virtio_card_command_offer(VirtioCard *card, const void *bytes, uint32_t size,
                                   uint32_t room)
{
    VirtioDriver *d = &card->driver;
    VirtioRing *ring = &d->rings[VIRTIO_NET_CONTROL];
    uint64_t at = card->buffers + (VIRTIO_CARD_RING + 1) * VIRTIO_CARD_BUFFER;
    uint16_t head = ring->next % ring->size;

    ring->next = (uint16_t)((head + 2u) % ring->size);
    ob_client_memwrite(d->client, at, bytes, size);
    ob_client_writeb(d->client, at + size, NO_ANSWER);
    virtio_descriptor(d, ring->descriptors, head, at, size, room ? VIRTIO_NEXT : 0, head + 1);
    virtio_descriptor(d, ring->descriptors, head + 1, at + size, room, VIRTIO_WRITE, 0);
    virtio_offer(d, VIRTIO_NET_CONTROL, head);
    virtio_kick(d, VIRTIO_NET_CONTROL);
    return at + size;
}

uint8_t virtio_card_command(VirtioCard *card, const void *bytes, uint32_t size)
{
    int64_t end = g_get_monotonic_time() + TIMEOUT_US;
    uint64_t answer = virtio_card_command_offer(card, bytes, size, 1);
    uint32_t head, written;

    while (!virtio_used(&card->driver, VIRTIO_NET_CONTROL, &head, &written)) {
        g_assert_cmpint(g_get_monotonic_time(), <, end);
    }
    g_assert_cmpuint(written, ==, 1);
    return ob_client_readb(card->driver.client, answer);
}
