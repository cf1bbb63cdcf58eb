/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads a migration stream that comes in pieces of any size, and checks all of it.
 *
 * The reader calls its user back with each part that it has read.  The stream may still be
 * refused until `end` is called.  A user that must not act on a bad stream keeps the parts
 * aside until then.
 *
 * The payload of a device's section carries no length.  Either the user registers the section
 * with a function that measures it, or the description at the stream's end gives its length.
 * From the first section that isn't registered on, the reader keeps all bytes in memory, up to
 * a limit, until it has the description.  Without such a section the largest section bounds the
 * memory.
 *
 * One thread uses a reader at a time.
 */
#ifndef OB_VM_READER_H
#define OB_VM_READER_H

#include <jansson.h>

#include "qtest/stream/codec/refusal.h"

typedef struct ObVmReader ObVmReader;

typedef struct ObVmSection {
    const char *name; /* "tpm-crb", "0000:00:1f.0/ICH9LPC" */
    uint32_t instance;
    uint32_t version;
    uint32_t id;     /* PART, END and footers refer to the section by it */
    uint64_t offset; /* the first byte's, from the stream's start */
    uint64_t payload_offset;
} ObVmSection;

typedef struct ObVmBlock {
    const char *name;
    uint64_t length;
} ObVmBlock;

/*
 * The user's callbacks; each may be NULL.  A callback that returns a bool refuses the stream
 * by false with a sentence.  Pointers are valid during the call only, but block names stay
 * valid until the reader is freed.
 */
typedef struct ObVmEvents {
    /* "pc-q35-7.2" */
    bool (*machine)(void *opaque, const char *name, HwError *error);

    /* A subsection: "configuration/target-page-bits".  The reader has already applied it. */
    bool (*configuration)(void *opaque, const char *name, uint32_t version, const uint8_t *bytes,
                          size_t size, HwError *error);

    bool (*ram_blocks)(void *opaque, const ObVmBlock *blocks, uint32_t count, HwError *error);

    /* `data` is ob_vm_reader_page_size() bytes, NULL: zeros.  `block` is an index in the
     * blocks of ram_blocks; the page lies within the block. */
    bool (*ram_page)(void *opaque, uint32_t block, uint64_t offset, const uint8_t *data,
                     HwError *error);

    /* With capability mapped-ram, for each block before its pages are skipped. */
    bool (*ram_block)(void *opaque, const ObVmBlock *block, HwError *error);

    /* With capability mapped-ram, before ram_blocks: the block's bitmap has a bit for each page
     * that is not zero, in little-endian order.  The pages are at an offset in the file. */
    bool (*ram_mapped)(void *opaque, const ObVmBlock *block, const uint8_t *bitmap,
                       uint64_t pages_at, HwError *error);

    /* Called before and after the pages of a pass over RAM; no page follows the last pass. */
    bool (*ram_pass)(void *opaque, bool last, HwError *error);
    bool (*ram_pass_end)(void *opaque, bool last, HwError *error);

    /* A record of a section that comes in parts, such as spapr/htab.  NULL: the reader refuses these
     * sections. */
    void (*iterable)(void *opaque, const ObVmSection *section, const uint8_t *bytes, size_t size);

    bool (*command)(void *opaque, uint32_t command, const uint8_t *bytes, size_t size,
                    HwError *error);

    /* Called before the payload is read, to refuse unknown devices and versions early. */
    bool (*section_begin)(void *opaque, const ObVmSection *section, HwError *error);

    /* `description` is the stream's description of the section's fields.  It is NULL if a
     * function measured the section before the description came, and for sections that come
     * before the pages of RAM. */
    bool (*section)(void *opaque, const ObVmSection *section, const uint8_t *payload, size_t size,
                    const json_t *description, HwError *error);

    /* The stream is complete, and this call is the last chance to refuse it. */
    bool (*end)(void *opaque, HwError *error);

    /* Called after `end`, when refusing is no longer possible.  Trailing bytes come in pieces. */
    void (*description)(void *opaque, const char *json, size_t size);
    void (*trailing)(void *opaque, const uint8_t *bytes, size_t size);
} ObVmEvents;

/* `events` must outlive the reader. */
ObVmReader *ob_vm_reader_new(const ObVmEvents *events, void *opaque);
void ob_vm_reader_free(ObVmReader *reader); /* NULL is allowed */

/* The results of a function that measures a payload. */
typedef enum ObVmMeasure {
    OB_VM_MEASURED, /* *need is the payload's size */
    OB_VM_MORE,     /* the function needs *need bytes, more than `size` */
    OB_VM_REFUSED,
} ObVmMeasure;

/*
 * Measures a section's payload from its first `size` bytes; `bytes` may be NULL if `size`
 * is 0.  The function may ask for one byte past the payload, since a footer follows.  With
 * OB_VM_REFUSED `error` has a sentence, and *need the offset of the refused byte.
 */
typedef ObVmMeasure ObVmMeasureFunction(void *opaque, const ObVmSection *section,
                                        const uint8_t *bytes, size_t size, size_t *need,
                                        HwError *error);

/* Registers a section, before the first ob_vm_reader_feed(); the name is copied. */
void ob_vm_reader_know(ObVmReader *reader, const char *name, uint32_t instance,
                       ObVmMeasureFunction *measure, void *opaque);

/*
 * Takes the length of registered sections from the description too, so that the reader
 * accepts sections that their functions would refuse.  The functions are called only if there is
 * no description.  To be called before the first ob_vm_reader_feed().
 */
void ob_vm_reader_prefer_description(ObVmReader *reader);

/* Accepts a file of capability mapped-ram.  `base`: the file's offset of the stream's first byte.
 * The user may leave out the bytes that the reader would skip. */
void ob_vm_reader_accept_mapped(ObVmReader *reader, uint64_t base);
uint64_t ob_vm_reader_skip(const ObVmReader *reader); /* the number of bytes to skip next */
void ob_vm_reader_skipped(ObVmReader *reader, uint64_t size);

/* Sets the number of bytes that the reader may keep in memory, by default 32 MiB. */
void ob_vm_reader_set_limit(ObVmReader *reader, size_t bytes);

/*
 * Takes the next bytes of the stream, in pieces of any size.  False if the stream is
 * refused; it then stays refused.  Bytes after the stream's end are trailing bytes.
 */
bool ob_vm_reader_feed(ObVmReader *reader, const uint8_t *bytes, size_t size);

/* Ends the input.  False if the stream is refused; a truncated stream is refused here. */
bool ob_vm_reader_finish(ObVmReader *reader);

/* Valid until the reader is freed; its reason is OB_VM_ACCEPTED unless the stream is refused. */
const ObVmRefusal *ob_vm_reader_refusal(const ObVmReader *reader);

/* The warning that QEMU would print for a stream that it loads: "Expected vmdescription section,
 * but got 0".  NULL: none.  To be called after ob_vm_reader_finish(). */
const char *ob_vm_reader_warning(const ObVmReader *reader);

/* A sentence about something unusual that does not keep the stream from loading, such as a section
 * that comes twice.  NULL: there are no more than `index`. */
const char *ob_vm_reader_note(const ObVmReader *reader, unsigned index);

uint64_t ob_vm_reader_offset(const ObVmReader *reader); /* bytes read so far */

/* The stream offset of the first section that had to wait for the description; UINT64_MAX:
 * none so far.  The reader does not come back to bytes before this offset. */
uint64_t ob_vm_reader_held_from(const ObVmReader *reader);
uint32_t ob_vm_reader_page_size(const ObVmReader *reader);

#endif
