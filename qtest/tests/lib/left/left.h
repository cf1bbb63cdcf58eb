/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The memory, descriptors and threads that a process has left behind.  The test's environment needs
 * GLIBC_TUNABLES=glibc.malloc.tcache_count=0:glibc.malloc.arena_max=1: a thread's cache and its arena
 * would count.
 */
#ifndef OB_TESTS_LEFT_H
#define OB_TESTS_LEFT_H

#include <stddef.h>

typedef struct Left {
    size_t memory, mappings, descriptors, threads;
} Left;

Left left_now(void);

/* There is as much as before `what`.  A sanitizer counts the memory itself. */
void left_expect(const Left *before, const char *what);

#endif
