/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "Anywhere": the machine of a started program migrates from program to program.  Only files in
 * qtest/client include this. */
#ifndef OB_ANYWHERE_H
#define OB_ANYWHERE_H

#include "qtest/client/process/scratch.h"
#include "qtest/client/transport/socket.h"

typedef struct ObInput { /* an input line that the test drives */
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
    uint32_t accesses; /* number of accesses since the last move */
    struct {
        char *path; /* NULL: none */
        char *name;
        bool outputs;
    } intercept;
    GArray *inputs; /* ObInput */
} ObAnywhere;

/*
 * Makes a transport for `s` that migrates before each access whose number is a multiple of
 * `every` (1 or more).  `s` owns and frees it.  Copies `program` and the members of `start`,
 * except next_opaque.  Returns NULL and sets `error` on failure.
 */
const ObTransport *ob_anywhere_new(ObSocket *s, const ObStart *start, const char *program,
                                   uint32_t every, HwError *error);
void ob_anywhere_free(ObAnywhere *anywhere); /* NULL is allowed */

/*
 * Sets *every, the number of accesses from move to move: `given`, else $OB_MIGRATE_EVERY, else
 * 0: the machine stays.  Returns false and sets `error` if the variable's value is invalid.
 */
bool ob_migrate_every(uint32_t given, uint32_t *every, HwError *error);

/* Moves the machine of `s` to another program, or fails the client. */
void ob_anywhere_move(ObSocket *s);

#endif
