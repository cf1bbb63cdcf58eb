/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stock QEMU does with a stream's system registers at a destination, as seen in 7.2 and
 * 10.0:
 *
 *   L1  a count that is negative or above the destination's is refused
 *   L2  a register that the destination hasn't got is refused,
 *   L3  unless it comes after all of the destination's: then it is dropped, silently
 *   L4  a register that the stream hasn't got keeps its reset value under KVM; TCG
 *       writes 0
 *   L5  a value that the destination doesn't take is refused
 *   L6  ids that don't ascend are refused
 */
#ifndef OB_COMPARE_H
#define OB_COMPARE_H

#include "qtest/stream/arm/destination.h"

typedef enum ObEffect {
    OB_EFFECT_RESET,            /* it keeps the destination's reset value */
    OB_EFFECT_ZEROED,
    OB_EFFECT_LOST,             /* the guest's value is dropped without a word */
    OB_EFFECT_REFUSED,
} ObEffect;

typedef enum ObSide {
    OB_SIDE_BOTH,
    OB_SIDE_STREAM,             /* the destination hasn't got it */
    OB_SIDE_DESTINATION,
} ObSide;

typedef struct ObDifference {
    uint64_t id;
    uint64_t value;             /* the stream's; 0 where it hasn't got it */
    uint64_t own;               /* the destination's, likewise */
    ObSide side;
    ObEffect effect;
    unsigned rule;              /* 1 to 5, as above */
} ObDifference;

/* Registers with which loading wouldn't do what it should, by ids; of lists that ascend. */
GArray *ob_cpu_compare(const ObCpuRegisters *stream, const ObCpuRegisters *own,
                       const ObDestination *destination);

#endif
