/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state of a host's networks in a migration stream, such as QEMU's section "slirp".  Networks of
 * a kind are numbered in the order in which they were made.  Under the device lock. */
#ifndef OB_NET_SECTIONS_H
#define OB_NET_SECTIONS_H

#include "qtest/machine/net/net.h"
#include "qtest/stream/codec/writer.h"

/* Writes a section for each network that has a state, and adds their number to *next_id. */
void ob_nets_save(ObHost *host, ObVmWriter *writer, uint32_t *next_id);

/* The network behind a section; NULL: none. */
ObNetdev *ob_net_section_netdev(const ObHost *host, const ObVmSection *section);

/* A network's state between prepare and commit. */
typedef struct ObNetLoad ObNetLoad;

/* Copies the payload, and asks the network if it could load the state.  Returns NULL and sets
 * `error` on failure. */
ObNetLoad *ob_net_load_prepare(ObNetdev *netdev, const ObVmSection *section, const uint8_t *payload,
                               size_t size, HwError *error);
void ob_net_load_commit(const ObNetLoad *load);
void ob_net_load_free(ObNetLoad *load); /* NULL is allowed */

#endif
