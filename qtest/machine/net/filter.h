/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Filters of a network: they see its frames, or take them.  Frames to the device pass the filters in
 * their order, frames from the device in the opposite one, as QEMU's do.
 */
#ifndef OB_MACHINE_NET_FILTER_H
#define OB_MACHINE_NET_FILTER_H

#include "qtest/machine/net/net.h"

typedef enum ObNetDirection {
    OB_NET_TO_DEVICE = 1,   /* QEMU's tx: the network transmits it */
    OB_NET_FROM_DEVICE = 2, /* QEMU's rx */
} ObNetDirection;

/* Returns true if the filter has taken the frame: then it goes no further.  `now` is the machine's
 * time. */
typedef bool ObNetFilterFunction(void *opaque, ObNetDirection direction, const uint8_t *frame,
                                 size_t size, int64_t now);

typedef struct ObNetFilter {
    ObNetFilterFunction *frame;
    void *opaque;        /* the filter's name for the functions below */
    uint32_t directions; /* bits, ObNetDirection */
} ObNetFilter;

/* Adds a filter before the one at `place`; UINT32_MAX: as the last.  It is copied. */
void ob_netdev_add_filter(ObNetdev *netdev, uint32_t place, const ObNetFilter *filter);

/* The filters in their order; NULL after the last. */
const ObNetFilter *ob_netdev_filter_at(const ObNetdev *netdev, uint32_t index);

/* Changes the directions of a filter, if its network still exists. */
void ob_netdev_direct_filter(ObHost *host, const void *opaque, uint32_t directions);

/* Ends a filter, if its network still exists. */
void ob_netdev_remove_filter(ObHost *host, const void *opaque);

/* Sends a frame on behind this filter, if its network still exists. */
void ob_netdev_pass(ObHost *host, const void *opaque, ObNetDirection direction,
                    const uint8_t *frame, size_t size);

#endif
