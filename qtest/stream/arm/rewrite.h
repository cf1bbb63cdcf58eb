/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A vCPU's system registers made into what a destination loads, within a policy. */
#ifndef OB_REWRITE_H
#define OB_REWRITE_H

#include "qtest/stream/arm/compare.h"
#include "qtest/stream/arm/filter-policy.h"

typedef enum ObChangeKind {
    OB_CHANGE_DROP,
    OB_CHANGE_ADD,
    OB_CHANGE_VALUE,
} ObChangeKind;

typedef struct ObChange {
    ObChangeKind kind;
    uint64_t id;
    uint64_t before, after;     /* what applies */
    ObPermission needs;
    bool permitted;             /* if not, the change is still made here, but must not be used */
    char *loss;                 /* what the guest would lose, a sentence; NULL: nothing known */
} ObChange;

typedef struct ObRewrite {
    ObCpuRegisters registers;   /* the new list */
    GArray *changes;            /* ObChange, by ids */
    unsigned refused;           /* of these, how many aren't permitted */
} ObRewrite;

/*
 * TCG is given exactly its own list, with its reset values for what the stream lacks; KVM
 * what it has of the stream's.  Both lists ascend.
 */
void ob_rewrite_make(ObRewrite *rewrite, const ObCpuRegisters *stream, const ObCpuRegisters *own,
                     const ObDestination *destination, const ObFilterPolicy *policy);
void ob_rewrite_clear(ObRewrite *rewrite);

/* "RMR_EL1 (0x603000000013c602): left out, was 0x1"; the caller frees it. */
char *ob_change_format(const ObChange *change);

/* What would permit it: "drop=RMR_EL1"; NULL: it needs nothing. */
char *ob_change_remedy(const ObChange *change);

/* Whether the remedy costs the guest what it may use: firmware's mitigations and calls. */
bool ob_change_is_risky(const ObChange *change);

#endif
