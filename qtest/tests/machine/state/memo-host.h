/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hosts with a device that has a word and two pages; they are saved and loaded in process. */
#ifndef OB_TESTS_MACHINE_STATE_MEMO_HOST_H
#define OB_TESTS_MACHINE_STATE_MEMO_HOST_H

#include "qtest/machine/core/host-internal.h"

#define MEMO_BASE UINT64_C(0xfed10000)
#define MEMO_RAM  UINT64_C(0xfed20000)
#define MEMO_ROM  UINT64_C(0xfed30000) /* a ROM device without a hook: writes are stored */
#define ODD       UINT32_C(0xbad)      /* a word that each memo refuses */
#define SECOND    (UINT64_C(0xfed50000) - MEMO_BASE) /* from the first memo to the second */

/* One word, and a page of memory. */
typedef struct Memo {
    HwDevice dev;
    uint32_t words[1];
    uint64_t base;
} Memo;

extern const HwRegion memo_regions[3];
extern const HwProperty memo_properties[1];

/* A host with 4 MiB of RAM and, if wanted, a memo at MEMO_BASE. */
ObHost *memo_host_new(const char *machine, bool memo);
HwInstance *memo_add(ObHost *host, const char *name, const char *address);

/* A host with two memos, which have these values. */
ObHost *memo_pair_new(uint32_t first, uint32_t second);

GByteArray *memo_host_save(ObHost *host, const char *runstate);
void memo_host_load(ObHost *host, const GByteArray *stream);

/* The host refuses the stream with a sentence that begins with `sentence`, and is unchanged. */
void memo_refused(ObHost *host, const GByteArray *stream, const char *sentence);

/* The memo's word; `ram` is a word in the memo's memory and in RAM. */
void memo_word_set(ObHost *host, uint32_t word, uint32_t ram);
void memo_word_expect(ObHost *host, uint32_t word, uint32_t ram);

/* The stream of a host whose memo has these values. */
GByteArray *memo_stream(uint32_t word, uint32_t ram);

#endif
