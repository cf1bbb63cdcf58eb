/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The qtest protocol at a socket address: -qtest.  For the loop's thread. */
#ifndef OB_HOST_QTEST_SERVER_H
#define OB_HOST_QTEST_SERVER_H

#include "qtest/host/io/loop.h"
#include "qtest/host/io/socket.h"
#include "qtest/host/qtest/session.h"

typedef struct ObQtestServer ObQtestServer;

/*
 * Listens or connects.  The caller owns `log` (may be NULL).  A peer that leaves is not an
 * error: a server waits for the next peer.  Returns NULL and sets `error` on failure.
 */
ObQtestServer *ob_qtest_server_open(ObLoop *loop, ObHost *host, const ObSocketAddress *address,
                                    FILE *log, HwError *error);
void ob_qtest_server_close(ObQtestServer *server); /* NULL is allowed */

/* See ob_endpoint_wait(). */
void ob_qtest_server_wait(ObQtestServer *server);

#endif
