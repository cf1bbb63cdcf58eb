/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/lab/allocations.h"

#include <stddef.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__) || !defined(__GLIBC__)
#define IS_SANITIZED 1
#elif defined(__has_feature)
#define IS_SANITIZED __has_feature(address_sanitizer)
#else
#define IS_SANITIZED 0
#endif

#if IS_SANITIZED

int64_t ob_lab_allocations(void)
{
    return 0;
}

#else

/* The C library's own, which it exports for this purpose. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void __libc_free(void *memory);

#define EXPORTED __attribute__((visibility("default")))

static int64_t outstanding; /* threads may make it wrong: a rule repeats what it finds */

int64_t ob_lab_allocations(void)
{
    return outstanding;
}

EXPORTED void *malloc(size_t size)
{
    void *memory = __libc_malloc(size);

    outstanding += memory != NULL;
    return memory;
}

EXPORTED void *calloc(size_t count, size_t size)
{
    void *memory = __libc_calloc(count, size);

    outstanding += memory != NULL;
    return memory;
}

EXPORTED void *realloc(void *memory, size_t size)
{
    void *moved = __libc_realloc(memory, size);

    outstanding += !memory && moved;
    outstanding -= memory && !moved && !size;
    return moved;
}

EXPORTED void free(void *memory)
{
    outstanding -= memory != NULL;
    __libc_free(memory);
}

#endif
