/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Takes a migration stream into a host, whole or not at all: everything is kept aside
 * until the stream has ended well.  Under the device lock.
 */
#ifndef OB_LOAD_H
#define OB_LOAD_H

#include "qtest/machine/core/host.h"
#include "qtest/stream/codec/reader.h"

typedef struct ObLoad ObLoad;

/* No device may come or go while it is there. */
ObLoad *ob_load_new(ObHost *host);
void ob_load_free(ObLoad *load);                /* NULL is allowed */

/* Takes the next bytes.  False: the stream is refused, and the host is as it was. */
bool ob_load_feed(ObLoad *load, const uint8_t *bytes, size_t size);

/* No more bytes come.  False: refused. */
bool ob_load_finish(ObLoad *load);

/* The stream has ended, and the host has its state; what still comes changes nothing. */
bool ob_load_done(const ObLoad *load);

/* Of a refused stream: why, and the text of QEMU's last line, "Invalid argument". */
void ob_load_explain(const ObLoad *load, char *text, size_t capacity);
const char *ob_load_strerror(const ObLoad *load);

/* What QEMU would warn of, NULL: nothing.  After ob_load_finish(). */
const char *ob_load_warning(const ObLoad *load);

/* What the sender was, "running"; "" where it doesn't say. */
const char *ob_load_runstate(const ObLoad *load);

#endif
