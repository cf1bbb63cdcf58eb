/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes over a Unix stream socket before a deadline.  The functions return 0 or
 * an errno value, among them:
 *
 *   ETIMEDOUT   the deadline has passed
 *   ECONNRESET  the peer has closed
 *   ECANCELED   another thread has set `abandoned`
 *   EINTR       another thread has written to `wake`: look why, and go on
 */
#ifndef HW_HOST_TPM_DEADLINE_IO_H
#define HW_HOST_TPM_DEADLINE_IO_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct HwStreamLimit {
    int64_t deadline;           /* CLOCK_MONOTONIC in ns */
    int wake;                   /* eventfd, emptied when it ends a wait */
    const atomic_bool *abandoned;   /* set: no wait any more */
} HwStreamLimit;

int64_t hw_stream_now(void);

/* `fd` gets a non-blocking descriptor, the caller's. */
int hw_stream_connect(const char *path, const HwStreamLimit *limit, int *fd);

/* A connected pair; the first is non-blocking. */
int hw_stream_pair(int fds[2]);

/* Sends all, and the descriptor `passed` along unless that is -1. */
int hw_stream_send(int fd, const uint8_t *bytes, size_t size, int passed,
                   const HwStreamLimit *limit);

/* Receives until *have, which counts what is there already, is `want` or more,
 * at most `capacity`.  *have counts on after EINTR. */
int hw_stream_receive(int fd, uint8_t *bytes, size_t *have, size_t want, size_t capacity,
                      const HwStreamLimit *limit);

/* False if the peer has closed and all it sent is read. */
bool hw_stream_alive(int fd);

/* Drops what has come without being asked for; false if the peer has closed. */
bool hw_stream_discard(int fd);

#endif
