/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Predicts if stock QEMU loads a stream at a destination, and proposes a policy that helps. */
#ifndef OB_DIAGNOSIS_H
#define OB_DIAGNOSIS_H

#include "qtest/stream/arm/rewrite.h"

typedef enum ObVerdict {
    OB_VERDICT_LOADS,
    OB_VERDICT_DOUBTFUL, /* a subsection of a vCPU that the destination may not know */
    OB_VERDICT_WRONG,    /* the stream loads, but registers have other values */
    OB_VERDICT_REFUSED,
} ObVerdict;

typedef struct ObVcpuDiagnosis {
    const ObCpuRegisters *stream;
    const ObCpuRegisters *own; /* NULL: the destination has no such vCPU */
    char *problem;             /* a problem of the whole list; NULL: none */
    GArray *differences;       /* ObDifference; NULL if the list can't be compared */
    ObRewrite rewrite;         /* a filter's changes; `changes` is NULL likewise */
} ObVcpuDiagnosis;

typedef struct ObDiagnosis {
    ObVerdict verdict;
    GArray *registers;   /* the stream's ObCpuRegisters */
    GArray *vcpus;       /* ObVcpuDiagnosis */
    GArray *others;      /* ObOtherProblem; NULL: only the destination's kernel is known */
    GPtrArray *remedies; /* "drop=RMR_EL1": additions to the policy that a filter needs */
    GPtrArray *losses;   /* sentences: the reasons why a remedy is not proposed */
    GPtrArray *features; /* names: those that the guest loses by the remedies */
    GPtrArray *hints;    /* sentences: features that the destination's file was made without */
    bool curable;        /* a filter with these remedies makes the stream load */
    unsigned changes;    /* the number of changes that a filter would make */
} ObDiagnosis;

/* NULL with a sentence if the stream has no list of registers, or a broken list.  `stream` and
 * `destination` must outlive the diagnosis. */
ObDiagnosis *ob_diagnose(const ObModel *stream, const char *path, const ObDestination *destination,
                         const ObFilterPolicy *policy, HwError *error);
void ob_diagnosis_free(ObDiagnosis *diagnosis);

const char *ob_verdict_name(ObVerdict verdict);
const char *ob_effect_name(ObEffect effect);

/* The reason for a difference in words; the caller frees it. */
char *ob_difference_why(const ObDifference *difference, const ObDestination *destination);

#endif
