/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Copies a plugin's tables into the host's own layout: what an older plugin does
 * not have is zero, what a newer one has in addition is gone.  Every pointer is
 * checked before it is followed.  Strings are not copied but known to be whole.
 */
#ifndef HW_HOST_NORMALISE_H
#define HW_HOST_NORMALISE_H

#include "hw-api/host/load/image.h"
#include "hw-api/host/load/plugin-set.h"

typedef struct HwBlock HwBlock;

/* The strings and functions are the image's; the rest is freed by
 * hw_tables_free(). */
typedef struct HwTables {
    HwPlugin plugin;
    HwClass *classes;           /* plugin.classes.count of them, by index */
    HwBlock *blocks;
    uint64_t room;              /* bytes that blocks may still take */
} HwTables;

/* From the image's symbol, an HwPlugin.  False with a sentence; `tables` may be
 * freed either way. */
bool hw_tables_read(HwTables *tables, const HwImage *image, const HwPlace *file, HwError *error);

void hw_tables_free(HwTables *tables);

#endif
