/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A peer on a descriptor: input as it arrives, output that never blocks.
 *
 * Output that the peer does not take is kept.  From OB_STREAM_HIGH bytes on
 * nothing more is read from that peer, so that one who asks without listening
 * holds up nobody but itself.  Output that comes of its own accord (events) may
 * go on to OB_STREAM_LIMIT, where the peer is dropped.
 *
 * For the loop's thread.  SIGPIPE must be ignored where a stream is no socket.
 */
#ifndef OB_HOST_IO_PEER_H
#define OB_HOST_IO_PEER_H

#include "qtest/host/io/loop.h"

#include <stddef.h>

#define OB_STREAM_HIGH  (256 * 1024)
#define OB_STREAM_LIMIT (64 * 1024 * 1024)

typedef struct ObStream ObStream;

/* What a stream tells its owner.  Each may free the stream. */
typedef struct ObStreamHandler {
    /* `count` > 0 bytes, valid during the call. */
    void (*input)(void *opaque, const char *bytes, size_t count);

    /* All kept output is gone after ob_stream_send() had returned false. */
    void (*drained)(void *opaque);

    /* The peer has gone, all that it asked for was answered; the last call. */
    void (*closed)(void *opaque);
} ObStreamHandler;

/* Takes both descriptors, which may be the same one, and closes them in the end
 * unless they are standard input and output.  `handler` is not copied. */
ObStream *ob_stream_new(ObLoop *loop, int in, int out, const ObStreamHandler *handler, void *opaque);

/* Drops what is not sent yet.  NULL is allowed. */
void ob_stream_free(ObStream *stream);

/*
 * Sends or keeps all `count` bytes.  False once more than OB_STREAM_HIGH bytes
 * are kept: whoever can should wait for `drained` before sending more.
 */
bool ob_stream_send(ObStream *stream, const char *bytes, size_t count);

/* From now on keeps the last descriptor that the peer passes over a unix socket. */
void ob_stream_accept_fds(ObStream *stream);

/* That descriptor, the caller's; -1: none. */
int ob_stream_take_fd(ObStream *stream);

/* Bytes kept. */
size_t ob_stream_pending(const ObStream *stream);

#endif
