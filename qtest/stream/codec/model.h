/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A stream in memory, for the tool: devices as they came, of RAM a digest. */
#ifndef OB_VM_MODEL_H
#define OB_VM_MODEL_H

#include <glib.h>

#include "hw-api/host/load/plugin-set.h"
#include "qtest/stream/codec/reader.h"

#define OB_MODEL_SMALL_BLOCK (64u << 10)    /* up to here a block is kept as it came */

typedef struct ObModelBlock {
    char *name;
    uint64_t length;
    uint64_t zero_pages;        /* records of each kind */
    uint64_t normal_pages;
    uint64_t *digests;          /* by page; 0: zeros, or never sent */
    uint8_t *bytes;             /* small blocks */
} ObModelBlock;

typedef struct ObModelSection {
    char *name;
    uint32_t instance;
    uint32_t version;
    uint32_t id;
    uint64_t offset;            /* of the payload in the stream */
    uint8_t *payload;
    size_t size;
    json_t *description;        /* NULL: none */
    const HwDeviceClass *cls;   /* of the set, by the state's name; NULL: none */
    const HwState *state;       /* the class's, or of `layout`, which then is not NULL */
    const HwLayout *layout;
} ObModelSection;

typedef struct ObModel {
    char *machine;              /* NULL: the stream ended before */
    uint32_t page_size;
    GPtrArray *blocks;          /* ObModelBlock */
    unsigned passes;
    GPtrArray *sections;        /* ObModelSection */
    uint64_t size;              /* of the stream */
    uint64_t trailing;          /* bytes after it */
    char *warning;              /* NULL: none */
    ObVmRefusal refusal;        /* why the rest isn't there */
    uint8_t start[16];          /* the file's first bytes */
} ObModel;

/*
 * Reads `path`, "-": standard input; shows progress if standard error is a
 * terminal and the file is large.  `set` (may be NULL) has classes whose
 * sections need no description.  NULL with a sentence if the file can't be
 * read; a stream that is refused gives a model with what came before.
 */
ObModel *ob_model_read(const char *path, const HwPluginSet *set, HwError *error);
void ob_model_free(ObModel *model);     /* NULL is allowed */

const ObModelSection *ob_model_section(const ObModel *model, const char *name, uint32_t instance);
const ObModelBlock *ob_model_block(const ObModel *model, const char *name);

#endif
