/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An address in use: carries one peer at a time.  A server listens, takes the
 * next peer when one has gone, and removes its socket file at the end; a client
 * connects, and connects again where the address says `reconnect`.
 * For the loop's thread.
 */
#ifndef OB_ENDPOINT_H
#define OB_ENDPOINT_H

#include "qtest/host/io/loop.h"
#include "qtest/host/io/socket.h"

typedef struct ObEndpoint ObEndpoint;

/* What an endpoint tells its owner; NULL members are skipped.  Each may call
 * ob_endpoint_send() and ob_endpoint_close(). */
typedef struct ObEndpointHandler {
    void (*opened)(void *opaque);       /* a peer is there; never from ob_endpoint_open() */
    void (*input)(void *opaque, const char *bytes, size_t count);
    void (*drained)(void *opaque);      /* see ob_stream_send() */
    void (*closed)(void *opaque);       /* the peer has gone */
} ObEndpointHandler;

/*
 * Starts listening, or connects; `opened` is called from the loop.  NULL with a
 * sentence, also where a client without `reconnect` finds nobody.  `handler` is
 * not copied.
 */
ObEndpoint *ob_endpoint_open(ObLoop *loop, const ObSocketAddress *address,
                             const ObEndpointHandler *handler, void *opaque, HwError *error);

/* Drops the peer without a call to `closed`.  NULL is allowed. */
void ob_endpoint_close(ObEndpoint *endpoint);

/* For a server that waits for its first peer (wait=on): iterates the loop until
 * there was one, or until the loop is told to quit. */
void ob_endpoint_wait(ObEndpoint *endpoint);

/* As ob_stream_send(); without a peer the bytes are lost. */
bool ob_endpoint_send(ObEndpoint *endpoint, const char *bytes, size_t count);

/* As ob_stream_accept_fds(), for each peer; ob_stream_take_fd() of the present one. */
void ob_endpoint_accept_fds(ObEndpoint *endpoint);
int ob_endpoint_take_fd(ObEndpoint *endpoint);

bool ob_endpoint_has_peer(const ObEndpoint *endpoint);

/* The TCP port listened on, 0 if none. */
uint16_t ob_endpoint_port(const ObEndpoint *endpoint);

#endif
