/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/machine/net/filter.h"

#include "qtest/machine/net/net-internal.h"

const ObNetFilter *ob_netdev_filter_at(const ObNetdev *netdev, uint32_t index)
{
    return netdev->filters && index < netdev->filters->len
               ? &g_array_index(netdev->filters, ObNetFilter, index)
               : NULL;
}

static int place_of(const ObNetdev *netdev, const void *opaque)
{
    const ObNetFilter *filter;

    for (uint32_t i = 0; (filter = ob_netdev_filter_at(netdev, i)); i++) {
        if (filter->opaque == opaque) {
            return (int)i;
        }
    }
    return -1;
}

void ob_netdev_add_filter(ObNetdev *netdev, uint32_t place, const ObNetFilter *filter)
{
    if (!netdev->filters) {
        netdev->filters = g_array_new(FALSE, FALSE, sizeof(ObNetFilter));
    }
    g_array_insert_vals(netdev->filters, MIN(place, netdev->filters->len), filter, 1);
}

/* The network that has the filter, and its place; NULL: none. */
static ObNetdev *network_of(const ObHost *host, const void *opaque, int *place)
{
    ObNetdev *netdev;

    for (uint32_t i = 0; (netdev = ob_netdev_at(host, i)); i++) {
        *place = place_of(netdev, opaque);
        if (*place >= 0) {
            return netdev;
        }
    }
    return NULL;
}

void ob_netdev_direct_filter(ObHost *host, const void *opaque, uint32_t directions)
{
    int place;
    ObNetdev *netdev = network_of(host, opaque, &place);

    if (netdev) {
        g_array_index(netdev->filters, ObNetFilter, place).directions = directions;
    }
}

void ob_netdev_remove_filter(ObHost *host, const void *opaque)
{
    int place;
    ObNetdev *netdev = network_of(host, opaque, &place);

    if (netdev) {
        g_array_remove_index(netdev->filters, (guint)place);
    }
}

/* Runs the filters from `place` on.  Returns true if one has taken the frame. */
static bool filters_run(ObNetdev *netdev, int place, ObNetDirection direction, const uint8_t *frame,
                        size_t size)
{
    int step = direction == OB_NET_TO_DEVICE ? 1 : -1;

    const ObNetFilter *filter;

    for (int i = place; i >= 0 && (filter = ob_netdev_filter_at(netdev, (uint32_t)i)); i += step) {
        if ((filter->directions & direction) &&
            filter->frame(filter->opaque, direction, frame, size, netdev->host->clock.now)) {
            return true;
        }
    }
    return false;
}

bool ob_netdev_filter(ObNetdev *netdev, ObNetDirection direction, const uint8_t *frame, size_t size)
{
    return netdev->filters &&
           filters_run(netdev, direction == OB_NET_TO_DEVICE ? 0 : (int)netdev->filters->len - 1,
                       direction, frame, size);
}

void ob_netdev_pass(ObHost *host, const void *opaque, ObNetDirection direction,
                    const uint8_t *frame, size_t size)
{
    int place;
    ObNetdev *netdev = network_of(host, opaque, &place);

    if (!netdev || !size || size > HW_NET_FRAME_MAX) {
        return;
    }
    if (direction == OB_NET_TO_DEVICE && !filters_run(netdev, place + 1, direction, frame, size)) {
        ob_netdev_arrive(netdev, frame, size);
    } else if (direction == OB_NET_FROM_DEVICE &&
               !filters_run(netdev, place - 1, direction, frame, size)) {
        netdev->driver->send(netdev->link, frame, (uint32_t)size);
    }
}
