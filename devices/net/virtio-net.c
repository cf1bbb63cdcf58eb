/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A virtio network card with one pair of queues and a control queue (VIRTIO 1.2, 5.1).  It takes
 * frames for any address: a driver filters.
 */
#include "devices/net/virtio-net.h"

#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"

static VirtioNet *net_of(HwDevice *dev)
{
    return HW_DEVICE(VirtioNet, dev);
}

/* ------------------------------------------------------------------------ sending */

/* No offload was offered, so the header has nothing to heed (5.1.6.2). */
static bool transmit(HwDevice *dev, const HwVirtioChain *chain, uint32_t *written)
{
    VirtioNet *s = net_of(dev);
    uint64_t size = chain->readable_bytes - VIRTIO_NET_HEADER;

    *written = 0;
    if (chain->readable_bytes < VIRTIO_NET_HEADER) {
        hw_virtio_break(&s->virtio, "a frame to send without its header");
        return true;
    }
    if (size > HW_NET_FRAME_MAX) {
        hw_log(dev, HW_LOG_GUEST_ERROR, "a frame of %llu bytes, expected at most %u",
               (unsigned long long)size, HW_NET_FRAME_MAX);
        return true;
    }
    return !hw_virtio_read(&s->virtio, chain, VIRTIO_NET_HEADER, s->frame, size) ||
           s->net->send(s->port, s->frame, (uint32_t)size);
}

static void net_sent(HwDevice *dev)
{
    hw_virtio_resume(&net_of(dev)->virtio, VIRTIO_NET_TRANSMIT);
}

/* ---------------------------------------------------------------------- receiving */

typedef enum Fit { FITS, WAITS, IS_LOST } Fit;

/* Stores a piece of the frame in the next chain: the first chain begins with the header. */
static Fit piece_store(VirtioNet *s, HwVirtioChain *chain, uint32_t head, const uint8_t *piece,
                       uint32_t left, uint32_t *stored)
{
    if (!hw_virtio_pop(&s->virtio, VIRTIO_NET_RECEIVE, chain)) {
        return hw_virtio_is_running(&s->virtio, VIRTIO_NET_RECEIVE) ? WAITS : IS_LOST;
    }
    if (chain->writable_bytes <= head) {
        hw_virtio_break(&s->virtio, "a buffer to receive of %llu bytes, expected more than %u",
                        (unsigned long long)chain->writable_bytes, head);
        return IS_LOST;
    }
    *stored = chain->writable_bytes - head < left ? (uint32_t)chain->writable_bytes - head : left;
    if ((*stored < left && !hw_virtio_has(&s->virtio, HW_VIRTIO_FEATURE(VIRTIO_NET_MERGE))) ||
        !hw_virtio_write(&s->virtio, chain, head, piece, *stored)) {
        return IS_LOST;
    }
    hw_virtio_push(&s->virtio, VIRTIO_NET_RECEIVE, chain->head, head + *stored);
    return FITS;
}

/* With VIRTIO_NET_F_MRG_RXBUF a frame may take several chains (5.1.6.4). */
static Fit frame_store(VirtioNet *s, const uint8_t *frame, uint32_t size)
{
    uint8_t header[VIRTIO_NET_HEADER] = { 0 };
    uint32_t chains = 0;
    uint32_t stored = 0;

    for (uint32_t done = 0; done < size; done += stored, chains++) {
        Fit fit = piece_store(s, chains ? &s->further : &s->first, chains ? 0 : VIRTIO_NET_HEADER,
                              frame + done, size - done, &stored);

        if (fit != FITS) {
            return fit;
        }
    }
    hw_store_le(header + VIRTIO_NET_BUFFERS, chains, 2);
    return hw_virtio_write(&s->virtio, &s->first, 0, header, sizeof(header)) ? FITS : IS_LOST;
}

