/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A virtio network card with one pair of queues and a control queue (VIRTIO 1.2, 5.1). */
#include "devices/net/virtio-net.h"

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
    Fit fit = !virtio_net_takes(s, frame, size)                      ? IS_LOST
              : hw_virtio_is_running(&s->virtio, VIRTIO_NET_RECEIVE) ? frame_store(s, frame, size)
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

void virtio_net_link_store(VirtioNet *s, bool up)
{
    s->config[1] = (s->config[1] & ~(VIRTIO_NET_LINK_UP << 16)) |
                   (up ? VIRTIO_NET_LINK_UP << 16 : 0);
}

void virtio_net_mac_store(VirtioNet *s, const uint8_t *mac)
{
    s->config[0] = (uint32_t)hw_load_le(mac, 4);
    s->config[1] = (s->config[1] & ~0xffffu) | (uint32_t)hw_load_le(mac + 4, 2);
}

void virtio_net_mac_load(const VirtioNet *s, uint8_t *mac)
{
    hw_store_le(mac, s->config[0], 4);
    hw_store_le(mac + 4, s->config[1], 2);
}

static void link_changed(HwDevice *dev, bool up)
{
    VirtioNet *s = net_of(dev);

    virtio_net_link_store(s, up);
    hw_virtio_config_changed(&s->virtio);
}

/* The frames that wait are for nobody. */
static void net_reset(HwDevice *dev)
{
    VirtioNet *s = net_of(dev);

    virtio_net_filter_reset(s);
    s->config[1] = 0;
    virtio_net_mac_store(s, s->net->mac(s->port));
    virtio_net_link_store(s, s->net->link_is_up(s->port));
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

/* clang-format off */
static const HwVirtioModel model = {
    .id = VIRTIO_NET_ID,
    .features = VIRTIO_NET_FEATURES,
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
