/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a migration stream goes through, by QEMU's address of it:
 *
 *   unix:PATH       connects; incoming: listens, for one peer
 *   tcp:HOST:PORT   likewise, on the loopback interface only
 *   exec:COMMAND    /bin/sh -c COMMAND; the stream is its input, incoming: its output
 *   file:PATH       from its start, or with ,offset=N behind
 *   fd:NAME         a descriptor given by getfd, or on the command line a number
 *
 * For the loop's thread.  Reading and writing never block; SIGPIPE must be ignored.
 */
#ifndef OB_CHANNEL_H
#define OB_CHANNEL_H

#include "hw-api/hw-api.h"

#include "qtest/host/io/socket.h"

#include <glib.h>
#include <sys/types.h>

typedef struct ObChannel {
    int fd;                     /* -1: none (yet) */
    int listener;               /* -1: none */
    char *listener_path;        /* to be removed, with the listener */
    ObSocketFile listener_file;
    uint16_t port;              /* TCP: listened on */
    bool is_socket;
    const char *kind;           /* for messages: "socket", "command", "file" */
    pid_t child;                /* 0: none */
    int child_fd;               /* readable once the child has ended */
} ObChannel;

typedef enum ObDirection {
    OB_OUTGOING,
    OB_INCOMING,
} ObDirection;

/* Finds the descriptor that is called so, the channel's from then on; -1: none. */
typedef int ObChannelLookup(void *opaque, const char *name);

/* False with a sentence, and nothing is left open. */
bool ob_channel_open(ObChannel *channel, const char *uri, ObDirection direction,
                     ObChannelLookup *lookup, void *opaque, HwError *error);

/* Takes the peer that has come, stops listening and removes the socket's file.  False: none was there. */
bool ob_channel_accept(ObChannel *channel);

/* As read() and write(), with EINTR dealt with; -1 with EAGAIN: not now. */
ssize_t ob_channel_read(ObChannel *channel, void *bytes, size_t size);
ssize_t ob_channel_write(ObChannel *channel, const void *bytes, size_t size);

/* Closes the descriptor; a command reads its end of input then, and goes on. */
void ob_channel_hang_up(ObChannel *channel);

/* Whether there is no command (any more); *status is what wait() says of it, 0: all
 * went well. */
bool ob_channel_reap(ObChannel *channel, int *status);

/* Closes all; a command that still runs is killed and awaited. */
void ob_channel_close(ObChannel *channel);

#endif
