/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Changes a vCPU's system registers so that a destination loads them, within a policy. */
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
    uint64_t before, after; /* an added register has no `before`, a dropped no `after` */
    ObPermission needs;
    bool permitted; /* false: the change is made here, but must not be used */
    char *loss;     /* a sentence: the guest's loss; NULL: none is known */
} ObChange;

typedef struct ObRewrite {
    ObCpuRegisters registers; /* the new list */
    GArray *changes;          /* ObChange, by ids */
    unsigned refused;         /* the number of changes that aren't permitted */
} ObRewrite;

/*
 * TCG gets exactly its own list, with its reset values for registers that the stream does not
 * have.  KVM gets the stream's registers that it has.  Both lists ascend.
 */
void ob_rewrite_make(ObRewrite *rewrite, const ObCpuRegisters *stream, const ObCpuRegisters *own,
                     const ObDestination *destination, const ObFilterPolicy *policy);
void ob_rewrite_clear(ObRewrite *rewrite);

/* "RMR_EL1 (0x603000000013c602): left out, was 0x1"; the caller frees it. */
char *ob_change_format(const ObChange *change);

/* The policy that would permit the change: "drop=RMR_EL1"; NULL: it needs none. */
char *ob_change_remedy(const ObChange *change);

/* True if the remedy could take from the guest a mitigation or a hypercall that it uses. */
bool ob_change_is_risky(const ObChange *change);

#endif
