/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The only way from C text to JSON.  JSON is Unicode, and C text may be any bytes: a file's
 * name, an option in Latin-1, a sentence that quotes a stream.  jansson returns NULL for such
 * text, and then a member or a whole reply is lost.
 */
#ifndef OB_TEXT_JSON_H
#define OB_TEXT_JSON_H

#include <jansson.h>
#include <stdio.h>

/* Returns a JSON string; U+FFFD stands for each byte that is not UTF-8.  Returns NULL only for
 * NULL, which json_pack() takes for o? and o*. */
json_t *ob_json_text(const char *text);

/* The same as json_object_set_new() for a name that may be any bytes.  In a name, \xNN stands
 * for a byte that is not UTF-8, so that two names stay two. */
void ob_json_set(json_t *object, const char *name, json_t *value);

/*
 * Parses a JSON value in the way of QEMU.  Strings may have single quotes and the escape \'.  An
 * integer that does not fit becomes a real number.  `flags` are jansson's.  Returns NULL and sets
 * `error` on failure.
 */
json_t *ob_json_load(const char *text, size_t length, size_t flags, json_error_t *error);

/* Prints the value for people, in ASCII: JSON leaves C1 control characters in its strings. */
void ob_json_print(const json_t *value, FILE *file);

#endif
