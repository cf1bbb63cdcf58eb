/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds problems other than system registers that keep a stream from loading: the machine, RAM
 * blocks, other sections.  The destination must be known from a stream of its own.
 */
#ifndef OB_OTHER_SECTIONS_H
#define OB_OTHER_SECTIONS_H

#include "qtest/stream/codec/model.h"

typedef struct ObOtherProblem {
    char *sentence;
    bool certain;     /* false: the destination may load it: it depends on the guest's state */
    char *subsection; /* the subsection that a filter can leave out, or NULL */
    bool harmless;    /* the guest can go on without the subsection, or it is all zeros */
} ObOtherProblem;

GArray *ob_other_problems_new(void);

/* Takes over the sentence. */
void ob_other_problem_add(GArray *problems, bool certain, char *sentence, const char *subsection);

/* Appends the problems of the machine's type (NULL: it was compared before) and of RAM's blocks. */
void ob_other_start_compare(const char *machine, const ObVmBlock *blocks, uint32_t count,
                            const ObModel *destination, GArray *problems);

/* Appends the problems that keep one section from loading. */
void ob_other_section_compare(const ObModelSection *section, const ObModel *destination,
                              GArray *problems);

/* All problems as ObOtherProblem, in the stream's order. */
GArray *ob_other_problems(const ObModel *stream, const ObModel *destination);

#endif
