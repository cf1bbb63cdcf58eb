/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lets a child crash that reads behind a block of malloc(), where the host would read on. */
#ifndef HW_HOST_GUARD_H
#define HW_HOST_GUARD_H

/*
 * In a child: the next block of HW_GUARD_MIN bytes or more lies in pages of its own, and HW_GUARD
 * bytes behind it can't be read.  Costs the process's free memory, so only a child that ends soon
 * may call it.  A sanitizer's malloc() has its own guards, and ignores the call.
 */
#define HW_GUARD_MIN 1024
#define HW_GUARD     0x20000
void hw_guard_allocations(void);

#endif
