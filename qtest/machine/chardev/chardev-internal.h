/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files of this room: a stream, and the port of a device. */
#ifndef OB_MACHINE_CHARDEV_INTERNAL_H
#define OB_MACHINE_CHARDEV_INTERNAL_H

#include "hw-api/host/run/chardev.h"
#include "qtest/machine/chardev/chardev.h"
#include "qtest/machine/core/host-internal.h"

struct ObChardevStream {
    char *id;
    const ObChardevDriver *driver;
    void *link;
    HwChardevPort *port; /* NULL: no device uses it */
    char *owner;         /* something else that uses it; NULL: nothing */
    GByteArray *kept;    /* for the device */
    GPtrArray *shares;   /* ObChardevStream for further devices; NULL: none */
    bool started;
    bool has_peer;
    bool waits; /* the driver expects `room` */
};

struct HwChardevPort {
    HwChardevSide side;
    ObChardevStream *stream; /* NULL: none */
    uint32_t inside;         /* calls of HwChardev under way: no hook may be called */
    bool posted;             /* ob_chardev_port_serve() comes */
    bool held;               /* the machine was stopped: ob_chardev_resume() goes on */
};

/* The stream, or one more place on it, that no device has; NULL: there is none. */
ObChardevStream *ob_chardev_place(ObChardevStream *stream);

/* port.c: makes the calls to the device that are due, now or as soon as it may be called. */
void ob_chardev_port_serve(HwChardevPort *port);

#endif
