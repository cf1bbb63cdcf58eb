/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A TPM CRB over a scripted backend, and a guest that moves chunks through it. */
#ifndef OB_TESTS_CRB_CHUNKED_CRB_H
#define OB_TESTS_CRB_CHUNKED_CRB_H

#include "devices/tpm-crb-regs.h"
#include "qtest/tests/crb/scripted-tpm.h"

#define CHUNK       CRB_BUFFER_SIZE
#define CHUNKED_MAX 16384 /* the backend's largest command */

typedef struct ChunkedCrb {
    ScriptedTpm *tpm;
    const char *class_name;
    const char *option;
    uint8_t bytes[CHUNKED_MAX]; /* a pattern that begins with a header */
} ChunkedCrb;

/* Makes a device of the class, with locality 0, Ready and cap-chunk=on.  `option` is "strict",
 * "", or NULL for a device without chunks. */
void chunked_crb_set_up(ChunkedCrb *f, const char *class_name, const char *option);
void chunked_crb_tear_down(ChunkedCrb *f);

/* The same device anew, over a backend with a buffer of that size. */
void chunked_crb_resize(ChunkedCrb *f, uint32_t buffer_size);

uint32_t chunked_read(ChunkedCrb *f, uint64_t offset);
void chunked_write(ChunkedCrb *f, uint64_t offset, uint32_t value);

/* Stores bytes[offset...] in the buffer: a chunk, or the rest of `size` bytes. */
void chunked_put(ChunkedCrb *f, uint32_t size, uint32_t offset);

/* Fails unless the buffer has these bytes, and then zeros. */
void chunked_expect(ChunkedCrb *f, uint32_t size, uint32_t offset);

/* Stores this size in the header of the command or response in `bytes`. */
void chunked_size(ChunkedCrb *f, uint32_t size);

/* Sends each chunk but the last with nextChunk, then the last chunk with start. */
void chunked_send(ChunkedCrb *f, uint32_t size);

/* Sends a small command; the backend answers with `size` bytes. */
void chunked_respond(ChunkedCrb *f, uint32_t size);

/* Fails unless the buffer has the response to a wrong size. */
void chunked_expect_bad_size(ChunkedCrb *f);

#endif
