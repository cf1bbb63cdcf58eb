/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/client/process/wire.h"

#include <errno.h>
#include <glib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define RECEIVE_SIZE 4096 /* room for one receive; large answers double the buffer */

void ob_wire_init(ObWire *wire, int fd)
{
    *wire = (ObWire) { .fd = fd };
    wire->capacity = RECEIVE_SIZE;
    wire->buffer = g_malloc(wire->capacity);
}

void ob_wire_clear(ObWire *wire)
{
    if (wire->buffer) {
        close(wire->fd);
        g_free(wire->buffer);
        wire->buffer = NULL;
    }
}

/* Uses the socket's own timeouts: a poll before each receive would halve the speed of a
 * ping-pong. */
static void wire_set_timeout(ObWire *wire, uint32_t timeout_ms)
{
    uint32_t ms = MAX(timeout_ms, 1); /* the kernel takes zero for no timeout */
    struct timeval time = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };

    if (ms != wire->timeout_ms) {
        setsockopt(wire->fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time));
        setsockopt(wire->fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof(time));
        wire->timeout_ms = ms;
    }
}

ObWireResult ob_wire_send(ObWire *wire, const void *bytes, size_t size, uint32_t timeout_ms)
{
    const char *next = bytes;

    wire_set_timeout(wire, timeout_ms);
    while (size > 0) {
        ssize_t sent = send(wire->fd, next, size, MSG_NOSIGNAL);

        if (sent >= 0) {
            next += sent;
            size -= (size_t)sent;
        } else if (errno != EINTR) {
            return errno == EAGAIN ? OB_WIRE_TIMEOUT : OB_WIRE_CLOSED;
        }
    }
    return OB_WIRE_OK;
}

static void wire_make_room(ObWire *wire)
{
    if (wire->start > 0) {
        memmove(wire->buffer, wire->buffer + wire->start, wire->end - wire->start);
        wire->end -= wire->start;
        wire->start = 0;
    }
    if (wire->capacity - wire->end < RECEIVE_SIZE / 2) {
        wire->capacity *= 2;
        wire->buffer = g_realloc(wire->buffer, wire->capacity);
    }
}

static ObWireResult wire_receive(ObWire *wire, int flags)
{
    ssize_t got;

    if (wire->end - wire->start > OB_WIRE_LONGEST) {
        return OB_WIRE_TOO_LONG;
    }
    do {
        got = recv(wire->fd, wire->buffer + wire->end, wire->capacity - wire->end, flags);
    } while (got == -1 && errno == EINTR);
    if (got <= 0) {
        return got == -1 && errno == EAGAIN ? OB_WIRE_TIMEOUT : OB_WIRE_CLOSED;
    }
    wire->end += (size_t)got;
    return OB_WIRE_OK;
}

ObWireResult ob_wire_line(ObWire *wire, char **line, size_t *length, uint32_t timeout_ms)
{
    size_t searched = wire->start;
    int64_t begin = 0; /* when a part of the line had arrived */

    wire_set_timeout(wire, timeout_ms);
    for (;;) {
        char *newline = memchr(wire->buffer + searched, '\n', wire->end - searched);
        ObWireResult result;

        if (newline) {
            *newline = '\0';
            *line = wire->buffer + wire->start;
            *length = (size_t)(newline - *line);
            wire->start = (size_t)(newline + 1 - wire->buffer);
            return OB_WIRE_OK;
        }
        searched = wire->end - wire->start;
        wire_make_room(wire);
        result = wire_receive(wire, 0);
        if (result != OB_WIRE_OK) {
            return result;
        }
        if (begin && g_get_monotonic_time() - begin > (int64_t)timeout_ms * 1000) {
            return OB_WIRE_TIMEOUT;
        }
        begin = begin ? begin : g_get_monotonic_time();
    }
}

static bool wire_has_line(const ObWire *wire)
{
    return memchr(wire->buffer + wire->start, '\n', wire->end - wire->start) != NULL;
}

bool ob_wire_is_ready(ObWire *wire)
{
    ObWireResult result = OB_WIRE_OK;

    if (!wire_has_line(wire)) {
        wire_make_room(wire);
        result = wire_receive(wire, MSG_DONTWAIT);
    }
    return result == OB_WIRE_OK ? wire_has_line(wire) : result != OB_WIRE_TIMEOUT;
}
