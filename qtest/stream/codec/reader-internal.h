/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The reader is a chain of steps.  Each step is called with exactly the bytes that it
 * asked for, and asks for the next step's bytes with ob_vm_expect().
 */
#ifndef OB_VM_READER_INTERNAL_H
#define OB_VM_READER_INTERNAL_H

#include <glib.h>

#include "qtest/stream/codec/description.h"
#include "qtest/stream/codec/reader.h"

#define OB_VM_UNKNOWN_SENTENCE                                                  \
    "Unknown savevm section or instance '%s' %" PRIu32 ". Make sure that your " \
    "current VM setup matches your saved VM setup, including any hotplugged devices"

typedef bool ObVmStep(ObVmReader *reader, const uint8_t *bytes);

typedef struct ObVmKnown {
    char *name;
    uint32_t instance;
    ObVmMeasureFunction *measure;
    void *opaque;
} ObVmKnown;

typedef struct ObVmRamReader {
    bool started;
    bool ended;
    uint32_t id;
    ObVmType type;       /* the current section's */
    GArray *blocks;      /* ObVmBlock */
    GHashTable *indices; /* name -> index in `blocks` */
    bool listed;         /* the user knows the blocks */
    bool parts;          /* a PART or END has come */
    uint64_t announced;  /* bytes of blocks that are still to be listed */
    uint64_t length;     /* the last name's, or the block's */
    uint32_t block;      /* the last page's; blocks->len: there was no page */
    uint64_t offset;     /* the page's, in its block */
    uint64_t pages_at;   /* the last block's, in a file of mapped-ram */
    uint64_t record_at;  /* the page record's offset in the stream */
    uint32_t flags;
} ObVmRamReader;

/* The rest of the stream from the first section of unknown length on. */
typedef struct ObVmHeld {
    GByteArray *bytes; /* NULL: nothing is held */
    uint64_t offset;   /* the first held byte's, in the stream */
    size_t scanned;    /* no description begins before this offset */
    size_t candidate;  /* a description may begin here; SIZE_MAX: none known */
    size_t candidate_end;
    unsigned attempts;
    size_t most_values; /* the largest number of values in a candidate */
    json_t *best;       /* JSON like a description that does not fit the sections */
} ObVmHeld;

/* A section other than RAM that comes in parts. */
typedef struct ObVmIterable {
    uint32_t id;
    uint32_t kind; /* an index in the table of reader-iterable.c */
    bool ended;
} ObVmIterable;

struct ObVmReader {
    const ObVmEvents *events;
    void *opaque;
    size_t limit;
    GArray *known; /* ObVmKnown */
    bool prefer_description;
    bool no_description; /* the stream's end has come without one */

    ObVmStep *step;       /* NULL: the stream is over, or refused */
    size_t need;          /* the number of bytes that the step asked for */
    GByteArray *gathered; /* the step's bytes that have come */
    bool keep;            /* the step wants the same bytes again, and more */
    uint64_t at;          /* offset of the step's first byte */
    const char *field;    /* name of the field that the step reads */

    uint32_t page_bits;
    bool page_bits_known;
    bool accept_mapped; /* capability mapped-ram */
    bool is_mapped;
    uint64_t base; /* the file's offset of the stream's first byte */
    uint64_t skip; /* the number of bytes that nobody looks at */
    ObVmSection section;
    char name[OB_VM_NAME_MAX + 1];
    size_t name_length;
    bool in_section; /* false: errors name no section */
    size_t payload_size;
    json_t *section_description;
    GByteArray *header;  /* the section's header as it came */
    uint32_t value;      /* passed from a step to the next */
    GHashTable *seen;    /* "INSTANCE NAME" of each section -> how often it came */
    uint32_t occurrence; /* the section's, from 0 on, among those of its name and instance */
    GHashTable *ids;
    uint32_t sections;
    bool devices_begun;
    uint64_t postcopy_page_sizes; /* all sizes of POSTCOPY_ADVISE, by or; 0: not advised */

    ObVmRamReader ram;
    GArray *iterables; /* ObVmIterable */
    ObVmHeld held;
    ObVmDescription *description; /* NULL: not known yet */

    bool ended;
    bool finished;
    char *warning;
    GPtrArray *notes; /* sentences */
    ObVmRefusal refusal;
};

bool ob_vm_expect(ObVmReader *reader, size_t need, ObVmStep *step, const char *field);

/* Continues the step: its next call gets the same bytes and more, `need` in all. */
bool ob_vm_expect_more(ObVmReader *reader, size_t need);

/* Refuses at the step's first byte; returns false. */
bool ob_vm_refuse(ObVmReader *reader, ObVmReason reason, int error, const char *format, ...)
    HW_PRINTF(4, 5);

/* Adds a note; those after the first few are left out. */
void ob_vm_note(ObVmReader *reader, const char *format, ...) HW_PRINTF(2, 3);

/* Refuses with the sentence of a callback that returned false. */
bool ob_vm_refuse_payload(ObVmReader *reader, const HwError *error);

/* Copies a name to reader->name; refuses an invalid name. */
bool ob_vm_take_name(ObVmReader *reader, const uint8_t *bytes, size_t length);

/* Runs steps on bytes that are not held, or no longer. */
bool ob_vm_run(ObVmReader *reader, const uint8_t *bytes, size_t size);

/* The files of the reader call each other through the functions below. */
bool ob_vm_next_section(ObVmReader *reader);
bool ob_vm_expect_footer(ObVmReader *reader);
bool ob_vm_expect_payload(ObVmReader *reader, uint64_t size);
bool ob_vm_blocks_go_on(ObVmReader *reader);
bool ob_vm_read_mapped(ObVmReader *reader);
bool ob_vm_read_start(ObVmReader *reader);

/* Counts the section, and refuses those that must not come again. */
bool ob_vm_section_note(ObVmReader *reader);
bool ob_vm_section_begin(ObVmReader *reader);
bool ob_vm_read_configuration(ObVmReader *reader);
bool ob_vm_read_command(ObVmReader *reader);
bool ob_vm_read_section(ObVmReader *reader, ObVmType type);
bool ob_vm_read_description(ObVmReader *reader);

/* Reads a section that comes before the pages of RAM, whose length no description tells yet. */
bool ob_vm_read_early(ObVmReader *reader);
bool ob_vm_is_early(const ObVmReader *reader);
bool ob_vm_ram_begin(ObVmReader *reader, ObVmType type);

/* The START, and a later part, of a section that comes in parts; and the name of one that has not
 * ended, NULL: none. */
bool ob_vm_read_iterable(ObVmReader *reader);
bool ob_vm_read_iterable_part(ObVmReader *reader, uint32_t id);
const char *ob_vm_iterable_unended(const ObVmReader *reader);

/* Skips zero pages without a step for each.  Returns the number of bytes; 0: none. */
size_t ob_vm_ram_skip_zeros(ObVmReader *reader, const uint8_t *bytes, size_t size);

/* Holds the section whose header was read, and all later bytes. */
bool ob_vm_hold(ObVmReader *reader);
bool ob_vm_held_feed(ObVmReader *reader, const uint8_t *bytes, size_t size);
bool ob_vm_held_finish(ObVmReader *reader);

#endif
