/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words and numbers of a qtest line.  Pure functions; bytes of any value. */
#ifndef OB_HOST_QTEST_PARSE_H
#define OB_HOST_QTEST_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A run of bytes in the line, without a terminating zero. */
typedef struct ObWord {
    const char *text;
    size_t length;
} ObWord;

/*
 * Cuts `line` at each single space: two spaces in a row enclose an empty word.  Stores up
 * to `capacity` words, the last one with the whole rest.  Returns their number, at least 1.
 */
uint32_t ob_words_split(ObWord line, ObWord *words, uint32_t capacity);

bool ob_word_is(ObWord word, const char *text);

/*
 * For messages: at most 40 characters and a terminating zero.  Bytes outside printable
 * ASCII become '?'.  Returns `text`.
 */
#define OB_WORD_SHOWN 44
const char *ob_word_show(ObWord word, char text[OB_WORD_SHOWN]);

typedef enum ObNumber {
    OB_NUMBER_OK,
    OB_NUMBER_MALFORMED,
    OB_NUMBER_TOO_LARGE, /* needs more than 64 bits */
} ObNumber;

/* Reads a C literal: decimal, 0x or 0 and octal, with or without a sign; negative numbers
 * wrap around, the same as in C. */
ObNumber ob_word_number(ObWord word, uint64_t *value);

#endif
