/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counts the memory that the process has allocated: blocks taken less blocks given back.  A program
 * with this file has its own malloc, in front of the C library's; not with sanitizers. */
#ifndef OB_LAB_ALLOCATIONS_H
#define OB_LAB_ALLOCATIONS_H

#include <stdint.h>

int64_t ob_lab_allocations(void); /* 0 with sanitizers */

#endif
