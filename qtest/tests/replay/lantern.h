/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The registers and the faults of lantern.c. */
#ifndef OB_TESTS_LANTERN_H
#define OB_TESTS_LANTERN_H

#define LANTERN_BASE UINT64_C(0xfe400000)
#define LANTERN_WICK UINT64_C(0xfe410000)

enum { LANTERN_OIL, LANTERN_STATUS, LANTERN_GO, LANTERN_RING, LANTERN_COLOUR, LANTERN_REGISTERS };

#define LANTERN_LIT                1u
#define LANTERN_COPY               1u
#define LANTERN_BURN               2u
#define LANTERN_LIGHT              4u

#define LANTERN_GOOD               0
#define LANTERN_ANSWERS            1 /* OIL reads another value */
#define LANTERN_STORES_OTHER_BYTES 2
#define LANTERN_STORES_ELSEWHERE   3
#define LANTERN_READS_NOTHING      4
#define LANTERN_BURNS_MORE         5 /* in its own memory */
#define LANTERN_IS_LATE            6 /* the timer */
#define LANTERN_IS_QUIET           7 /* no line */
#define LANTERN_IS_LOUD            8 /* another line, too */
#define LANTERN_REFUSES            9 /* the property */
#define LANTERN_HAS_NO_COLOUR      10
#define LANTERN_ASKS               11 /* for a service that recordings do not have */

#endif
