/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -chardev for devices: streams of hw.chardev/1 over sockets, files and terminals. */
#ifndef OB_HOST_CHARDEV_H
#define OB_HOST_CHARDEV_H

#include "qtest/host/chardev/mux.h"
#include "qtest/host/io/loop.h"
#include "qtest/host/io/ring.h"
#include "qtest/host/options/options.h"
#include "qtest/machine/chardev/chardev.h"

/*
 * Adds the stream of a -chardev.  It is opened when a device takes it; a stream that another option
 * uses is refused then.  A shared stream (mux=on) is opened at once, with `keys`, and keeps a place for
 * each of its monitors.  `chardev` is not copied.  The sentence of a failure does not name the
 * option.
 */
bool ob_chardev_new(ObLoop *loop, ObHost *host, const ObChardev *chardev, const ObMuxKeys *keys,
                    HwError *error);

/* NULL: the stream is not shared. */
ObMux *ob_chardev_mux(const ObChardevStream *stream);

/*
 * For commands.  The first function adds a stream, the second one puts another in its place, with the
 * device that uses it.  Each takes `values`, the text of a -chardev, and opens the stream at once.  A
 * server does not wait for its peer.  They return false and set `error` on failure, which changes
 * nothing.
 */
bool ob_chardev_create(ObLoop *loop, ObHost *host, ObKeyval *values, HwError *error);
bool ob_chardev_change(ObChardevStream *stream, ObKeyval *values, HwError *error);

/* True if a monitor or -qtest has the stream. */
bool ob_chardev_has_option(const ObChardevStream *stream);

/* The calls to a user of the stream that is part of this program.  It must not close the stream. */
typedef struct ObChardevFront {
    void (*opened)(void *opaque); /* a peer has come */
    void (*input)(void *opaque, const char *bytes, size_t count);
} ObChardevFront;

/* Takes a stream that nobody uses, and opens it.  `front` is not copied.  Returns false and sets `error`
 * on failure. */
bool ob_chardev_front_take(ObChardevStream *stream, const char *owner, const ObChardevFront *front,
                           void *opaque, HwError *error);
void ob_chardev_front_release(ObChardevStream *stream);

/* False if the peer does not read what it has got.  Without a peer, bytes are lost. */
bool ob_chardev_front_has_room(const ObChardevStream *stream);
void ob_chardev_front_send(ObChardevStream *stream, const char *bytes, size_t count);

/* The name of a pseudo-terminal that was opened; NULL: none. */
const char *ob_chardev_pty(const ObChardevStream *stream);

/* The bytes of a ringbuf; NULL: the stream is of another type. */
ObRing *ob_chardev_ring(const ObChardevStream *stream);

/* QEMU's name of the stream's other end: "disconnected:unix:/run/x,server=on"; g_free() it. */
char *ob_chardev_describe(const ObChardevStream *stream);

/* Waits for a peer of each stream that a device has taken and that is a server with wait=on. */
void ob_chardevs_wait(ObHost *host, const ObOptions *options);

#endif