/* Without a driver, frames are lost. */
static bool receive(HwDevice *dev, const uint8_t *frame, uint32_t size)
{
    VirtioNet *s = net_of(dev);
    Fit fit = hw_virtio_is_running(&s->virtio, VIRTIO_NET_RECEIVE) ? frame_store(s, frame, size)
                                                                   : IS_LOST;

    if (fit == FITS) {
        hw_virtio_publish(&s->virtio, VIRTIO_NET_RECEIVE);
    } else {
        hw_virtio_cancel(&s->virtio, VIRTIO_NET_RECEIVE);
    }
    return fit != WAITS;
}

static void buffers_came(HwDevice *dev)
{
    net_of(dev)->net->ready(net_of(dev)->port);
}

/* ------------------------------------------------------------------ configuration */

static void link_store(VirtioNet *s, bool up)
{
    s->config[1] = (s->config[1] & 0xffff) | (up ? VIRTIO_NET_LINK_UP << 16 : 0);
}

void virtio_net_mac_store(VirtioNet *s, const uint8_t *mac)
{
    s->config[0] = (uint32_t)hw_load_le(mac, 4);
    s->config[1] = (s->config[1] & ~0xffffu) | (uint32_t)hw_load_le(mac + 4, 2);
}

static void link_changed(HwDevice *dev, bool up)
{
    VirtioNet *s = net_of(dev);

    link_store(s, up);
    hw_virtio_config_changed(&s->virtio);
}

/* The frames that wait are for nobody. */
static void net_reset(HwDevice *dev)
{
    VirtioNet *s = net_of(dev);

    virtio_net_mac_store(s, s->net->mac(s->port));
    link_store(s, s->net->link_is_up(s->port));
    s->net->ready(s->port);
}

/* clang-format off */
const HwRegister virtio_net_config[VIRTIO_NET_CONFIG_WORDS] = {
    { "mac", 0 },
    { "mac_status", 4, .fields = HW_FIELDS({ "mac", 0, 16 }, { "LINK_UP", 16, 1 }) },
};
/* clang-format on */

/* --------------------------------------------------------------------------- life */

static const HwNetClient client = {
    .abi = HW_ABI(HwNetClient),
    .receive = receive,
    .sent = net_sent,
    .link_changed = link_changed,
};

#define FEATURES                                                                          \
    (HW_VIRTIO_FEATURE(VIRTIO_NET_MAC) | HW_VIRTIO_FEATURE(VIRTIO_NET_MERGE) |            \
     HW_VIRTIO_FEATURE(VIRTIO_NET_STATUS) | HW_VIRTIO_FEATURE(VIRTIO_NET_CONTROL_QUEUE) | \
     HW_VIRTIO_FEATURE(VIRTIO_NET_CONTROL_MAC))

/* clang-format off */
static const HwVirtioModel model = {
    .id = VIRTIO_NET_ID,
    .features = FEATURES,
    .queues = HW_ROWS(HwVirtioQueueModel,
        [VIRTIO_NET_RECEIVE] = { "receive", VIRTIO_NET_QUEUE_SIZE, .kicked = buffers_came },
        [VIRTIO_NET_TRANSMIT] = { "transmit", VIRTIO_NET_QUEUE_SIZE, .serve = transmit },
        [VIRTIO_NET_CONTROL] = { "control", VIRTIO_NET_CONTROL_SIZE, .serve = virtio_net_control }),
    .reset = net_reset,
};
/* clang-format on */

bool virtio_net_realize(HwDevice *dev, uint64_t features, HwError *error)
{
    VirtioNet *s = net_of(dev);

    hw_virtio_init(dev, &model, features);
    s->net = hw_net(dev);
    s->port = s->net->open(dev, s->netdev, s->mac, &client, error);
    return s->port != NULL;
}

void virtio_net_unrealize(HwDevice *dev)
{
    net_of(dev)->net->close(net_of(dev)->port);
}

/* The link here may not be as it was there. */
static void link_follow(VirtioNet *s)
{
    bool up = s->net->link_is_up(s->port);

    if (up != (s->config[1] >> 16 & VIRTIO_NET_LINK_UP)) {
        link_changed(&s->virtio.dev, up);
    }
}

void virtio_net_loaded(HwDevice *dev)
{
    hw_virtio_loaded(dev);
    link_follow(net_of(dev));
}

