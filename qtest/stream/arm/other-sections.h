/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What besides system registers keeps a stream from loading, where the destination is
 * known from a stream of its own: the machine, RAM blocks, other sections.
 */
#ifndef OB_OTHER_SECTIONS_H
#define OB_OTHER_SECTIONS_H

#include "qtest/stream/codec/model.h"

typedef struct ObOtherProblem {
    char *sentence;
    bool certain;               /* else the destination may still know what it hasn't sent */
    char *subsection;           /* of section "cpu", which a filter can leave out; NULL: none */
} ObOtherProblem;

GArray *ob_other_problems_new(void);

/* Appends what keeps one section from loading. */
void ob_other_section_compare(const ObModelSection *section, const ObModel *destination,
                              GArray *problems);

/* All ObOtherProblem, in the order of the stream. */
GArray *ob_other_problems(const ObModel *stream, const ObModel *destination);

#endif
