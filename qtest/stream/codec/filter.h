/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Passes a stream on and rewrites sections of devices.  RAM is passed on at once.  Devices come
 * last in a stream: the filter keeps their sections until the whole stream has been read and
 * accepted, up to the reader's limit.  All other bytes are passed on unchanged.
 *
 * The output for a refused stream ends before its devices, so that the destination refuses it
 * as truncated.  One thread uses a filter at a time.
 */
#ifndef OB_VM_FILTER_H
#define OB_VM_FILTER_H

#include <glib.h>

#include "qtest/stream/codec/writer.h"

typedef struct ObVmFilter ObVmFilter;

typedef struct ObVmRewritten {
    GByteArray *payload; /* NULL: unchanged; else the filter takes it over */
    json_t *description; /* likewise */
} ObVmRewritten;

/* Called for each section of a device.  False with a sentence refuses the stream. */
typedef bool ObVmRewrite(void *opaque, const ObVmSection *section, const uint8_t *payload,
                         size_t size, const json_t *description, ObVmRewritten *rewritten,
                         HwError *error);

/* The filter's calls to its user; all but `rewrite` may be NULL. */
typedef struct ObVmFilterEvents {
    ObVmRewrite *rewrite;

    /* Called before the first byte is passed on.  False with a sentence refuses the stream.  In a
     * file of mapped-ram a block's pages come before the next block's name.  So it is called for
     * each block there; `machine` is NULL after the first. */
    bool (*start)(void *opaque, const char *machine, const ObVmBlock *blocks, uint32_t count,
                  HwError *error);

    /* Called for each command between the sections.  False with a sentence refuses the stream. */
    bool (*command)(void *opaque, uint32_t command, const uint8_t *bytes, size_t size,
                    HwError *error);

    /* Called after the last section, before a section is passed on: the last chance to refuse. */
    bool (*finish)(void *opaque, HwError *error);
} ObVmFilterEvents;

ObVmFilter *ob_vm_filter_new(const ObVmFilterEvents *events, void *opaque, ObVmSink *sink,
                             void *sink_opaque);
void ob_vm_filter_free(ObVmFilter *filter); /* NULL is allowed */

/* See ob_vm_reader_accept_mapped(): the pages of such a file pass unchanged. */
void ob_vm_filter_accept_mapped(ObVmFilter *filter, uint64_t base);

/* See ob_vm_reader_note(). */
const char *ob_vm_filter_note(const ObVmFilter *filter, unsigned index);

/* Takes the next bytes.  False: the stream is refused, or the sink has failed. */
bool ob_vm_filter_feed(ObVmFilter *filter, const uint8_t *bytes, size_t size);

/* The number of bytes that come next and pass unchanged, and that the caller may give to the sink
 * itself.  The second function tells how many it gave. */
uint64_t ob_vm_filter_skip(const ObVmFilter *filter);
void ob_vm_filter_skipped(ObVmFilter *filter, uint64_t size);

/* True once the whole stream has gone to the sink; bytes that follow it go there too. */
bool ob_vm_filter_is_complete(const ObVmFilter *filter);

/* No more bytes come. */
bool ob_vm_filter_finish(ObVmFilter *filter);

/*
 * Writes the first bytes of a stream.  A program that can't create its filter calls it: QEMU
 * waits for ever at an empty stream, but refuses a truncated stream.
 */
void ob_vm_filter_give_up(ObVmSink *sink, void *sink_opaque);

/* The refusal after a failed call; its reason is OB_VM_ACCEPTED if the sink has failed. */
const ObVmRefusal *ob_vm_filter_refusal(const ObVmFilter *filter);

#endif
