/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A connection of bench-qtest: to the host, or to a peer that answers without reading the
 * commands.  An error ends the program with a message.
 */
#ifndef QTEST_LINK_H
#define QTEST_LINK_H

#include <stddef.h>
#include <sys/types.h>

#define QTEST_RECEIVED_MAX (512 * 1024)
extern char qtest_received[QTEST_RECEIVED_MAX];

/* Connects to the qtest socket at `path`; `peer` is set to the process that listens there. */
int qtest_link_connect(const char *path, pid_t *peer);

void qtest_link_send(int fd, const char *bytes, size_t count);

/* Waits for bytes, and stores all available bytes in qtest_received.  Returns their number, > 0. */
size_t qtest_link_receive(int fd);

/* Receives to the end of a line; the reply must begin with OK. */
void qtest_link_receive_reply(int fd);

/*
 * Forks a peer on the `processor`th processor that answers each `size` bytes with `reply`.
 * Stores a socket to the peer in `fd`; qtest_link_raw_end() closes it and waits for the peer.
 */
pid_t qtest_link_raw(int *fd, int processor, size_t size, const char *reply, size_t reply_size);
void qtest_link_raw_end(int fd, pid_t peer);

#endif
