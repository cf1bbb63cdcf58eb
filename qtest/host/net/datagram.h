/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Frames in datagrams, one in each, as in QEMU's -netdev dgram and socket. */
#ifndef OB_HOST_NET_DATAGRAM_H
#define OB_HOST_NET_DATAGRAM_H

#include "qtest/host/io/loop.h"
#include "qtest/host/net/datagram-socket.h"
#include "qtest/machine/net/net.h"

/* Adds the network, which then owns the open socket.  `driver` has the functions below; `text` is
 * for info network.  Returns false, sets `error`, and closes the socket on failure. */
bool ob_datagram_net_open(ObLoop *loop, ObHost *host, const char *id, const ObNetDriver *driver,
                          const ObDatagramSocket *s, const char *text, HwError *error);

/* For the driver */
bool ob_datagram_net_send(void *link, const uint8_t *frame, uint32_t size);
void ob_datagram_net_room(void *link);
char *ob_datagram_net_describe(void *link);
void ob_datagram_net_free(void *link);

#endif
