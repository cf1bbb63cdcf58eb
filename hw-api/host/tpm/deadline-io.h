/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sends and receives bytes over a Unix stream socket until a deadline.  The functions return 0
 * or an errno value, among them:
 *
 *   ETIMEDOUT   the deadline has passed
 *   ECONNRESET  the peer has closed
 *   ECANCELED   another thread has set `abandoned`
 *   EINTR       another thread has written to `wake`: find the reason, and continue
 */
#ifndef HW_HOST_TPM_DEADLINE_IO_H
#define HW_HOST_TPM_DEADLINE_IO_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct HwStreamLimit {
    int64_t deadline;             /* CLOCK_MONOTONIC in ns */
    int64_t appears_by;           /* until then, connect also waits for the listener */
    int wake;                     /* eventfd, emptied when it ends a wait */
    const atomic_bool *abandoned; /* true: waits fail at once */
} HwStreamLimit;

int64_t hw_stream_now(void);

/* Stores a non-blocking descriptor in *fd; the caller closes it. */
int hw_stream_connect(const char *path, const HwStreamLimit *limit, int *fd);

/* A connected pair; the first is non-blocking. */
int hw_stream_pair(int fds[2]);

/* Sends all bytes, and with them the descriptor `passed` unless it is -1. */
int hw_stream_send(int fd, const uint8_t *bytes, size_t size, int passed,
                   const HwStreamLimit *limit);

/* Receives until *have is `want` or more, and at most `capacity`.  *have counts all received
 * bytes: pass it on unchanged to continue after EINTR. */
int hw_stream_receive(int fd, uint8_t *bytes, size_t *have, size_t want, size_t capacity,
                      const HwStreamLimit *limit);

/* False if the peer has closed and all its bytes were read. */
bool hw_stream_alive(int fd);

/* Drops bytes that came without a request; false if the peer has closed. */
bool hw_stream_discard(int fd);

#endif
