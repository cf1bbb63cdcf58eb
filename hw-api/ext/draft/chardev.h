/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hw.chardev/1 - a stream of bytes to the outside, which the user configured with -chardev.  A draft:
 * it may change or go.
 *
 * A port carries bytes in both directions, and has no frames, no rate and no modem lines: they
 * belong to the device.  The other end is a *peer*: a socket's client, a terminal, a file.  It may
 * come and go at any time.
 *
 * Both directions have back-pressure.  Towards the device, the host asks `can_receive`, and keeps
 * bytes that find no room.  The device calls ready() after each change that may make room.  The call
 * costs little, and is harmless without kept bytes.  A host that keeps bytes reads no more from the
 * peer, so a peer that floods blocks only itself.  Towards the peer, write() may take less than it
 * is given; `writable` then tells when to go on.
 */
#ifndef HW_EXT_DRAFT_CHARDEV_H
#define HW_EXT_DRAFT_CHARDEV_H

#include "hw-api/hw-api.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HW_CHARDEV "hw.chardev/1"

/* The host owns it, and lends it from open() to close(). */
typedef struct HwChardevPort HwChardevPort;

typedef enum HwChardevEvent {
    HW_CHARDEV_OPENED = 1, /* a peer has come */
    HW_CHARDEV_CLOSED = 2, /* the peer has gone; `writable` follows, if it was due */
    HW_CHARDEV_BREAK = 3,  /* the line's break condition, which has no byte */
} HwChardevEvent;

/* The device's side of its port: a constant.  The host calls the functions while the machine runs,
 * and never from inside of a call of HwChardev. */
typedef struct HwChardevClient {
    HwAbi abi;

    /* Returns the number of bytes for which the device has room; 0: none before ready().  Must not
     * change state: `update` does not follow.  [device lock & realized] */
    uint32_t (*can_receive)(HwDevice *dev);

    /* Takes all bytes: 1 to the number that can_receive() has just answered.  They are valid during
     * the call.  `update` follows.  [device lock & realized] */
    void (*receive)(HwDevice *dev, const uint8_t *bytes, uint32_t size);

    /* After a write() that took less than it was given: the peer takes bytes again.  May be NULL:
     * then the device loses them.  `update` follows.  [device lock & realized] */
    void (*writable)(HwDevice *dev);

    /* `event` is an HwChardevEvent; ignore others.  May be NULL.  `update` follows.
     * [device lock & realized] */
    void (*event)(HwDevice *dev, uint32_t event);
} HwChardevClient;

typedef struct HwChardev {
    HwAbi abi;

    /*
     * The stream with this id, for this device alone.  `id` NULL: a port without a stream, which
     * loses all bytes.  If it has a peer, HW_CHARDEV_OPENED follows after realize.
     * NULL, with the reason in `error`: the id does not exist or is in use, or the stream can't be
     * opened.  [device lock & realize]
     */
    HwChardevPort *(*open)(HwDevice *dev, const char *id, const HwChardevClient *client,
                           HwError *error);

    /* Drops the bytes that are kept, and releases the stream.  NULL is allowed.
     * [device lock & unrealize] */
    void (*close)(HwChardevPort *port);

    /* True while a peer is there.  [device lock & alive] */
    bool (*has_peer)(HwChardevPort *port);

    /*
     * Copies bytes to the peer, and never waits.  Returns the number taken, from the first on.  Less
     * than `size`: the peer is slow, and the rest waits in the device until `writable`.  Without a
     * peer all bytes are taken and lost.  [device lock & realized]
     */
    uint32_t (*write)(HwChardevPort *port, const void *bytes, uint32_t size);

    /* The device may have room again: the host offers the bytes that it keeps, later, and never
     * from inside of this call.  [device lock & realized] */
    void (*ready)(HwChardevPort *port);
} HwChardev;

/* NULL where the host lacks the service and the class does not require it.
 * [device lock & alive] */
static inline const HwChardev *hw_chardev(HwDevice *dev)
{
    return (const HwChardev *)dev->host->query(dev->host, HW_CHARDEV);
}

#ifdef __cplusplus
}
#endif

#endif
