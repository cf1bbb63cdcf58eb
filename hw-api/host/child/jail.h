/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Takes the privileges of a child away before it reads bytes that nobody vouches for.
 *
 * In the jail a process may compute, allocate a bounded amount of memory, read clocks and random
 * numbers, write its answer, and end.  Any other system call ends it; a file can't be opened.
 */
#ifndef HW_HOST_JAIL_H
#define HW_HOST_JAIL_H

#include "hw-api/hw-api.h"

typedef struct HwJail {
    void *filter; /* libseccomp's */
} HwJail;

/* In the parent: loads libseccomp, which is then in the child too.  False with a sentence. */
bool hw_jail_prepare(HwJail *jail, HwError *error);
void hw_jail_release(HwJail *jail);

/* In the child, for good.  `answer` is the only descriptor that stays open.  False with a
 * sentence. */
bool hw_jail_enter(const HwJail *jail, int answer, HwError *error);

#endif
