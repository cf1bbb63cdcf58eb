/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -netdev hubport: a port of a hub.  A frame that comes in at a port leaves by all others of the
 * hub.  A hub exists while it has a port.
 */
#ifndef OB_MACHINE_HUB_H
#define OB_MACHINE_HUB_H

#include "qtest/machine/net/net.h"

#define OB_HUB_PORT "hubport"

typedef struct ObHub ObHub;

/* Adds a port to the hub with this number.  `netdev` names the network behind the port; NULL: a
 * device may use the port.  Returns NULL and sets `error` if `id` is in use.  A network that
 * does not exist, is in use or is a port of a hub is refused too. */
ObNetdev *ob_hub_port_add(ObHost *host, const char *id, int32_t number, const char *netdev,
                          HwError *error);

/* Hubs and ports in the order in which they were made; NULL after the last. */
const ObHub *ob_hub_at(const ObHost *host, uint32_t index);
int32_t ob_hub_number(const ObHub *hub);
const ObNetdev *ob_hub_port_at(const ObHub *hub, uint32_t index);

bool ob_netdev_is_hub_port(const ObNetdev *netdev);

#endif
