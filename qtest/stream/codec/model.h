/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A stream in memory, for the tool: the devices' sections unchanged, and digests of RAM. */
#ifndef OB_VM_MODEL_H
#define OB_VM_MODEL_H

#include <glib.h>

#include "hw-api/host/load/plugin-set.h"
#include "qtest/stream/codec/coverage.h"
#include "qtest/stream/codec/reader.h"

#define OB_MODEL_SMALL_BLOCK (64u << 10) /* blocks up to this size are kept as bytes */

typedef struct ObModelBlock {
    char *name;
    uint64_t length;
    uint64_t zero_pages; /* the number of records of each kind */
    uint64_t normal_pages;
    bool is_mapped;        /* the pages have places in the file */
    ObVmCoverage coverage; /* the pages that came */
    uint64_t *digests; /* one for each page, by ob_model_read_pages(); 0: zeros, or never sent */
    uint8_t *bytes;    /* the contents of a small block */
} ObModelBlock;

typedef struct ObModelSection {
    char *name;
    uint32_t instance;
    uint32_t version;
    uint32_t id;
    uint64_t offset; /* the payload's, from the stream's start */
    uint8_t *payload;
    size_t size;
    json_t *description;      /* NULL: none */
    const HwDeviceClass *cls; /* the plugin's class, found by the state's name; NULL: none */
    const HwState *state;     /* the class's, or `layout`'s if `layout` is not NULL */
    const HwLayout *layout;
} ObModelSection;

/* A section that comes in parts, such as spapr/htab. */
typedef struct ObModelIterable {
    char *name;
    uint64_t size;   /* bytes of all parts */
    uint64_t digest; /* all parts, in their order */
} ObModelIterable;

typedef struct ObModel {
    char *machine; /* NULL: the stream ended before it */
    uint32_t page_size;
    GPtrArray *blocks; /* ObModelBlock */
    unsigned passes;
    GPtrArray *sections;  /* ObModelSection */
    GPtrArray *iterables; /* ObModelIterable */
    char *container;      /* "a stream, compressed by xz"; NULL: the file is the stream */
    bool is_packed;       /* offsets are those of the unpacked stream */
    bool is_inside;       /* offsets are those of a snapshot's state in a qcow2 image */
    bool is_unfinished;   /* libvirt's save did not end */
    uint64_t base;        /* the file's offset of the stream's first byte, in all offsets here */
    uint64_t size;        /* the file's; the stream's if it is packed */
    bool size_is_known;   /* false: there are more bytes */
    uint64_t trailing;    /* bytes after it */
    char *warning;        /* NULL: none */
    GPtrArray *notes;     /* sentences about unusual parts that QEMU loads */
    bool is_outboards;    /* Outboard's host wrote it: missing pages are zeros */
    bool ram_is_lost;     /* pages that the guest needs never came; a note says which */
    ObVmRefusal refusal;  /* the reason why the rest is missing */
    uint8_t start[16];    /* the file's first bytes */
} ObModel;

/*
 * Reads the file `path`, or standard input for "-".  Shows the progress on a large file if
 * standard error is a terminal.  Sections of the classes of `set` (may be NULL) need no
 * description.  Returns NULL with a sentence if the file can't be read.  A refused stream gives
 * a model of its part before the refused byte.
 */
ObModel *ob_model_read(const char *path, const HwPluginSet *set, HwError *error);

/* The same for a snapshot in a qcow2 image; `snapshot` may be NULL. */
ObModel *ob_model_read_snapshot(const char *path, const char *snapshot, const HwPluginSet *set,
                                HwError *error);

/* Likewise, with the contents of RAM, which a file of mapped-ram has at other places. */
ObModel *ob_model_read_pages(const char *path, const HwPluginSet *set, HwError *error);
ObModel *ob_model_new(void);
void ob_model_free(ObModel *model); /* NULL is allowed */

const ObModelSection *ob_model_section(const ObModel *model, const char *name, uint32_t instance);
/* The number of a block's pages that never came; 0 for a refused stream, which has an end. */
uint64_t ob_model_missing_pages(const ObModel *model, const ObModelBlock *block);
const ObModelIterable *ob_model_iterable(const ObModel *model, const char *name);
const ObModelBlock *ob_model_block(const ObModel *model, const char *name);

#endif
