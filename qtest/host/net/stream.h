/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames over a stream.  Each frame follows its length, 4 bytes with the highest first, as in QEMU's
 * -netdev stream and socket, and in passt.
 */
#ifndef OB_HOST_NET_STREAM_H
#define OB_HOST_NET_STREAM_H

#include "qtest/host/io/loop.h"
#include "qtest/host/io/socket.h"
#include "qtest/machine/net/net.h"

/* Listens or connects, and adds the network.  `driver` has the functions below and its own
 * `describe`.  Returns false and sets `error` on failure. */
bool ob_stream_net_open(ObLoop *loop, ObHost *host, const char *id, const ObNetDriver *driver,
                        const ObSocketAddress *address, HwError *error);

/* For the driver */
bool ob_stream_net_send(void *link, const uint8_t *frame, uint32_t size);
void ob_stream_net_free(void *link);

/* The same as ob_endpoint_describe_peer(). */
bool ob_stream_net_peer(const void *link, char *text, size_t capacity);
const ObSocketAddress *ob_stream_net_address(const void *link);

#endif
