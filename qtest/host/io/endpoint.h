/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An address in use: carries one peer at a time.  A server listens, takes the next peer
 * when a peer has gone, and removes its socket file at the end.  A client connects, and
 * connects again if the address has `reconnect`.
 *
 * An address with `log` copies all output into this file, also what has no peer.
 *
 * For the loop's thread.
 */
#ifndef OB_ENDPOINT_H
#define OB_ENDPOINT_H

#include "qtest/host/io/loop.h"
#include "qtest/host/io/ring.h"
#include "qtest/host/io/socket.h"

typedef struct ObEndpoint ObEndpoint;

/* The calls of an endpoint to its owner; NULL members are skipped.  Each may call
 * ob_endpoint_send() and ob_endpoint_close(). */
typedef struct ObEndpointHandler {
    void (*opened)(void *opaque); /* a peer has connected; never from ob_endpoint_open() */
    void (*input)(void *opaque, const char *bytes, size_t count);
    void (*drained)(void *opaque); /* see ob_stream_send() */
    void (*closed)(void *opaque);  /* the peer has gone */
    void (*broke)(void *opaque);   /* a break; this call must not close the endpoint */
} ObEndpointHandler;

/*
 * Starts listening, or connects; the loop calls `opened`.  `handler` is not copied.
 * Returns NULL and sets `error` on failure.  A client without `reconnect` also fails if
 * nobody listens.
 */
ObEndpoint *ob_endpoint_open(ObLoop *loop, const ObSocketAddress *address,
                             const ObEndpointHandler *handler, void *opaque, HwError *error);

/* Drops the peer without a call to `closed`.  NULL is allowed. */
void ob_endpoint_close(ObEndpoint *endpoint);

/* For a server that waits for its first peer (wait=on).  Iterates the loop until a peer has
 * come, or until the loop is told to quit. */
void ob_endpoint_wait(ObEndpoint *endpoint);

/* The same as ob_stream_send(); without a peer the bytes are lost. */
bool ob_endpoint_send(ObEndpoint *endpoint, const char *bytes, size_t count);

/* ob_stream_hold() for this peer and the next ones. */
void ob_endpoint_hold(ObEndpoint *endpoint, bool held);

/* For each peer, ob_stream_accept_fds(); for the present peer, ob_stream_take_fd(). */
void ob_endpoint_accept_fds(ObEndpoint *endpoint);
int ob_endpoint_take_fd(ObEndpoint *endpoint);

bool ob_endpoint_has_peer(const ObEndpoint *endpoint);

/* The same as ob_socket_describe_peer(), for the present peer; "" if it has no TCP address.  Returns
 * false without a peer. */
bool ob_endpoint_describe_peer(const ObEndpoint *endpoint, char *text, size_t capacity);

/* The name of the pseudo-terminal for the peer: "/dev/pts/3"; NULL: the endpoint has none. */
const char *ob_endpoint_pty(const ObEndpoint *endpoint);

/* The output of kind RING; NULL: the endpoint is of another kind. */
ObRing *ob_endpoint_ring(const ObEndpoint *endpoint);

/* The TCP port of the listener; 0 if there is none. */
uint16_t ob_endpoint_port(const ObEndpoint *endpoint);

#endif
