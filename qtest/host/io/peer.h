/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A peer on a descriptor: input in the order of arrival, output that never blocks.
 *
 * Output that the peer does not take is kept.  From OB_STREAM_HIGH bytes on no more input
 * is read from this peer.  So a peer that asks without reading the answers blocks only
 * itself.  Events, which nobody has asked for, may add bytes up to OB_STREAM_LIMIT; then
 * the peer is dropped.
 *
 * For the loop's thread.  SIGPIPE must be ignored if a stream is not a socket.
 */
#ifndef OB_HOST_IO_PEER_H
#define OB_HOST_IO_PEER_H

#include "qtest/host/io/loop.h"

#include <stddef.h>

#define OB_STREAM_HIGH  (256 * 1024)
#define OB_STREAM_LIMIT (64 * 1024 * 1024)

typedef struct ObStream ObStream;

/* The calls of a stream to its owner.  Each may free the stream. */
typedef struct ObStreamHandler {
    /* `count` > 0 bytes, valid during the call. */
    void (*input)(void *opaque, const char *bytes, size_t count);

    /* All kept output has been sent, after ob_stream_send() had returned false. */
    void (*drained)(void *opaque);

    /* The peer has gone, or has ended its input and all is answered; this is the last call. */
    void (*closed)(void *opaque);
} ObStreamHandler;

/* Takes both descriptors, which may be the same one, and closes them at the end unless they
 * are standard input and output.  `handler` is not copied. */
ObStream *ob_stream_new(ObLoop *loop, int in, int out, const ObStreamHandler *handler,
                        void *opaque);

/* Drops unsent output.  NULL is allowed. */
void ob_stream_free(ObStream *stream);

/*
 * Sends or keeps all `count` bytes.  Returns false if more than OB_STREAM_HIGH bytes are
 * kept: a caller who can should wait for `drained` before it sends more.  Returns false also
 * if the peer has gone: then `closed` comes, and its other requests should not be executed.
 */
bool ob_stream_send(ObStream *stream, const char *bytes, size_t count);

/* While held, reads no input: a peer that sends more blocks only itself.  Its end is noticed later. */
void ob_stream_hold(ObStream *stream, bool held);

/* From now on keeps the last descriptor that the peer passes over a unix socket. */
void ob_stream_accept_fds(ObStream *stream);

/* Returns this descriptor, which the caller then owns; -1: none. */
int ob_stream_take_fd(ObStream *stream);

/* The number of unsent bytes. */
size_t ob_stream_pending(const ObStream *stream);

#endif
