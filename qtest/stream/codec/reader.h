/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads a migration stream that comes in pieces of any size, and checks all of it.
 *
 * The reader calls its user back with what it has read.  None of that is final
 * until `end` was called: a user that must not change anything for a stream that
 * turns out bad keeps what it is given aside until then.
 *
 * The payload of a device's section carries no length.  It is known in two ways: the
 * user registers a section with a function that measures it; or the
 * description at the stream's end tells.  From the first section that isn't
 * registered, the reader keeps all that follows in memory, up to a limit, until it has the
 * description.  Else memory is bounded by the largest section.
 *
 * One thread uses a reader at a time.
 */
#ifndef OB_VM_READER_H
#define OB_VM_READER_H

#include <jansson.h>

#include "qtest/stream/codec/refusal.h"

typedef struct ObVmReader ObVmReader;

typedef struct ObVmSection {
    const char *name;           /* "tpm-crb", "0000:00:1f.0/ICH9LPC" */
    uint32_t instance;
    uint32_t version;
    uint32_t id;                /* by which PART, END and footers refer to it */
    uint64_t offset;            /* of its first byte, from the stream's start */
    uint64_t payload_offset;
} ObVmSection;

typedef struct ObVmBlock {
    const char *name;
    uint64_t length;
} ObVmBlock;

/*
 * What the user wants to know; each may be NULL.  Those that return a bool refuse
 * the stream by false with a sentence.  Pointers are valid during the call
 * alone, except that block names stay until the reader is freed.
 */
typedef struct ObVmEvents {
    /* "pc-q35-7.2" */
    bool (*machine)(void *opaque, const char *name, HwError *error);

    /* "configuration/target-page-bits"; the reader has understood it already. */
    bool (*configuration)(void *opaque, const char *name, uint32_t version,
                          const uint8_t *bytes, size_t size, HwError *error);

    bool (*ram_blocks)(void *opaque, const ObVmBlock *blocks, uint32_t count, HwError *error);

    /* `data` is ob_vm_reader_page_size() bytes, NULL: zeros.  The block counts from
     * 0 in the order of ram_blocks; the page lies within it. */
    bool (*ram_page)(void *opaque, uint32_t block, uint64_t offset, const uint8_t *data,
                     HwError *error);

    /* Enclose the pages of a pass over RAM; none follows the last pass. */
    bool (*ram_pass)(void *opaque, bool last, HwError *error);
    bool (*ram_pass_end)(void *opaque, bool last, HwError *error);

    bool (*command)(void *opaque, uint32_t command, const uint8_t *bytes, size_t size,
                    HwError *error);

    /* Asked before the payload is read; to refuse unknown devices and versions early. */
    bool (*section_begin)(void *opaque, const ObVmSection *section, HwError *error);

    /* `description` is what the stream says of the section's fields, NULL if it was
     * measured before that came. */
    bool (*section)(void *opaque, const ObVmSection *section, const uint8_t *payload,
                    size_t size, const json_t *description, HwError *error);

    /* The stream is whole, and this is the last chance to refuse it. */
    bool (*end)(void *opaque, HwError *error);

    /* After `end`; neither can be refused any more.  Trailing bytes come in pieces. */
    void (*description)(void *opaque, const char *json, size_t size);
    void (*trailing)(void *opaque, const uint8_t *bytes, size_t size);
} ObVmEvents;

/* `events` must outlive the reader. */
ObVmReader *ob_vm_reader_new(const ObVmEvents *events, void *opaque);
void ob_vm_reader_free(ObVmReader *reader);     /* NULL is allowed */

/* What a function that measures a payload says. */
typedef enum ObVmMeasure {
    OB_VM_MEASURED,             /* *need is the payload's size */
    OB_VM_MORE,                 /* *need bytes must be there to go on: more than `size` */
    OB_VM_REFUSED,
} ObVmMeasure;

/*
 * Measures a section's payload of which `size` bytes are there; `bytes` may be
 * NULL if size is 0.  It may ask for one byte past the payload: there is a footer.
 * With OB_VM_REFUSED `error` has a sentence, and *need where in the payload.
 */
typedef ObVmMeasure ObVmMeasureFunction(void *opaque, const ObVmSection *section,
                                        const uint8_t *bytes, size_t size, size_t *need,
                                        HwError *error);

/* Registers a section before the first bytes; the name is copied. */
void ob_vm_reader_know(ObVmReader *reader, const char *name, uint32_t instance,
                       ObVmMeasureFunction *measure, void *opaque);

/*
 * Lets the description tell the length of registered sections too, so that the reader
 * accepts those that their functions would refuse.  They are asked where there is no
 * description.  Before the first bytes.
 */
void ob_vm_reader_prefer_description(ObVmReader *reader);

/* How much the reader may keep in memory: 32 MiB unless set. */
void ob_vm_reader_set_limit(ObVmReader *reader, size_t bytes);

/*
 * Takes the next bytes of the stream, as many as came.  False if the stream is
 * refused: then it is refused for good.  Once the stream has ended, what
 * follows is trailing.
 */
bool ob_vm_reader_feed(ObVmReader *reader, const uint8_t *bytes, size_t size);

/* No more bytes come.  False if the stream is refused, as it is when it isn't whole. */
bool ob_vm_reader_finish(ObVmReader *reader);

/* True from the call of `end` on: whoever sent the stream need send nothing else. */
bool ob_vm_reader_ended(const ObVmReader *reader);

/* Valid until the reader is freed; OB_VM_ACCEPTED as long as nothing is refused. */
const ObVmRefusal *ob_vm_reader_refusal(const ObVmReader *reader);

/* What QEMU would warn of though it loads, "Expected vmdescription section, but got
 * 0"; NULL: nothing.  After ob_vm_reader_finish(). */
const char *ob_vm_reader_warning(const ObVmReader *reader);

uint64_t ob_vm_reader_offset(const ObVmReader *reader);     /* bytes read so far */

/* Where in the stream the first section begins that had to wait for the description;
 * UINT64_MAX: none so far.  What comes before it is final as soon as it was read. */
uint64_t ob_vm_reader_held_from(const ObVmReader *reader);
uint32_t ob_vm_reader_page_size(const ObVmReader *reader);

#endif
