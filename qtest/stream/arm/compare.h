/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compares a stream's system registers with a destination's, by the rules of stock QEMU.  The
 * rules were seen in 7.2 and 10.0:
 *
 *   L1  a count that is negative or above the destination's is refused
 *   L2  a register that the destination does not have is refused,
 *   L3  unless its id is above all of the destination's: then it is silently dropped
 *   L4  a register that the stream does not have keeps its reset value under KVM; TCG
 *       writes 0
 *   L5  a value that the destination does not accept is refused
 *   L6  ids that don't ascend are refused
 *   L7  TCG loads CNTFRQ, but its timers keep the destination's frequency
 */
#ifndef OB_COMPARE_H
#define OB_COMPARE_H

#include "qtest/stream/arm/destination.h"

typedef enum ObEffect {
    OB_EFFECT_RESET, /* the register keeps the destination's reset value */
    OB_EFFECT_ZEROED,
    OB_EFFECT_LOST,  /* the guest's value is silently dropped */
    OB_EFFECT_FALSE, /* the value is loaded, but the destination does otherwise */
    OB_EFFECT_REFUSED,
} ObEffect;

typedef enum ObSide {
    OB_SIDE_BOTH,
    OB_SIDE_STREAM, /* the destination does not have the register */
    OB_SIDE_DESTINATION,
} ObSide;

typedef struct ObDifference {
    uint64_t id;
    uint64_t value; /* the stream's; 0 if it does not have the register */
    uint64_t own;   /* the destination's, likewise */
    ObSide side;
    ObEffect effect;
    unsigned rule; /* L1 to L7 above, without L6 */
} ObDifference;

/* Returns ObDifference for each register that would not load unchanged, ascending by id.  Both
 * lists ascend. */
GArray *ob_cpu_compare(const ObCpuRegisters *stream, const ObCpuRegisters *own,
                       const ObDestination *destination);

#endif
