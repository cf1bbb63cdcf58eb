/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Option arguments as QEMU writes them: "tpm-crb,tpmdev=tpm0,ppi=off". */
#ifndef OB_KEYVAL_H
#define OB_KEYVAL_H

#include "qtest/machine/core/host.h"

typedef struct ObKeyval {
    ObOption *options;          /* in the order written */
    uint32_t count;
    char *text;                 /* behind the options */
} ObKeyval;

/*
 * Reads KEY=VALUE pairs between commas; two commas in a value stand for one.  The
 * first may be a value alone if `implied` names its key; elsewhere a KEY alone is
 * "on".  NULL with a sentence.
 */
ObKeyval *ob_keyval_new(const char *text, const char *implied, HwError *error);
void ob_keyval_free(ObKeyval *keyval);          /* NULL is allowed */

/* The last value of `key`, NULL if there is none.  The keyval's. */
const char *ob_keyval_get(const ObKeyval *keyval, const char *key);

/* As ob_keyval_get(), and removes each pair of that key. */
const char *ob_keyval_take(ObKeyval *keyval, const char *key);

/* Whether the user asks for help: "help" or "?" among the keys, or as the value
 * of `implied`. */
bool ob_keyval_asks_help(const ObKeyval *keyval, const char *implied);

/* Whether each key is one of `keys`, which ends with NULL; else a sentence with
 * the nearest that is. */
bool ob_keyval_check(const ObKeyval *keyval, const char *const *keys, HwError *error);

/* "on", "yes", "true", "off", "no", "false"; else a sentence. */
bool ob_boolean_parse(const char *text, bool *value, HwError *error);

/* A size in bytes: "128M", with the suffixes B, K, M, G and T; `unit` is what a
 * plain number counts.  Else a sentence. */
bool ob_size_parse(const char *text, uint64_t unit, uint64_t *value, HwError *error);

/* A number from `minimum` to `maximum`; else a sentence that starts with `key`. */
bool ob_integer_parse(const char *key, const char *text, int64_t minimum, int64_t maximum,
                      int64_t *value, HwError *error);

/* An identifier as QEMU's: a letter, then letters, digits, '-', '.' and '_'. */
bool ob_id_check(const char *id, HwError *error);

#endif
