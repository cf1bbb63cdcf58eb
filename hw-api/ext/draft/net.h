/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hw.net/1 - the network behind a network device, which the user configured with -netdev.  A draft:
 * it may change or go.
 *
 * Frames are Ethernet's, from the destination address to the end of the payload, without preamble
 * and checksum, and not padded.  A port has one queue for each direction: a network with several
 * queues is refused.
 *
 * Both directions have back-pressure.  Towards the device, the host keeps frames while `receive`
 * answers false.  The device calls ready() after each change that may make room: of the ring, of
 * its filter, of its start and stop.  The call costs little, and is harmless without a kept frame.
 * A host that keeps too many frames drops further ones, as a switch does.  Towards the network,
 * send() always takes the frame, and `sent` follows a send() that answered false.
 */
#ifndef HW_EXT_DRAFT_NET_H
#define HW_EXT_DRAFT_NET_H

#include "hw-api/hw-api.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HW_NET           "hw.net/1"

#define HW_NET_MAC_BYTES 6
#define HW_NET_FRAME_MIN 14u    /* the two addresses and the type */
#define HW_NET_FRAME_MAX 65550u /* an IP packet of the largest size in it */

/* The host owns it, and lends it from open() to close(). */
typedef struct HwNetPort HwNetPort;

/* The device's side of its port: a constant.  The host calls the functions while the machine runs,
 * and never from inside of a call of HwNet.  `update` follows each. */
typedef struct HwNetClient {
    HwAbi abi;

    /* Takes a frame of HW_NET_FRAME_MIN to HW_NET_FRAME_MAX bytes, valid during the call.  A frame
     * that the device does not want is taken too, and dropped.  False: no room; the host keeps the
     * frame, and those behind it, until ready().  [device lock & realized] */
    bool (*receive)(HwDevice *dev, const uint8_t *frame, uint32_t size);

    /* After a send() that answered false: the network takes frames again.  May be NULL.
     * [device lock & realized] */
    void (*sent)(HwDevice *dev);

    /* The user pulled or plugged the cable (set_link).  May be NULL.  [device lock & realized] */
    void (*link_changed)(HwDevice *dev, bool up);
} HwNetClient;

typedef struct HwNet {
    HwAbi abi;

    /*
     * The network with this id, for this device alone.  `id` NULL: a port without a network, which
     * loses all frames.  `mac`: the address that the user gave as "52:54:00:12:34:56", or NULL:
     * the host chooses one, from this one upward, that no other port has.
     * NULL, with the reason in `error`: the id does not exist or is in use, or the network has
     * several queues.  An address of a group is refused, too.  [device lock & realize]
     */
    HwNetPort *(*open)(HwDevice *dev, const char *id, const char *mac, const HwNetClient *client,
                       HwError *error);

    /* Drops the frames that are kept, and releases the network.  NULL is allowed.
     * [device lock & unrealize] */
    void (*close)(HwNetPort *port);

    /* The port's address of HW_NET_MAC_BYTES, which never changes.  [device lock & alive] */
    const uint8_t *(*mac)(HwNetPort *port);

    /* [device lock & alive] */
    bool (*link_is_up)(HwNetPort *port);

    /*
     * Sends a frame, whose bytes are copied.  It is lost without a network, or while the link is
     * down.  A frame of a forbidden size is lost too, and logged as the guest's error.
     * False: the frame is taken, but the network is slow: no further one before `sent`.
     * [device lock & realized]
     */
    bool (*send)(HwNetPort *port, const void *frame, uint32_t size);

    /* The device may have room again: the host offers the frames that it keeps, later, and never
     * from inside of this call.  [device lock & realized] */
    void (*ready)(HwNetPort *port);
} HwNet;

/* NULL where the host lacks the service and the class does not require it.
 * [device lock & alive] */
static inline const HwNet *hw_net(HwDevice *dev)
{
    return (const HwNet *)dev->host->query(dev->host, HW_NET);
}

#ifdef __cplusplus
}
#endif

#endif
