/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The data in a migration stream of devices that this host does not have: a CPU, an
 * interrupt controller, a video card's memory.  The host keeps the data unchanged and sends
 * it with the next migration, so that a machine can migrate here from QEMU and back.
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
    uint8_t *payload; /* NULL: a device of this host, whose place in the order is here */
    size_t size;
    bool early;          /* comes before the pages of RAM */
    json_t *description; /* its fields' description, unchanged */
} ObForeignSection;

typedef struct ObForeign {
    GPtrArray *sections; /* ObForeignSection, in the stream's order */
    GPtrArray *blocks;   /* ObRamBlock */
} ObForeign;

ObForeign *ob_foreign_new(void);
void ob_foreign_free(ObForeign *foreign); /* NULL is allowed */

/* Copies the payload, which may be NULL, and the description.  Returns the section. */
ObForeignSection *ob_foreign_add(ObForeign *foreign, const char *name, uint32_t instance,
                                 uint32_t version, const uint8_t *payload, size_t size,
                                 const json_t *description);

/* True if a kept section's name ends in `end`.  `foreign` may be NULL. */
bool ob_foreign_has(const ObForeign *foreign, const char *end);

#endif
