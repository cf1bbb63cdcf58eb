/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/run/instance-memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#define PAGE_SIZE 4096u
#define ALIGNMENT 16u /* malloc's */

/* AddressSanitizer has guards of its own, and does not look for pointers in mapped memory. */
#if defined(__SANITIZE_ADDRESS__)
#define IS_SANITIZED 1
#elif defined(__has_feature)
#define IS_SANITIZED __has_feature(address_sanitizer)
#else
#define IS_SANITIZED 0
#endif

static bool guards;

void hw_instance_memory_guard(bool on)
{
    guards = on && !IS_SANITIZED;
}

static size_t aligned(size_t size, size_t alignment)
{
    return (size + alignment - 1) / alignment * alignment;
}

/* Bytes in front of the unmapped page. */
static size_t span(size_t size)
{
    return aligned(size, PAGE_SIZE);
}

static void *guarded_new(size_t size)
{
    uint8_t *base = mmap(NULL, span(size) + PAGE_SIZE, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (base == MAP_FAILED) {
        return NULL;
    }
    mprotect(base + span(size), PAGE_SIZE, PROT_NONE);
    return base + span(size) - aligned(size, ALIGNMENT);
}

void *hw_instance_memory_new(size_t size, bool *is_guarded)
{
    *is_guarded = guards;
    return guards ? guarded_new(size) : calloc(1, size);
}

void hw_instance_memory_free(void *memory, size_t size, bool is_guarded)
{
    if (!is_guarded) {
        free(memory);
    } else if (memory) {
        munmap((uint8_t *)memory + aligned(size, ALIGNMENT) - span(size), span(size) + PAGE_SIZE);
    }
}
