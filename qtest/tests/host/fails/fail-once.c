/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Preloaded into a program: an allocation fails, once.  With OB_FAIL_RANDOM, the system has no
 * random numbers.
 * A place is an address that calls an allocator for the first time.  OB_FAIL_PLACE is the number of
 * the place whose first allocation fails; 0: none.  OB_FAIL_LOG gets that place, for addr2line, or at
 * the program's end the number of places.  GLib's allocations don't count, as it ends
 * the program if one fails; nor do those of libtpms and its libcrypto, which crash.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SLOTS  65536u /* a power of two, many more than there are places */

#define EXPORT __attribute__((visibility("default")))

/* glibc's own, behind the names that this file takes. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *pointer, size_t size);

static const void *seen[SLOTS];
static size_t places;
static unsigned wanted = UINT32_MAX; /* not known yet */
static char lock;

static void log_write(const char *format, const char *text, size_t number)
{
    int log = open(getenv("OB_FAIL_LOG"), O_WRONLY | O_CREAT | O_TRUNC, 0600);

    dprintf(log, format, text, number);
    close(log);
}

static bool is_of_others(const void *place)
{
    static const char *const others[] = { "libglib-2.0", "libcrypto", "libtpms" };
    Dl_info info;

    for (size_t i = 0; dladdr(place, &info) && i < sizeof(others) / sizeof(others[0]); i++) {
        if (info.dli_fname && strstr(info.dli_fname, others[i])) {
            return true;
        }
    }
    return false;
}

/* Remembers the place.  True if it is the first time. */
static bool place_note(const void *place)
{
    size_t slot = ((uintptr_t)place * 0x9e3779b1u) % SLOTS;

    while (seen[slot] && seen[slot] != place) {
        slot = (slot + 1) % SLOTS;
    }
    if (seen[slot]) {
        return false;
    }
    seen[slot] = place;
    return true;
}

static void place_tell(const void *place)
{
    Dl_info info = { 0 };

    dladdr(place, &info);
    log_write("%s 0x%zx\n", info.dli_fname ? info.dli_fname : "?",
              (size_t)((const char *)place - (const char *)info.dli_fbase));
}

static bool fails(const void *place)
{
    bool is_wanted = false;

    while (__atomic_test_and_set(&lock, __ATOMIC_ACQUIRE)) {}
    if (wanted == UINT32_MAX) {
        const char *text = getenv("OB_FAIL_PLACE");

        wanted = text ? (unsigned)strtoul(text, NULL, 10) : 0;
    }
    if (place_note(place) && !is_of_others(place)) {
        places++;
        is_wanted = places == wanted;
    }
    __atomic_clear(&lock, __ATOMIC_RELEASE);
    if (is_wanted) {
        place_tell(place);
        errno = ENOMEM;
    }
    return is_wanted;
}

EXPORT void *malloc(size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : __libc_malloc(size);
}

EXPORT void *calloc(size_t count, size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : __libc_calloc(count, size);
}

EXPORT void *realloc(void *pointer, size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : __libc_realloc(pointer, size);
}

EXPORT ssize_t getrandom(void *bytes, size_t size, unsigned flags)
{
    if (!getenv("OB_FAIL_RANDOM")) {
        return syscall(SYS_getrandom, bytes, size, flags);
    }
    errno = ENOSYS;
    return -1;
}

__attribute__((destructor)) static void places_tell(void)
{
    if (wanted == 0) {
        log_write("%s%zu\n", "", places);
    }
}
