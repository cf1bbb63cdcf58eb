/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The byte streams of a machine: what -chardev configures, and the service hw.chardev/1 over them.
 * A stream's driver is the caller's; the test's own stream (test-chardev.h) needs no program.
 *
 * Bytes towards a device are kept while it has no room or the machine is stopped.  The driver then
 * reads no more from its peer.  A stream without a device loses its bytes.
 */
#ifndef OB_MACHINE_CHARDEV_H
#define OB_MACHINE_CHARDEV_H

#include "hw-api/ext/draft/chardev.h"
#include "qtest/machine/core/host.h"

typedef struct ObChardevStream ObChardevStream;

/* `link` is the driver's own.  Under the device lock. */
typedef struct ObChardevDriver {
    const char *type; /* "socket" */
    /* A device takes the stream for the first time.  Returns false and sets `error` if it can't be
     * opened, with a sentence that does not name the stream.  May be NULL. */
    bool (*start)(void *link, HwError *error);
    /* Returns the number of bytes taken; less than `size`: ob_chardev_writable() follows. */
    uint32_t (*write)(void *link, const uint8_t *bytes, uint32_t size);
    /* Output while there is no peer, which is lost.  May be NULL. */
    void (*lose)(void *link, const uint8_t *bytes, uint32_t size);
    /* After ob_chardev_deliver() has answered false: nothing is kept any more.  May be NULL. */
    void (*room)(void *link);
    void (*free)(void *link);
    /* The link of `stream`, which is one more place for a device at the same peer.  NULL: there is
     * none.  May be NULL: one device has the stream alone. */
    void *(*share)(void *link, ObChardevStream *stream);
} ObChardevDriver;

/* Adds a stream.  `link` stays the caller's if it returns NULL and sets `error`. */
ObChardevStream *ob_chardev_add(ObHost *host, const char *id, const ObChardevDriver *driver,
                                void *link, HwError *error);

/* The stream's driver is freed; no device uses it. */
void ob_chardev_remove(ObHost *host, ObChardevStream *stream);

ObChardevStream *ob_chardev_at(const ObHost *host, uint32_t index); /* NULL after the last */
ObChardevStream *ob_chardev_find(const ObHost *host, const char *id);
const ObChardevDriver *ob_chardev_driver(const ObChardevStream *stream);
void *ob_chardev_link(const ObChardevStream *stream);

const char *ob_chardev_id(const ObChardevStream *stream);
bool ob_chardev_has_device(const ObChardevStream *stream);
bool ob_chardev_is_used(const ObChardevStream *stream); /* by devices, or by its owner: */

/* Names the program's part that uses the stream; NULL: none does any more.  `owner` is copied. */
void ob_chardev_set_owner(ObChardevStream *stream, const char *owner);

/* The number of bytes that wait for the device. */
size_t ob_chardev_kept(const ObChardevStream *stream);

/* Bytes for the device.  Returns false if some are kept: deliver no more before `room`. */
bool ob_chardev_deliver(ObChardevStream *stream, const uint8_t *bytes, size_t size);

/* `event` is an HwChardevEvent. */
void ob_chardev_event(ObChardevStream *stream, uint32_t event);
void ob_chardev_writable(ObChardevStream *stream);

/* The machine runs again: calls that were held are made.  Costs nothing without them. */
void ob_chardev_resume(ObHost *host);

/* For board.c */
extern const HwChardev ob_chardev_service;
void ob_chardev_free(ObHost *host);

#endif
