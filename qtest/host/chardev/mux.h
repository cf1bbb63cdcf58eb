/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A stream that several users share (mux=on).  All of them write; the input is for the user in focus.
 * The escape character, Ctrl-A, and a key are commands, the same as in QEMU:
 *
 *   c  the next user gets the focus      h ?  help
 *   b  a break for the user in focus     t    each line of output begins with its time, or not
 *   x  ends the program                  s    nothing: no disk has changes to save
 *
 * Ctrl-A twice is Ctrl-A.  For the loop's thread.
 */
#ifndef OB_CHARDEV_MUX_H
#define OB_CHARDEV_MUX_H

#include "qtest/host/io/endpoint.h"

typedef struct ObMux ObMux;
typedef struct ObMuxUser ObMuxUser;

/* The calls to a user.  NULL members are skipped. */
typedef struct ObMuxHandler {
    bool waits;                   /* output waits for the focus, instead of going out */
    void (*opened)(void *opaque); /* a peer has come */
    void (*closed)(void *opaque); /* the peer has gone */
    void (*input)(void *opaque, const char *bytes, size_t count);
    void (*drained)(void *opaque); /* see ob_endpoint_send() */
    void (*broke)(void *opaque);   /* a break */
    void (*focus)(void *opaque, bool has_it);
} ObMuxHandler;

typedef struct ObMuxKeys {
    uint8_t escape;             /* the escape character */
    bool raw;                   /* a terminal on standard input gives each key, without an echo */
    bool signals;               /* raw: Ctrl-C still ends the program */
    void (*quit)(void *opaque); /* the key x */
    void *opaque;
} ObMuxKeys;

/* Opens the stream.  `keys` is copied.  Returns NULL and sets `error` on failure. */
ObMux *ob_mux_new(ObLoop *loop, const ObSocketAddress *address, const ObMuxKeys *keys,
                  HwError *error);
void ob_mux_free(ObMux *mux); /* NULL is allowed */

/* Stays the mux's. */
ObEndpoint *ob_mux_endpoint(const ObMux *mux);

/* A further user, who gets the focus; the mux owns it.  `handler` is not copied; NULL: its input is
 * lost.  Returns NULL and sets `error` if there are too many. */
ObMuxUser *ob_mux_join(ObMux *mux, const ObMuxHandler *handler, void *opaque, HwError *error);

/* Keeps a place for a user who comes later, and the first such place.  The latter is NULL if none is
 * kept. */
bool ob_mux_reserve(ObMux *mux, HwError *error);
ObMuxUser *ob_mux_claim(ObMux *mux, const ObMuxHandler *handler, void *opaque);

/* The user's place stays empty.  NULL is allowed. */
void ob_mux_leave(ObMuxUser *user);

void ob_mux_take_focus(ObMuxUser *user);

/* The same as ob_endpoint_send(). */
bool ob_mux_send(ObMuxUser *user, const char *bytes, size_t count);

/* While the user has the focus, no input is read. */
void ob_mux_hold(ObMuxUser *user, bool held);

bool ob_mux_is_used(const ObMux *mux);

#endif
