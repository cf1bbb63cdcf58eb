/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Copies a plugin's tables into the host's own layout.  Members that an older plugin lacks
 * are zero; members that only a newer plugin has are dropped.  Each pointer is checked before
 * it is followed.  Strings are not copied, but each is checked to its end.
 */
#ifndef HW_HOST_NORMALISE_H
#define HW_HOST_NORMALISE_H

#include "hw-api/host/image/image.h"
#include "hw-api/host/load/plugin-set.h"

typedef struct HwBlock HwBlock;

/* The image owns the strings and functions; hw_tables_free() frees the rest. */
typedef struct HwTables {
    HwPlugin plugin;
    HwClass *classes; /* plugin.classes.count of them, by index */
    HwBlock *blocks;
    uint64_t room; /* bytes that further blocks may take */
} HwTables;

/* Reads the image's symbol, an HwPlugin.  Returns false with a sentence on failure; `tables` may
 * be freed in both cases. */
bool hw_tables_read(HwTables *tables, const HwImage *image, const HwPlace *file, HwError *error);

/* The same, for content that hw_tables_read() has accepted at another address: pointers are not
 * checked again.  Fails only without memory. */
bool hw_tables_read_known(HwTables *tables, const HwImage *image, const HwPlace *file,
                          HwError *error);

void hw_tables_free(HwTables *tables);

#endif
