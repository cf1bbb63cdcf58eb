/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a migration stream brought of devices that this host doesn't have: a CPU, an
 * interrupt controller, a video card's memory.  It is kept as it came and goes out with
 * the next migration, so that a machine can be moved here from QEMU and back.
 */
#ifndef OB_FOREIGN_H
#define OB_FOREIGN_H

#include <jansson.h>
#include <stdbool.h>

#include "qtest/machine/core/ram-block.h"

typedef struct ObForeignSection {
    char *name;
    uint32_t instance;
    uint32_t version;
    uint8_t *payload;           /* NULL: a device of this host, which has its place here */
    size_t size;
    json_t *description;        /* of its fields, as the stream had it */
} ObForeignSection;

typedef struct ObForeign {
    GPtrArray *sections;        /* of ObForeignSection, in the stream's order */
    GPtrArray *blocks;          /* of ObRamBlock */
} ObForeign;

ObForeign *ob_foreign_new(void);
void ob_foreign_free(ObForeign *foreign);       /* NULL is allowed */

/* Copies the payload, which may be NULL, and takes a reference to the description. */
void ob_foreign_add(ObForeign *foreign, const char *name, uint32_t instance, uint32_t version,
                    const uint8_t *payload, size_t size, const json_t *description);

/* Whether a section is kept here whose name ends so; `foreign` may be NULL. */
bool ob_foreign_has(const ObForeign *foreign, const char *end);

#endif
