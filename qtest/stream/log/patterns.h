/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sentences of QEMU and libvirt about migrations, with their causes and remedies. */
#ifndef OB_LOG_PATTERNS_H
#define OB_LOG_PATTERNS_H

#include <glib.h>
#include <stdbool.h>

typedef enum ObLogRank {
    OB_LOG_NOISE,   /* no line about a migration, and not shown */
    OB_LOG_NOTE,    /* a warning: the migration goes on */
    OB_LOG_LAST,    /* the last line of a failure; it tells least */
    OB_LOG_FOLLOWS, /* follows from another line; it is the cause only if that line is missing */
    OB_LOG_CAUSE,
} ObLogRank;

typedef struct ObLogPattern {
    const char *text; /* '*' stands for any text; the sentence may begin anywhere in a line */
    ObLogRank rank;
    const char *cause;  /* "{1}" stands for the text of the first '*' */
    const char *remedy; /* NULL: none is needed */
} ObLogPattern;

#define OB_LOG_WILDCARDS 4u

/* The first pattern that a line matches; NULL: none.  The caller frees the texts of `found`, which
 * is room for OB_LOG_WILDCARDS pointers. */
const ObLogPattern *ob_log_pattern_find(const char *line, char **found);

/* A cause or a remedy with the texts of the wildcards in it; the caller frees it. */
char *ob_log_pattern_expand(const char *text, char *const *found);

/* The tables; an entry without a text ends each.  The destination's sentences come first. */
extern const ObLogPattern ob_log_load_patterns[];
extern const ObLogPattern ob_log_source_patterns[];

#endif
