/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The other end of -netdev stream: frames over a unix socket. */
#ifndef TESTS_FRAME_WIRE_H
#define TESTS_FRAME_WIRE_H

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

#define WIRE_TIMEOUT_S 30

/* A peer of the listening socket; closes the listener. */
int wire_accept(int listener);

void wire_send(int fd, const void *frame, size_t size);

/* Waits for the next frame, which the caller frees with g_free(). */
uint8_t *wire_receive(int fd, size_t *size);

/* Fails unless the next frame is this one. */
void wire_expect(int fd, const void *frame, size_t size);

/* An Ethernet frame whose bytes follow from `seed`. */
void frame_make(uint8_t *frame, size_t size, const uint8_t *to, const uint8_t *from, uint8_t seed);

#endif
