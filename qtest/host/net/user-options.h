/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options of -netdev user, which are QEMU's. */
#ifndef OB_USER_OPTIONS_H
#define OB_USER_OPTIONS_H

#include <glib.h>
#include <slirp/libslirp.h>

#include "qtest/host/options/keyval.h"

typedef struct ObForward {
    bool is_udp;
    struct in_addr host;
    uint16_t host_port;
    struct in_addr guest;
    uint16_t guest_port;
    const char *command; /* guestfwd: a command line; or */
    const char *path;    /* guestfwd: a unix socket; or */
    const char *address; /* guestfwd: one of ob_socket_parse(), whose connection can migrate */
    const char *text;    /* for messages */
} ObForward;

typedef struct ObUserOptions {
    SlirpConfig config;
    GArray *host_forwards;  /* ObForward: a port of this computer leads to the guest */
    GArray *guest_forwards; /* ObForward: a port that the guest sees leads to a command or socket */
    GPtrArray *dns_search;  /* const char *, ends with NULL when it is in `config` */
} ObUserOptions;

/* Returns NULL and sets `error` on failure.  The result's texts belong to `values`. */
ObUserOptions *ob_user_options_new(const ObKeyval *values, HwError *error);
void ob_user_options_free(ObUserOptions *options); /* NULL is allowed */

#endif
