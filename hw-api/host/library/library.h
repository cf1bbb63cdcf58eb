/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A shared library that is loaded when first used, and then stays loaded: a host that does not use
 * it starts faster and smaller. */
#ifndef HW_HOST_LIBRARY_H
#define HW_HOST_LIBRARY_H

#include "hw-api/hw-api.h"

typedef struct HwLibrarySymbol {
    const char *name;
    size_t place; /* offset in `table` of the pointer to the function */
} HwLibrarySymbol;

/* The texts are for messages. */
typedef struct HwLibrary {
    const char *file;    /* "libpng16.so.16" */
    const char *package; /* "libpng16-16 (Debian) or libpng (Fedora)" */
    const char *release; /* the first with all symbols: "libpng 1.6" */
    const HwLibrarySymbol *symbols;
    size_t count;
    void *table;
    bool is_loaded;
} HwLibrary;

/* Fills the table.  Returns false and sets `error` on failure.  One thread at a time. */
bool hw_library_load(HwLibrary *library, HwError *error);

#endif
