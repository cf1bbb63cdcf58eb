/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The outcome of a stream with one byte changed. */
#ifndef OB_TESTS_LIB_BYTE_OUTCOMES_H
#define OB_TESTS_LIB_BYTE_OUTCOMES_H

#include <glib.h>

/* An accepted stream's outcome begins with this line.  Lines "NAME: VALUE" follow. */
#define OUTCOME_READ "read\n"

/* The outcome of a stream: the refusal's sentence, or the lines of OUTCOME_READ.  The caller frees
 * it. */
typedef char *OutcomeFunction(const GByteArray *stream, void *opaque);

/*
 * Changes each byte from `first` to `end` - 1 to 0, to 0xff, and by one up and down.  Returns a
 * line for each run of bytes with the same outcomes; the caller frees the text.  Numbers in
 * sentences, which would differ in each line, become '#'.
 */
char *byte_outcomes(GByteArray *stream, guint first, guint end, OutcomeFunction *outcome,
                    void *opaque);

#endif
