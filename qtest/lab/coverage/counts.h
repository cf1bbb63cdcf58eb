/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files of hw-api/host/coverage, read and added up. */
#ifndef OB_LAB_COUNTS_H
#define OB_LAB_COUNTS_H

#include <glib.h>

#include "hw-api/hw-api.h"

typedef struct ObSeen {
    uint64_t accesses;
    uint32_t widths; /* the sum of the sizes that were seen: 1, 2, 4, 8 */
    uint32_t ones;   /* bits at their places in the register */
    uint32_t zeros;
} ObSeen;

typedef struct ObCount {
    ObSeen read, written;
} ObCount;

typedef struct ObCounts {
    GHashTable *rows;    /* "CLASS REGION REGISTER" -> ObCount */
    GHashTable *classes; /* the names of those that were seen */
} ObCounts;

void ob_counts_init(ObCounts *counts);
void ob_counts_clear(ObCounts *counts);

/* Adds a file's counts.  The file may have any bytes.  Returns false and sets `error` on failure; some
 * of its lines may have been added. */
bool ob_counts_read(ObCounts *counts, const char *path, HwError *error);

/* `reg`: NULL for the places of the region where no register is.  Zeros if there is no count. */
ObCount ob_counts_of(const ObCounts *counts, const HwDeviceClass *cls, const HwRegion *region,
                     const HwRegister *reg);

#endif
