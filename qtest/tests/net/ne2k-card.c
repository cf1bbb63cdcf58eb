/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/net/ne2k-card.h"

#include <string.h>

#include "devices/net/ne2k-regs.h"

#define RUN        (CR_START | CR_ABORT)
#define TIMEOUT_US (30 * G_USEC_PER_SEC)

enum { DECODE_IO = 1 };

uint8_t card_read(const Card *card, uint32_t port)
{
    return (uint8_t)pci_bar_read(&card->bar, port, 1);
}

void card_write(const Card *card, uint32_t port, uint8_t value)
{
    pci_bar_write(&card->bar, port, value, 1);
}

void card_page(const Card *card, uint8_t page)
{
    card_write(card, CR,
               (uint8_t)(CR_ABORT | page << CR_PAGE)); /* Linux does not start here either */
}

static void remote_begin(const Card *card, uint16_t at, size_t size, uint8_t command)
{
    card_write(card, ISR, ISR_REMOTE_DONE);
    card_write(card, RSAR0, (uint8_t)at);
    card_write(card, RSAR1, (uint8_t)(at >> 8));
    card_write(card, RBCR0, (uint8_t)size);
    card_write(card, RBCR1, (uint8_t)(size >> 8));
    card_write(card, CR, (uint8_t)(CR_START | command));
}

static void remote_end(const Card *card)
{
    g_assert_cmphex(card_read(card, ISR) & ISR_REMOTE_DONE, !=, 0);
    card_page(card, 0);
}

void card_memory_read(const Card *card, uint16_t at, void *bytes, size_t size)
{
    remote_begin(card, at, size, CR_READ);
    for (size_t i = 0; i < size; i += 4) {
        uint32_t value = (uint32_t)pci_bar_read(&card->bar, DATA_PORT, 4);

        memcpy((uint8_t *)bytes + i, &value, MIN(size - i, 4));
    }
    remote_end(card);
}

void card_memory_write(const Card *card, uint16_t at, const void *bytes, size_t size)
{
    remote_begin(card, at, size, CR_WRITE);
    for (size_t i = 0; i < size; i += 4) {
        uint32_t value = 0;

        memcpy(&value, (const uint8_t *)bytes + i, MIN(size - i, 4));
        pci_bar_write(&card->bar, DATA_PORT, value, 4);
    }
    remote_end(card);
}

void card_mac(const Card *card, uint8_t mac[6])
{
    uint8_t prom[PROM_BYTES];

    card_memory_read(card, 0, prom, sizeof(prom));
    for (int i = 0; i < 6; i++) {
        mac[i] = prom[2 * i];
        g_assert_cmphex(prom[2 * i + 1], ==, mac[i]);
    }
    g_assert_cmphex(prom[PROM_BYTES - 1], ==, PROM_MARK);
}

/* Data sheet, "Initialization sequence". */
static void card_init(const Card *card)
{
    uint8_t mac[6];

    card_write(card, CR, CR_STOP | CR_ABORT);
    card_write(card, DCR, DCR_WORD);
    card_write(card, RCR, RCR_BROADCAST);
    card_write(card, PSTART, card->ring);
    card_write(card, PSTOP, card->ring_end);
    card_write(card, BNRY, (uint8_t)(card->ring_end - 1));
    card_write(card, ISR, 0xff);
    card_write(card, IMR, ISR_RECEIVED);
    card_page(card, 0);
    card_mac(card, mac);
    card_page(card, 1);
    for (uint32_t i = 0; i < 6; i++) {
        card_write(card, PAR0 + i, mac[i]);
    }
    card_write(card, CURR, card->ring);
    card_write(card, CR, RUN);
}

Card card_start(PciBus *bus, uint32_t index, uint8_t ring, uint8_t ring_end)
{
    Card card = { .bus = bus, .ring = ring, .ring_end = ring_end };

    card.address = pci_find(bus, 0x10ec, 0x8029, index);
    g_assert_cmphex(card.address, !=, PCI_NOT_FOUND);
    card.bar = pci_bar_map(bus, card.address, 0);
    pci_command(bus, card.address, DECODE_IO);
    card_init(&card);
    return card;
}

void card_send(const Card *card, const void *frame, size_t size)
{
    int64_t end = g_get_monotonic_time() + TIMEOUT_US;

    card_memory_write(card, CARD_SEND_PAGE << 8, frame, size);
    card_write(card, ISR, ISR_TRANSMITTED | ISR_SEND_ERROR);
    card_write(card, TPSR, CARD_SEND_PAGE);
    card_write(card, TBCR0, (uint8_t)size);
    card_write(card, TBCR1, (uint8_t)(size >> 8));
    card_write(card, CR, RUN | CR_TRANSMIT);
    while (!(card_read(card, ISR) & (ISR_TRANSMITTED | ISR_SEND_ERROR))) {
        g_assert_cmpint(g_get_monotonic_time(), <, end);
    }
}

static uint8_t next_page(const Card *card)
{
    uint8_t next = (uint8_t)(card_read(card, BNRY) + 1);

    return next >= card->ring_end ? card->ring : next;
}

bool card_has_frame(const Card *card)
{
    uint8_t current;

    card_page(card, 1);
    current = card_read(card, CURR);
    card_page(card, 0);
    return next_page(card) != current;
}

size_t card_receive(const Card *card, uint8_t *frame)
{
    int64_t end = g_get_monotonic_time() + TIMEOUT_US;
    uint8_t head[RING_HEAD];
    uint32_t page;
    size_t length;

    while (!card_has_frame(card)) {
        g_assert_cmpint(g_get_monotonic_time(), <, end);
    }
    page = next_page(card);
    card_memory_read(card, (uint16_t)(page << 8), head, sizeof(head));
    g_assert_cmphex(head[0] & RSR_INTACT, ==, RSR_INTACT);
    length = head[2] | (size_t)head[3] << 8;
    g_assert_cmpuint(length, >=, FRAME_LEAST + CHECKSUM);
    g_assert_cmpuint(length, <=, FRAME_MOST + CHECKSUM);
    length -= CHECKSUM;
    /* The remote DMA wraps at the ring's end by itself. */
    card_memory_read(card, (uint16_t)((page << 8) + RING_HEAD), frame, length);
    card_write(card, BNRY, (uint8_t)(head[1] - 1));
    card_write(card, ISR, ISR_RECEIVED);
    return length;
}
