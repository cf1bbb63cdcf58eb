/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Passes a stream on, with the sections of devices rewritten on the way.  RAM goes on as
 * it comes; devices, which come last, are kept until all of the stream has been read and is
 * known to be good, up to the reader's limit.  All that nobody rewrites stays as it was,
 * byte for byte.
 *
 * A refused stream ends before its devices: whoever loads it finds it cut.  One thread
 * uses a filter at a time.
 */
#ifndef OB_VM_FILTER_H
#define OB_VM_FILTER_H

#include <glib.h>

#include "qtest/stream/codec/writer.h"

typedef struct ObVmFilter ObVmFilter;

typedef struct ObVmRewritten {
    GByteArray *payload;        /* NULL: as it was; the filter's from then on */
    json_t *description;        /* likewise */
} ObVmRewritten;

/* Called for each section of a device.  False with a sentence refuses the stream. */
typedef bool ObVmRewrite(void *opaque, const ObVmSection *section, const uint8_t *payload,
                         size_t size, const json_t *description, ObVmRewritten *rewritten,
                         HwError *error);

/* What a filter asks its user; `finish` may be NULL. */
typedef struct ObVmFilterEvents {
    ObVmRewrite *rewrite;

    /* After the last section, before any of them is passed on: the last chance to refuse. */
    bool (*finish)(void *opaque, HwError *error);
} ObVmFilterEvents;

ObVmFilter *ob_vm_filter_new(const ObVmFilterEvents *events, void *opaque, ObVmSink *sink,
                             void *sink_opaque);
void ob_vm_filter_free(ObVmFilter *filter);     /* NULL is allowed */

/* Takes the next bytes.  False: the stream is refused, or the sink has failed. */
bool ob_vm_filter_feed(ObVmFilter *filter, const uint8_t *bytes, size_t size);

/* No more bytes come. */
bool ob_vm_filter_finish(ObVmFilter *filter);

/*
 * To be called where no filter comes about: writes the first bytes of a stream.  QEMU waits
 * for ever at an empty stream, but refuses one that is cut.
 */
void ob_vm_filter_give_up(ObVmSink *sink, void *sink_opaque);

/* OB_VM_ACCEPTED where nothing is refused: then the sink has failed. */
const ObVmRefusal *ob_vm_filter_refusal(const ObVmFilter *filter);

#endif
