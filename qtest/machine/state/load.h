/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loads a migration stream into a host, whole or not at all: the data is staged until the
 * stream has ended well.  Under the device lock.
 */
#ifndef OB_LOAD_H
#define OB_LOAD_H

#include "qtest/machine/core/host.h"
#include "qtest/stream/codec/reader.h"

typedef struct ObLoad ObLoad;

/* No device may be added or removed while the load exists. */
ObLoad *ob_load_new(ObHost *host);

/* The stream comes from a file of this machine, not from a peer that may have forged it. */
void ob_load_set_local(ObLoad *load);

/* The stream was saved by this process, which has kept it in memory. */
void ob_load_set_own(ObLoad *load);
void ob_load_free(ObLoad *load); /* NULL is allowed */

/* Takes the next bytes.  Returns false if the stream is refused; the host is then unchanged. */
bool ob_load_feed(ObLoad *load, const uint8_t *bytes, size_t size);

/* No more bytes come.  Returns false if the stream is refused. */
bool ob_load_finish(ObLoad *load);

/* True if the stream has ended and the host has its state; further bytes change nothing. */
bool ob_load_done(const ObLoad *load);

/* For a refused stream: the reason, and the text of QEMU's last line, "Invalid argument". */
void ob_load_explain(const ObLoad *load, char *text, size_t capacity);
const char *ob_load_strerror(const ObLoad *load);

/* QEMU's warning for this stream; NULL: none.  Call after ob_load_finish(). */
const char *ob_load_warning(const ObLoad *load);

/* The sender's runstate, such as "running"; "" if the stream has none. */
const char *ob_load_runstate(const ObLoad *load);

#endif
