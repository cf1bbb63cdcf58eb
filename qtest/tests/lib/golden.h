/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text that is compared as a whole with a file below data/golden. */
#ifndef OB_TESTS_LIB_GOLDEN_H
#define OB_TESTS_LIB_GOLDEN_H

#include <glib.h>

/*
 * Fails the test if `text` is not the file's: the differing lines are its message.  OB_GOLDEN names
 * the directory of the files.  With OB_GOLDEN_UPDATE=1 the text is written into the file instead.
 */
void golden_expect(const char *name, const char *text);

/* The outcomes of many values: a line for each outcome, with the values that have it. */
typedef struct Outcomes Outcomes;

Outcomes *outcomes_new(void);

/* `value` in single quotes within the outcome becomes *. */
void outcomes_add(Outcomes *outcomes, const char *value, const char *outcome);

/* Adds the head and the lines to the text, and frees the outcomes. */
void outcomes_end(Outcomes *outcomes, const char *head, GString *text);

#endif
