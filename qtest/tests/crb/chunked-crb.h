/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A TPM CRB over a scripted backend, and a guest that moves chunks through it. */
#ifndef OB_TESTS_CRB_CHUNKED_CRB_H
#define OB_TESTS_CRB_CHUNKED_CRB_H

#include "devices/tpm-crb-regs.h"
#include "qtest/tests/crb/scripted-tpm.h"

#define CHUNK CRB_BUFFER_SIZE
#define CHUNKED_MAX 16384       /* what the backend takes */

typedef struct ChunkedCrb {
    ScriptedTpm *tpm;
    uint8_t bytes[CHUNKED_MAX]; /* a pattern that begins with a header */
} ChunkedCrb;

/* A device of the class, with locality 0 and ready, and cap-chunk=on; `option` is "strict"
 * or "", or NULL: without chunks. */
void chunked_crb_set_up(ChunkedCrb *f, const char *class_name, const char *option);
void chunked_crb_tear_down(ChunkedCrb *f);

uint32_t chunked_read(ChunkedCrb *f, uint64_t offset);
void chunked_write(ChunkedCrb *f, uint64_t offset, uint32_t value);

/* Stores bytes[offset...] in the buffer: a chunk, or what of `size` is left. */
void chunked_put(ChunkedCrb *f, uint32_t size, uint32_t offset);

/* Fails unless the buffer has that, and then zeros. */
void chunked_expect(ChunkedCrb *f, uint32_t size, uint32_t offset);

/* Makes bytes a command or response of that size in its header. */
void chunked_size(ChunkedCrb *f, uint32_t size);

/* Puts all but the last chunk, with nextChunk, then the last one, with start. */
void chunked_send(ChunkedCrb *f, uint32_t size);

/* Sends a small command, and has it answered with bytes of that size. */
void chunked_respond(ChunkedCrb *f, uint32_t size);

/* Fails unless the buffer has the response to a size that can't be right. */
void chunked_expect_bad_size(ChunkedCrb *f);

#endif
