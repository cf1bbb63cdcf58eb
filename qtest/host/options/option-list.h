/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options that are given: those of the command line, and those of -readconfig's files. */
#ifndef OB_OPTION_LIST_H
#define OB_OPTION_LIST_H

#include "qtest/host/options/option-table.h"

/* One use of an option. */
typedef struct ObOptionUse {
    const ObOptionRow *row;
    char *place;    /* "-device", or "-readconfig: FILE:3: [device]" */
    char *argument; /* NULL: the option takes none */
} ObOptionUse;

/*
 * The uses in their order, which include what -readconfig reads and what -set changes; the caller
 * frees the array.  Returns NULL and sets `error` on failure.
 */
GPtrArray *ob_option_list(int argc, char **argv, HwError *error);

#endif
