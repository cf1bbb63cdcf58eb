/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The device of plugins/mishaps.c: GO dies as KIND says, LATER does it so many nanoseconds later. */
#ifndef OB_TESTS_MISHAPS_H
#define OB_TESTS_MISHAPS_H

#define MISHAP_BASE  0xfd000000
#define MISHAP_KIND  0x0
#define MISHAP_GO    0x4
#define MISHAP_LATER 0x8
#define MISHAP_WORDS 3

enum {
    MISHAP_NONE,
    MISHAP_POINTER,
    MISHAP_DIVISION,
    MISHAP_ABORT,
    MISHAP_STACK,
    MISHAP_ENDLESS,
};

#endif
