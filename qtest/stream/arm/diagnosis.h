/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether stock QEMU loads a stream at a destination, and what would make it. */
#ifndef OB_DIAGNOSIS_H
#define OB_DIAGNOSIS_H

#include "qtest/stream/arm/rewrite.h"

typedef enum ObVerdict {
    OB_VERDICT_LOADS,
    OB_VERDICT_DOUBTFUL,        /* a subsection of a vCPU that the destination may not know */
    OB_VERDICT_WRONG,           /* it loads, but registers aren't what they were */
    OB_VERDICT_REFUSED,
} ObVerdict;

typedef struct ObVcpuDiagnosis {
    const ObCpuRegisters *stream;
    const ObCpuRegisters *own;  /* NULL: the destination has no such vCPU */
    char *problem;              /* of the whole list; NULL: none */
    GArray *differences;        /* ObDifference; NULL where the list can't be compared */
    ObRewrite rewrite;          /* what a filter would do; `changes` NULL likewise */
} ObVcpuDiagnosis;

typedef struct ObDiagnosis {
    ObVerdict verdict;
    GArray *registers;          /* the stream's ObCpuRegisters */
    GArray *vcpus;              /* ObVcpuDiagnosis */
    GArray *others;             /* ObOtherProblem; NULL: only the destination's kernel is known */
    GPtrArray *remedies;        /* "drop=RMR_EL1": what the policy lacks for a filter */
    GPtrArray *losses;          /* why no such policy is proposed: sentences */
    bool curable;               /* a filter with these makes it load */
    unsigned changes;           /* that a filter would make */
} ObDiagnosis;

/* NULL with a sentence if the stream has no list of registers, or a broken one.  `stream` and
 * `destination` must stay. */
ObDiagnosis *ob_diagnose(const ObModel *stream, const char *path,
                         const ObDestination *destination, const ObFilterPolicy *policy,
                         HwError *error);
void ob_diagnosis_free(ObDiagnosis *diagnosis);

const char *ob_verdict_name(ObVerdict verdict);
const char *ob_effect_name(ObEffect effect);

/* Why a register is a difference, in words; the caller frees it. */
char *ob_difference_why(const ObDifference *difference, const ObDestination *destination);

#endif
