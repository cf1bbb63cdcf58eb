/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The toy stream of stream-files.h, which tests damage, and a reader of it. */
#ifndef OB_TESTS_STREAM_TOY_READER_H
#define OB_TESTS_STREAM_TOY_READER_H

#include "qtest/tests/lib/stream-files.h"

typedef struct ToyReader {
    GByteArray *stream; /* the toy stream, which tests damage */
    ObVmReader *reader;
    bool ended;
    unsigned sections;
    char text[1024];
} ToyReader;

/* Offsets of the stream's parts. */
enum {
    VERSION = 4,
    CONFIGURATION = 8,
    MACHINE_LENGTH = 9,
    SUBSECTION = 16,
    BITS = 52,
    RAM = 56,
    TOTAL = RAM + 17,
    BLOCKS = TOTAL + 8,
};

#define BETA_SIZE (1 + 4 + 1 + 4 + 8 + 8 + 5)

void toy_set_up(ToyReader *f, gconstpointer unused);
void toy_tear_down(ToyReader *f, gconstpointer unused);

/* Replaces the reader by a new reader. */
void reader_renew(ToyReader *f);

/* Makes sections known to the reader, which then needs no description of them. */
void know_alpha(ToyReader *f);
void know_all(ToyReader *f);
void without_description(ToyReader *f);

/* True if the reader accepts the whole stream. */
bool read_all(ToyReader *f);
void toy_refused(ToyReader *f, ObVmReason reason, const char *text);

/* Offsets of a text, and of the sections. */
size_t find(const ToyReader *f, const char *text);
size_t alpha_at(const ToyReader *f);
size_t beta_at(const ToyReader *f);

#endif
