/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Drives the card ne2k_pci as a driver does. */
#ifndef TESTS_NE2K_CARD_H
#define TESTS_NE2K_CARD_H

#include "qtest/client/drivers/pci.h"

/* The driver's use of the card's RAM, in pages: one frame to send, and a ring. */
enum { CARD_SEND_PAGE = 0x40, CARD_RING = 0x46, CARD_RING_END = 0xc0 };

typedef struct Card {
    PciBus *bus;
    uint32_t address;
    PciBar bar;
    uint8_t ring, ring_end; /* pages */
} Card;

/* Finds the card number `index`, maps it, and starts it with this ring. */
Card card_start(PciBus *bus, uint32_t index, uint8_t ring, uint8_t ring_end);

void card_page(const Card *card, uint8_t page); /* the command register's, 0 to 3 */
uint8_t card_read(const Card *card, uint32_t port);
void card_write(const Card *card, uint32_t port, uint8_t value);

/* Remote DMA. */
void card_memory_read(const Card *card, uint16_t at, void *bytes, size_t size);
void card_memory_write(const Card *card, uint16_t at, const void *bytes, size_t size);

void card_mac(const Card *card, uint8_t mac[6]); /* from the PROM */
void card_send(const Card *card, const void *frame, size_t size);

/* Waits for a frame, and takes it from the ring as Linux does.  Returns its bytes in `frame`, of
 * at least 1518, with padding. */
size_t card_receive(const Card *card, uint8_t *frame);

/* True if the ring has a frame now. */
bool card_has_frame(const Card *card);

#endif
