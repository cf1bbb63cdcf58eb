/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Option arguments in QEMU's form: "tpm-crb,tpmdev=tpm0,ppi=off". */
#ifndef OB_KEYVAL_H
#define OB_KEYVAL_H

#include "qtest/machine/core/host.h"

#include <jansson.h>

typedef struct ObKeyval {
    ObOption *options; /* in the order of the text */
    uint32_t count;
    char *text; /* the memory of the options */
} ObKeyval;

/*
 * Parses KEY=VALUE pairs between commas; two commas in a value stand for one, and a last comma for
 * nothing.  The first
 * element may be a value alone if `implied` names its key; any other KEY alone is "on".
 * Returns NULL and sets `error` on failure.
 */
ObKeyval *ob_keyval_new(const char *text, const char *implied, HwError *error);

/* The text of one more pair behind `text`; `value` has no comma.  The caller frees it. */
char *ob_keyval_extend(const char *text, const char *key, const char *value);

/* The same as ob_keyval_new(), from the text of a JSON object whose members are text, numbers, true or false. */
ObKeyval *ob_keyval_new_json(const char *text, HwError *error);
ObKeyval *ob_keyval_of_json(const json_t *object, HwError *error);

/* A copy in which `key` has this value alone. */
ObKeyval *ob_keyval_with(const ObKeyval *keyval, const char *key, const char *value);

void ob_keyval_free(ObKeyval *keyval); /* NULL is allowed */

/* The last value of `key`, which the keyval owns; NULL if there is none. */
const char *ob_keyval_get(const ObKeyval *keyval, const char *key);

/* The same as ob_keyval_get(), and removes each pair with this key. */
const char *ob_keyval_take(ObKeyval *keyval, const char *key);

/* True if the user asks for help: "help" or "?" is among the keys, or is the value of
 * `implied`. */
bool ob_keyval_asks_help(const ObKeyval *keyval, const char *implied);

/* True if `keys`, which ends with NULL, has each key.  Else sets `error`, with the nearest
 * known key. */
bool ob_keyval_check(const ObKeyval *keyval, const char *const *keys, HwError *error);

/* Accepts "on", "yes", "true", "y", "off", "no", "false", "n"; else sets `error`. */
bool ob_boolean_parse(const char *text, bool *value, HwError *error);

/* Parses a size in bytes: "128M", with the suffixes B, K, M, G and T.  A number without a
 * suffix counts `unit` bytes.  Returns false and sets `error` on failure. */
bool ob_size_parse(const char *text, uint64_t unit, uint64_t *value, HwError *error);

/* Parses a number from `minimum` to `maximum`; else sets `error`, which begins with `key`. */
bool ob_integer_parse(const char *key, const char *text, int64_t minimum, int64_t maximum,
                      int64_t *value, HwError *error);

/* Checks an identifier by QEMU's rule: a letter, then letters, digits, '-', '.' and '_'. */
bool ob_id_check(const char *id, HwError *error);

#endif
