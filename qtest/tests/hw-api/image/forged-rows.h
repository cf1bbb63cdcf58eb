/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Changes to the forged image, each with its verdict. */
#ifndef OB_TESTS_FORGED_ROWS_H
#define OB_TESTS_FORGED_ROWS_H

#include "qtest/tests/hw-api/image/forged-image.h"

typedef struct ForgedChange {
    size_t size; /* 0: no change */
    size_t offset;
    uint64_t value;
} ForgedChange;

typedef struct ForgedRow {
    const char *name;
    ForgedChange changes[5];
    const char *refused;  /* NULL: it is read */
    const char *unproven; /* NULL: it is proven */
} ForgedRow;

typedef struct ForgedGroup {
    const char *name; /* NULL ends the list */
    const ForgedRow *rows;
    size_t count;
} ForgedGroup;

extern const ForgedGroup forged_groups[];

#endif
