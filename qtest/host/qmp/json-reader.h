/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds JSON values in a stream of bytes, whatever pieces it comes in and whatever
 * else is in it.  Memory is bounded.
 */
#ifndef OB_JSON_READER_H
#define OB_JSON_READER_H

#include <jansson.h>
#include <stddef.h>

#define OB_JSON_VALUE_MAX (4u << 20)    /* bytes of one value */
#define OB_JSON_DEPTH_MAX 1024u         /* QEMU's */

typedef struct ObJsonReader ObJsonReader;

/* One value, the callee's to release; or NULL and what is wrong instead. */
typedef void ObJsonFunction(void *opaque, json_t *value, const char *error);

ObJsonReader *ob_json_reader_new(ObJsonFunction *each, void *opaque);
void ob_json_reader_free(ObJsonReader *reader); /* NULL is allowed */

/*
 * Reads on.  After bytes that can't be JSON, the rest of their line is passed over;
 * a byte 0xff starts afresh at once, as it does in QEMU.
 */
void ob_json_reader_feed(ObJsonReader *reader, const char *bytes, size_t count);

/* Forgets what has come of a value. */
void ob_json_reader_reset(ObJsonReader *reader);

#endif
