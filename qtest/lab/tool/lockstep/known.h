/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file of known differences between two hosts, with their reasons.  lockstep.rst describes it. */
#ifndef OB_LAB_LOCKSTEP_KNOWN_H
#define OB_LAB_LOCKSTEP_KNOWN_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "hw-api/hw-api.h"

typedef enum LabKnownKind {
    LAB_KNOWN_DIFFERS, /* bits of answers */
    LAB_KNOWN_LINE,    /* an interrupt line */
    LAB_KNOWN_FIELD,   /* a field of the state */
    LAB_KNOWN_KEEP,    /* stores get these bits alone */
    LAB_KNOWN_SET,     /* stores always have these bits */
    LAB_KNOWN_WIDTH,   /* accesses have one of these sizes, bit n: 2^n bytes, and are aligned */
    LAB_KNOWN_LEAVE,   /* no step is made there */
    LAB_KNOWN_FIRST,   /* after each reset a byte is read there; PLACE=VALUE: written */
    LAB_KNOWN_WAIT,    /* after a store, until these bits are read as 0 */
} LabKnownKind;

typedef struct LabKnown {
    LabKnownKind kind;
    char *place;
    char *until; /* WAIT: the place that is read; NULL: the same */
    uint32_t mask;
    guint line;   /* in the file */
    uint64_t met; /* so many times */
} LabKnown;

typedef struct LabKnowns {
    char *path;
    GArray *rows; /* LabKnown */
} LabKnowns;

/* Reads the rows that hold for QEMU's release, "7.2"; NULL: those that hold for all.  `path` NULL:
 * there are none.  Returns NULL and sets `error` on failure. */
LabKnowns *lab_knowns_read(const char *path, const char *release, HwError *error);
void lab_knowns_free(LabKnowns *knowns); /* NULL is allowed */

/* A row's place may end in "*", for all places that begin so. */
bool lab_known_is_at(const LabKnown *row, const char *place);

/* Returns the bits, of those in `bits`, that a row names, and counts the row as met. */
uint32_t lab_known_bits(LabKnowns *knowns, LabKnownKind kind, const char *place, uint32_t bits);

/* Returns the row and counts it as met; NULL: there is none. */
const LabKnown *lab_known_find(LabKnowns *knowns, LabKnownKind kind, const char *place);

/* True if some row is of this kind. */
bool lab_known_has(const LabKnowns *knowns, LabKnownKind kind);

/* Tells each row that was never met.  Returns their number. */
guint lab_knowns_tell_stale(const LabKnowns *knowns);

#endif
