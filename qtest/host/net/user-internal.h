/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files of -netdev user. */
#ifndef OB_USER_INTERNAL_H
#define OB_USER_INTERNAL_H

#include "qtest/host/net/netdev.h"
#include "qtest/host/net/slirp-library.h"
#include "qtest/host/net/user-options.h"

typedef struct UserNet {
    ObLoop *loop;
    ObHost *host;
    ObNetdev *netdev;
    const ObSlirpLibrary *library;
    Slirp *slirp;
    ObIdle *idle;
    HwTimer *timer;      /* for libslirp's timeouts */
    GArray *polled;      /* struct pollfd */
    GHashTable *watches; /* descriptor: ObWatch */
    uint32_t inside;     /* calls of libslirp under way */
    bool due;            /* libslirp has work, or other descriptors */
    GQueue waiting;      /* GBytes: frames that came from inside of libslirp */
    GPtrArray *peers;    /* UserPeer: other programs behind ports that the guest sees */
    char *describe;
} UserNet;

/* user-forward.c */
bool ob_user_forwards_add(UserNet *net, const ObUserOptions *options, HwError *error);
void ob_user_peers_pass(UserNet *net); /* gives the guest what it has room for */
void ob_user_peers_free(UserNet *net);

/* user-state.c */
extern const ObNetState ob_user_state;

#endif