void virtio_net_pci_loaded(HwDevice *dev)
{
    VirtioNet *s = net_of(dev);

    virtio_net_mac_store(s, s->stored.mac);
    link_store(s, s->stored.status & VIRTIO_NET_LINK_UP);
    hw_virtio_pci_loaded(dev);
    link_follow(s);
}

/* --------------------------------------------------------------------------- state */

/* clang-format off */
const HwState virtio_net_state = {
    .name = "outboard-virtio-net", .version = 2, .minimum_version = 1,
    .fields = HW_ROWS(HwStateField,
        HW_VIRTIO_SAVED(VirtioNet), HW_SAVED(VirtioNet, config),
        HW_VIRTIO_SAVED_QUEUE(VirtioNet, 0), HW_VIRTIO_SAVED_QUEUE(VirtioNet, 1),
        HW_VIRTIO_SAVED_QUEUE_SINCE(VirtioNet, 2, 2)),
    .post_load = hw_virtio_post_load,
};
/* clang-format on */

/* A card without filters takes all frames, as QEMU's does until a driver sets a filter.  The flag of
 * chains that wait makes QEMU look at the queue, also if the driver does not kick it again. */
static void pci_pre_save(HwDevice *dev)
{
    VirtioNet *s = net_of(dev);
    uint8_t *config = s->virtio.stored.config;

    hw_virtio_pci_pre_save(dev);
    s->virtio.stored.config_size = VIRTIO_NET_CONFIG_BYTES;
    hw_store_le(config, s->config[0], 4);
    hw_store_le(config + 4, s->config[1], 4);
    memset(&s->stored, 0, sizeof(s->stored));
    memcpy(s->stored.mac, config, sizeof(s->stored.mac));
    s->stored.status = (uint16_t)(s->config[1] >> 16);
    s->stored.tx_waiting = hw_virtio_is_running(&s->virtio, VIRTIO_NET_TRANSMIT);
    s->stored.merges = hw_virtio_has(&s->virtio, HW_VIRTIO_FEATURE(VIRTIO_NET_MERGE));
    s->stored.promiscuous = 1;
    memset(s->stored.vlans, 0xff, sizeof(s->stored.vlans));
}

/* clang-format off */
const HwState virtio_net_pci_state = {
    .name = "virtio-net", .version = 11, .minimum_version = 11,
    .fields = HW_ROWS(HwStateField,
        HW_VIRTIO_PCI_SAVED(VirtioNet, FEATURES, VIRTIO_NET_QUEUES),
        HW_VIRTIO_PCI_SAVED_QUEUE(VirtioNet, 0), HW_VIRTIO_PCI_SAVED_QUEUE(VirtioNet, 1),
        HW_VIRTIO_PCI_SAVED_QUEUE(VirtioNet, 2),
        HW_SAVED_AS("mac", VirtioNet, stored.mac, 0),
        HW_SAVED_AS("tx_waiting", VirtioNet, stored.tx_waiting, 0),
        HW_SAVED_AS("mergeable_rx_bufs", VirtioNet, stored.merges, 0),
        HW_SAVED_AS("net_status", VirtioNet, stored.status, 0),
        HW_SAVED_AS("promisc", VirtioNet, stored.promiscuous, 0),
        HW_SAVED_AS("allmulti", VirtioNet, stored.all_multicast, 0),
        HW_SAVED_FIXED("mac_table.in_use", VirtioNet, stored.mac_count, UINT32_MAX, 0),
        HW_SAVED_AS("vlans", VirtioNet, stored.vlans, 0),
        HW_SAVED_FIXED("has_vnet_hdr", VirtioNet, stored.has_offload_header, UINT32_MAX, 0),
        HW_SAVED_AS("filters", VirtioNet, stored.refusals, 0),
        HW_SAVED_FIXED("has_ufo", VirtioNet, stored.has_ufo, UINT8_MAX, 0),
        HW_VIRTIO_PCI_SAVED_PART),
    .pre_save = pci_pre_save, .post_load = hw_virtio_pci_post_load,
};
/* clang-format on */
