/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A shared library that is loaded when first used, and then stays loaded. */
#ifndef OB_LIBRARY_H
#define OB_LIBRARY_H

#include "hw-api/hw-api.h"

typedef struct ObSymbol {
    const char *name;
    size_t place; /* offset in `table` of the pointer to the function */
} ObSymbol;

typedef struct ObLibrary {
    const char *file;    /* "libpng16.so.16" */
    const char *package; /* Debian's, for the message */
    const ObSymbol *symbols;
    size_t count;
    void *table;
    bool is_loaded;
} ObLibrary;

/* Fills the table.  Returns false and sets `error` on failure.  One thread at a time. */
bool ob_library_load(ObLibrary *library, HwError *error);

#endif
