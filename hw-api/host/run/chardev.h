/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device's side of a port of hw.chardev/1: the same in each host.  Under the device lock. */
#ifndef HW_HOST_CHARDEV_H
#define HW_HOST_CHARDEV_H

#include "hw-api/ext/draft/chardev.h"

/* The calls that wait until the device may be called. */
typedef struct HwChardevDue {
    bool breaks;   /* a break came; several at once are one */
    bool peer;     /* a peer came or went */
    bool writable; /* bytes are taken again */
} HwChardevDue;

typedef struct HwChardevSide {
    HwDevice *dev;
    HwChardevClient client; /* hooks that the device's version lacks are NULL */
    HwChardevDue due;
    bool has_peer; /* now */
    bool told;     /* `has_peer` as the device knows it */
    bool waits;    /* write() took less: the device expects `writable` */
} HwChardevSide;

/* Fills the side in.  Returns false and sets `error` if a hook is missing. */
bool hw_chardev_side_init(HwChardevSide *side, HwDevice *dev, const HwChardevClient *client,
                          HwError *error);

/* The next class of the device has the side, its peer and what is due.  Returns false, and changes
 * nothing, if a hook is missing. */
bool hw_chardev_side_adopt(HwChardevSide *side, HwDevice *dev, const HwChardevClient *client,
                           HwError *error);

/* True once the device is realized, and until it is unrealized. */
bool hw_chardev_side_is_alive(const HwChardevSide *side);

/* The number of bytes that the device has room for. */
uint32_t hw_chardev_side_room(const HwChardevSide *side);

/* Gives the device `size` bytes, at most its room, and calls update. */
void hw_chardev_side_receive(const HwChardevSide *side, const uint8_t *bytes, uint32_t size);

/* Note an event, or that the peer takes bytes again.  hw_chardev_side_tell() calls the device. */
void hw_chardev_side_note(HwChardevSide *side, uint32_t event);
void hw_chardev_side_note_writable(HwChardevSide *side);

/* True if a call is due. */
bool hw_chardev_side_is_due(const HwChardevSide *side);

/* Makes the calls that are due, and calls update after each. */
void hw_chardev_side_tell(HwChardevSide *side);

#endif
