/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The toy stream of stream-files.h, to be damaged, and a reader of it. */
#ifndef OB_TESTS_STREAM_TOY_READER_H
#define OB_TESTS_STREAM_TOY_READER_H

#include "qtest/tests/lib/stream-files.h"

typedef struct Fixture {
    GByteArray *stream;         /* the toy stream, to be damaged */
    ObVmReader *reader;
    bool ended;
    unsigned sections;
    char text[1024];
} Fixture;

/* Where the stream's parts begin. */
enum {
    VERSION = 4, CONFIGURATION = 8, MACHINE_LENGTH = 9, SUBSECTION = 16, BITS = 52,
    RAM = 56, TOTAL = RAM + 17, BLOCKS = TOTAL + 8,
};

#define BETA_SIZE (1 + 4 + 1 + 4 + 8 + 8 + 5)

void set_up(Fixture *f, gconstpointer unused);
void tear_down(Fixture *f, gconstpointer unused);

/* Puts a reader in its place that has read nothing. */
void reader_renew(Fixture *f);

/* Makes sections known, as a host has them that needs no description. */
void know_alpha(Fixture *f);
void know_all(Fixture *f);
void without_description(Fixture *f);

/* Whether the reader takes the whole stream. */
bool read_all(Fixture *f);
void assert_refused(Fixture *f, ObVmReason reason, const char *text);

/* Where a text is, and where the sections begin. */
size_t find(const Fixture *f, const char *text);
size_t alpha_at(const Fixture *f);
size_t beta_at(const Fixture *f);

#endif
