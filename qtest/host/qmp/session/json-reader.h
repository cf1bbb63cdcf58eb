/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds JSON values in a stream of bytes, which may be cut anywhere and may have other
 * bytes between.  Memory is bounded.
 */
#ifndef OB_JSON_READER_H
#define OB_JSON_READER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define OB_JSON_VALUE_MAX (4u << 20) /* bytes of one value */
#define OB_JSON_DEPTH_MAX 1024u      /* QEMU's limit */

typedef struct ObJsonReader ObJsonReader;

/* Gets one value, which the callee releases; or NULL and an error.  Returns false to stop. */
typedef bool ObJsonFunction(void *opaque, json_t *value, const char *error);

ObJsonReader *ob_json_reader_new(ObJsonFunction *each, void *opaque);
void ob_json_reader_free(ObJsonReader *reader); /* NULL is allowed */

/*
 * Takes more bytes.  After bytes that can't be JSON, the rest of their line is skipped.  A
 * byte 0xff starts again at once, the same as in QEMU.  Returns the number of bytes taken: all,
 * or fewer if the function has stopped the reader.
 */
size_t ob_json_reader_feed(ObJsonReader *reader, const char *bytes, size_t count);

/* Drops the part of a value that has come. */
void ob_json_reader_reset(ObJsonReader *reader);

#endif
