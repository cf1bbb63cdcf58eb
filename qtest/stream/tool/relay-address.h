/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The two ends of a relay: unix:PATH, tcp:HOST:PORT (a numeric IPv6 address in brackets), or fd:N,
 * a descriptor that the program has inherited.
 */
#ifndef OB_RELAY_ADDRESS_H
#define OB_RELAY_ADDRESS_H

#include "hw-api/hw-api.h"

typedef struct ObRelayListener {
    int fd;           /* -1: closed */
    bool connected;   /* fd:N: the descriptor is the connection itself */
    const char *path; /* a socket to remove at the end; NULL: none */
} ObRelayListener;

/* False with a sentence. */
bool ob_relay_listen(ObRelayListener *listener, const char *address, HwError *error);

/* The next connection, or the connection of fd:N.  -1 with a sentence. */
int ob_relay_accept(const ObRelayListener *listener, HwError *error);

/* Closes and removes the socket. */
void ob_relay_listener_close(ObRelayListener *listener);

/* -1 with a sentence. */
int ob_relay_connect(const char *address, HwError *error);

/* Looks at the text alone.  False with a sentence. */
bool ob_relay_address_check(const char *address, HwError *error);

#endif
