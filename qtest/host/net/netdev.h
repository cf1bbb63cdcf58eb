/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -netdev: the types of networks. */
#ifndef OB_HOST_NETDEV_H
#define OB_HOST_NETDEV_H

#include "qtest/host/io/loop.h"
#include "qtest/host/options/keyval.h"
#include "qtest/machine/net/net.h"

typedef struct ObNetType {
    const char *name;
    const char *help;
    /* `values` has type, id and what the type allows.  False, and sets `error`, on failure. */
    bool (*add)(ObLoop *loop, ObHost *host, const ObKeyval *values, HwError *error);
} ObNetType;

extern const ObNetType ob_net_types[]; /* ends with a row of zeros */

/* Adds a network.  The sentences of failures do not name the option. */
bool ob_netdev_new(ObLoop *loop, ObHost *host, const ObKeyval *values, HwError *error);

/* user.c, netdev-*.c */
bool ob_user_net_add(ObLoop *loop, ObHost *host, const ObKeyval *values, HwError *error);
bool ob_stream_net_add(ObLoop *loop, ObHost *host, const ObKeyval *values, HwError *error);
bool ob_dgram_net_add(ObLoop *loop, ObHost *host, const ObKeyval *values, HwError *error);
bool ob_socket_net_add(ObLoop *loop, ObHost *host, const ObKeyval *values, HwError *error);

#endif
