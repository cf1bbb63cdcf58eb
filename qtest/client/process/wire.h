/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines over a socket.  A timeout limits the wait for each whole line, and OB_WIRE_LONGEST its
 * length.  So a peer that sends without an end, or nothing, can't hold its client for longer.
 */
#ifndef OB_WIRE_H
#define OB_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OB_WIRE_LONGEST (16u << 20) /* bytes; the longest answer that hosts send is 2 MiB */

typedef struct ObWire {
    int fd;
    uint32_t timeout_ms; /* the socket's current timeout */
    char *buffer;
    size_t start; /* the first received byte that was not taken yet */
    size_t end;
    size_t capacity;
} ObWire;

typedef enum ObWireResult {
    OB_WIRE_OK,
    OB_WIRE_CLOSED,
    OB_WIRE_TIMEOUT,
    OB_WIRE_TOO_LONG,
} ObWireResult;

/* Takes ownership of the connected socket. */
void ob_wire_init(ObWire *wire, int fd);
void ob_wire_clear(ObWire *wire);

ObWireResult ob_wire_send(ObWire *wire, const void *bytes, size_t size, uint32_t timeout_ms);

/* Stores the next line, zero-terminated and without its newline; valid until the next call. */
ObWireResult ob_wire_line(ObWire *wire, char **line, size_t *length, uint32_t timeout_ms);

/* True if ob_wire_line() has a line, or a failure, without a wait. */
bool ob_wire_is_ready(ObWire *wire);

#endif
