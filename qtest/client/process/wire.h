/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines over a socket.  Timeouts are from one piece of data to the next. */
#ifndef OB_WIRE_H
#define OB_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ObWire {
    int fd;
    uint32_t timeout_ms;        /* as the socket has it */
    char *buffer;
    size_t start;               /* of what was received and not yet taken */
    size_t end;
    size_t capacity;
} ObWire;

typedef enum ObWireResult {
    OB_WIRE_OK,
    OB_WIRE_CLOSED,
    OB_WIRE_TIMEOUT,
} ObWireResult;

/* Takes the connected socket. */
void ob_wire_init(ObWire *wire, int fd);
void ob_wire_clear(ObWire *wire);

ObWireResult ob_wire_send(ObWire *wire, const void *bytes, size_t size, uint32_t timeout_ms);

/* The next line, zero-terminated without its newline; valid until the next call. */
ObWireResult ob_wire_line(ObWire *wire, char **line, size_t *length, uint32_t timeout_ms);

#endif
