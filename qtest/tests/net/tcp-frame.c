/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/net/tcp-frame.h"

#include <string.h>

#include "hw-api/device/bytes.h"

enum { IP = 14, TCP = IP + 20, DATA = TCP + 20, PROTOCOL = 6 };

static const uint8_t own_address[4] = { 10, 0, 2, 15 };
static const uint8_t own_mac[6] = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 };

void tcp_arp(const Card *card)
{
    uint8_t frame[60] = { [12] = 8, 6, 0, 1, 8, 0, 6, 4, 0, 1, [38] = 10, 0, 2, 2 };

    memset(frame, 0xff, 6);
    memcpy(frame + 6, own_mac, 6);
    memcpy(frame + 22, own_mac, 6);
    memcpy(frame + 28, own_address, 4);
    card_send(card, frame, sizeof(frame));
}

static uint32_t sum_add(uint32_t sum, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        sum += (uint32_t)bytes[i] << (i % 2 ? 0 : 8);
    }
    return sum;
}

static uint16_t sum_end(uint32_t sum)
{
    while (sum >> 16) {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return (uint16_t)~sum;
}

static void ip_head(uint8_t *ip, const Tcp *tcp, uint16_t size)
{
    ip[0] = 0x45;
    hw_store_be16(ip + 2, size);
    ip[8] = 64;
    ip[9] = PROTOCOL;
    memcpy(ip + 12, own_address, 4);
    memcpy(ip + 16, tcp->server, 4);
    hw_store_be16(ip + 10, sum_end(sum_add(0, ip, 20)));
}

void tcp_send(Tcp *tcp, const Card *card, uint8_t flags, const char *text)
{
    size_t size = strlen(text);
    uint8_t frame[600] = { 0x52, 0x55, 10, 0, 2, 2, [12] = 8 };
    uint8_t *head = frame + TCP;

    memcpy(frame + 6, own_mac, 6);
    ip_head(frame + IP, tcp, (uint16_t)(40 + size));
    hw_store_be16(head, tcp->own_port);
    hw_store_be16(head + 2, tcp->port);
    hw_store_be32(head + 4, tcp->next);
    hw_store_be32(head + 8, tcp->seen);
    head[12] = 5 << 4;
    head[13] = flags;
    hw_store_be16(head + 14, 8192);
    memcpy(frame + DATA, text, size);
    hw_store_be16(head + 16,
                  sum_end(sum_add(PROTOCOL + 20 + (uint32_t)size, frame + IP + 12, 8 + 20 + size)));
    tcp->next += (uint32_t)size + (flags & TCP_SYN ? 1 : 0);
    card_send(card, frame, MAX(60, DATA + size));
}

static bool is_mine(const Tcp *tcp, const uint8_t *frame, uint8_t flags)
{
    return frame[12] == 8 && frame[13] == 0 && frame[IP + 9] == PROTOCOL &&
           hw_load_be16(frame + TCP) == tcp->port && frame[TCP + 13] == flags;
}

void tcp_receive(Tcp *tcp, const Card *card, uint8_t flags, char text[512])
{
    uint8_t frame[2048];
    size_t head, size;

    do {
        card_receive(card, frame);
    } while (!is_mine(tcp, frame, flags));
    head = (frame[TCP + 12] >> 4) * 4u;
    size = hw_load_be16(frame + IP + 2) - 20u - head;
    g_assert_cmpuint(hw_load_be32(frame + TCP + 8), ==, tcp->next);
    g_assert_true(flags & TCP_SYN || hw_load_be32(frame + TCP + 4) == tcp->seen);
    g_assert_cmpuint(size, <, 512);
    tcp->seen = hw_load_be32(frame + TCP + 4) + (uint32_t)size + (flags & TCP_SYN ? 1 : 0);
    memcpy(text, frame + TCP + head, size);
    text[size] = '\0';
}
