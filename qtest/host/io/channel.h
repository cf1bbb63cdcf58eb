/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The channel of a migration stream, by QEMU's address of it:
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
    int fd;              /* -1: none, or not yet */
    int listener;        /* -1: none */
    char *listener_path; /* removed with the listener */
    ObSocketFile listener_file;
    uint16_t port; /* TCP: the listener's port */
    bool is_socket;
    const char *kind; /* for messages: "socket", "command", "file" */
    pid_t child;      /* 0: none */
    int child_fd;     /* becomes readable when the child ends */
} ObChannel;

typedef enum ObDirection {
    OB_OUTGOING,
    OB_INCOMING,
} ObDirection;

/* Finds the descriptor of this name, which the channel then owns; -1: none. */
typedef int ObChannelLookup(void *opaque, const char *name);

/* From now on, exec: is refused. */
void ob_channel_forbid_commands(void);

/* Returns false and sets `error` on failure, with nothing left open. */
bool ob_channel_open(ObChannel *channel, const char *uri, ObDirection direction,
                     ObChannelLookup *lookup, void *opaque, HwError *error);

/* Takes the peer that has connected, stops listening and removes the socket's file.
 * Returns false if there was no peer. */
bool ob_channel_accept(ObChannel *channel);

/* The same as read() and write(), but handles EINTR; -1 with EAGAIN: not ready. */
ssize_t ob_channel_read(ObChannel *channel, void *bytes, size_t size);
ssize_t ob_channel_write(ObChannel *channel, const void *bytes, size_t size);

/* Closes the descriptor; a command then reads the end of its input, and goes on. */
void ob_channel_hang_up(ObChannel *channel);

/* True if there is no command or it has ended.  Sets *status to wait()'s status; 0: success. */
bool ob_channel_reap(ObChannel *channel, int *status);

/* Closes everything.  A command that still runs is killed and awaited. */
void ob_channel_close(ObChannel *channel);

#endif
