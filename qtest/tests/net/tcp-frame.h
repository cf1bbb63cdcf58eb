/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A guest's end of a TCP connection, frame by frame (RFC 9293), through the card. */
#ifndef TESTS_TCP_FRAME_H
#define TESTS_TCP_FRAME_H

#include "qtest/tests/net/ne2k-card.h"

enum { TCP_SYN = 0x02, TCP_PUSH = 0x08, TCP_ACK = 0x10 };

/* From 10.0.2.15 to `server` in the network of -netdev user. */
typedef struct Tcp {
    uint8_t server[4];
    uint16_t port, own_port;
    uint32_t next; /* the number of the next byte to send */
    uint32_t seen; /* the same to receive */
} Tcp;

/* Tells the gateway the card's address. */
void tcp_arp(const Card *card);

/* Sends a segment with this text. */
void tcp_send(Tcp *tcp, const Card *card, uint8_t flags, const char *text);

/* Waits for a segment with these flags, and takes its text, of up to 511 bytes. */
void tcp_receive(Tcp *tcp, const Card *card, uint8_t flags, char text[512]);

#endif
