/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machine of a started program goes from program to program.  Within qtest/client only. */
#ifndef OB_ANYWHERE_H
#define OB_ANYWHERE_H

#include "qtest/client/process/scratch.h"
#include "qtest/client/transport/socket.h"

typedef struct ObInput {        /* as the test drives it */
    char *path;
    char *name;
    uint32_t line;
    bool level;
} ObInput;

typedef struct ObAnywhere {
    ObTransport transport;
    ObStart start;
    char *program;
    char *arguments;
    char *accelerator;
    ObScratch *directory;
    uint32_t every;
    uint32_t accesses;          /* since the last move */
    struct {
        char *path;             /* NULL: none */
        char *name;
        bool outputs;
    } intercept;
    GArray *inputs;             /* ObInput */
} ObAnywhere;

/*
 * Makes a transport for `s` which migrates before every `every`th access (1 or more); `s`
 * gets and frees it.  `program`, and what `start` has, are copied, but for next_opaque.
 * NULL with a sentence.
 */
const ObTransport *ob_anywhere_new(ObSocket *s, const ObStart *start, const char *program,
                                   uint32_t every, HwError *error);
void ob_anywhere_free(ObAnywhere *anywhere);    /* NULL is allowed */

/*
 * How often a machine moves: `given`, else $OB_MIGRATE_EVERY, else 0: it stays.  False
 * with a sentence.
 */
bool ob_migrate_every(uint32_t given, uint32_t *every, HwError *error);

/* Moves the machine of `s` to another program, or fails the client. */
void ob_anywhere_move(ObSocket *s);

#endif
