/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/net/frame-wire.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define HEAD 4u

int wire_accept(int listener)
{
    const struct timeval limit = { .tv_sec = WIRE_TIMEOUT_S };
    int fd;

    setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    fd = accept(listener, NULL, NULL);
    g_assert_cmpint(fd, >=, 0);
    close(listener);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
    return fd;
}

static void bytes_receive(int fd, uint8_t *bytes, size_t size)
{
    for (size_t done = 0; done < size;) {
        ssize_t count = recv(fd, bytes + done, size - done, 0);

        g_assert_cmpint(count, >, 0);
        done += (size_t)count;
    }
}

void wire_send(int fd, const void *frame, size_t size)
{
    const uint8_t head[HEAD] = { (uint8_t)(size >> 24), (uint8_t)(size >> 16), (uint8_t)(size >> 8),
                                 (uint8_t)size };

    g_assert_cmpint(send(fd, head, HEAD, MSG_NOSIGNAL), ==, HEAD);
    for (size_t done = 0; done < size;) {
        ssize_t count = send(fd, (const uint8_t *)frame + done, size - done, MSG_NOSIGNAL);

        g_assert_cmpint(count, >, 0);
        done += (size_t)count;
    }
}

uint8_t *wire_receive(int fd, size_t *size)
{
    uint8_t head[HEAD];
    uint8_t *frame;

    bytes_receive(fd, head, HEAD);
    *size = (size_t)head[0] << 24 | (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3];
    g_assert_cmpuint(*size, <=, 65550);
    frame = g_malloc(*size);
    bytes_receive(fd, frame, *size);
    return frame;
}

void wire_expect(int fd, const void *frame, size_t size)
{
    size_t got;
    g_autofree uint8_t *bytes = wire_receive(fd, &got);

    g_assert_cmpmem(bytes, got, frame, size);
}

void frame_make(uint8_t *frame, size_t size, const uint8_t *to, const uint8_t *from, uint8_t seed)
{
    for (size_t i = 0; i < size; i++) {
        frame[i] = (uint8_t)(i * 7 + seed);
    }
    memcpy(frame, to, 6);
    memcpy(frame + 6, from, 6);
    frame[12] = 0x88;
    frame[13] = 0xb5; /* IEEE 802: for local experiments */
}
