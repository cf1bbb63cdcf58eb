/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Streams for tests: QEMU's, and a small stream from our writer. */
#ifndef OB_TESTS_LIB_STREAM_FILES_H
#define OB_TESTS_LIB_STREAM_FILES_H

#include <glib.h>

#include "qtest/stream/codec/writer.h"

extern const char *const stream_names[]; /* "x86-crb-reset-7.2", NULL at the end */

/* Reads one of these streams; OB_STREAMS names their directory. */
GByteArray *stream_load(const char *name);

/* A sink for the writer; `opaque` is a GByteArray. */
bool stream_sink(void *opaque, const uint8_t *bytes, size_t size);

/*
 * Makes a stream of 1.5 KB and two pages: machine "toy", page bits, RAM blocks "toy.ram" (2
 * pages, one of them zero) and "toy.rom" (1 page), and a command.  Its devices are "alpha" 0
 * (u32[4] with a subsection "alpha/more" of one u8), "beta" 0 and "beta" 1 (u64).  `json` false:
 * without the description.
 */
GByteArray *stream_toy(bool json);

/* The offset of a byte string at or after `from`; it must exist. */
size_t stream_find(const GByteArray *stream, size_t from, const void *bytes, size_t size);

/* Puts bytes in front of those at `at`. */
void stream_insert(GByteArray *stream, size_t at, const void *bytes, size_t size);

#endif
