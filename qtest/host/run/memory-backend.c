/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/run/memory-backend.h"

#include "hw-api/device/error.h"
#include "qtest/host/io/fd-set.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE       UINT64_C(4096)
#define HUGE_SHIFT 26 /* memfd_create: the place of the logarithm of a page size */

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

/* An object whose properties are read. */
typedef struct Source {
    const ObObjectType *type;
    const ObKeyval *values;
} Source;

static uint64_t number(const Source *s, const char *name)
{
    return ob_object_number(s->type, s->values, name);
}

static bool flag(const Source *s, const char *name)
{
    return ob_object_flag(s->type, s->values, name);
}

/* ---------------------------------------------------------------------- file */

/* In a directory, such as one of large pages, the file has no name that stays. */
static int directory_open(const char *path, HwError *error)
{
    g_autofree char *name = g_build_filename(path, "outboard-ram-XXXXXX", NULL);
    int fd = mkostemp(name, O_CLOEXEC);

    if (fd < 0) {
        hw_error_set(error, "can't create a file in '%s': %s", path, g_strerror(errno));
    } else {
        unlink(name);
    }
    return fd;
}

static int path_open(const char *path, HwError *error)
{
    struct stat file;
    int fd;

    if (stat(path, &file) == 0 && S_ISDIR(file.st_mode)) {
        return directory_open(path, error);
    }
    fd = ob_file_open(path, O_RDWR | O_CREAT | O_NONBLOCK, 0644);
    if (fd < 0) {
        hw_error_set(error, "can't open backing store '%s' for guest RAM: %s", path,
                     g_strerror(errno));
    } else if (fstat(fd, &file) == 0 && !S_ISREG(file.st_mode)) {
        hw_error_set(error, "'%s' can't be RAM, expected a file or a directory", path);
        close(fd);
        fd = -1;
    }
    return fd;
}

/* A new file gets the size; the same as in QEMU, an old one must have it. */
static bool file_fit(int fd, uint64_t offset, uint64_t size, HwError *error)
{
    struct stat file;

    if (fstat(fd, &file) < 0) {
        return hw_error_set(error, "%s", g_strerror(errno));
    }
    if (file.st_size == 0) {
        return ftruncate(fd, (off_t)(offset + size)) == 0 ||
               hw_error_set(error, "can't make a file of 0x%" PRIx64 " bytes: %s", offset + size,
                            g_strerror(errno));
    }
    return (uint64_t)file.st_size >= offset + size ||
           hw_error_set(error,
                        "backing store size 0x%" PRIx64 " does not match 'size' option 0x%" PRIx64,
                        (uint64_t)file.st_size, size);
}

static int file_open(const Source *s, uint64_t size, HwError *error)
{
    uint64_t offset = number(s, "offset");
    int fd;

    if (offset % PAGE || offset > INT64_MAX - size) {
        hw_error_set(error, "offset: 0x%" PRIx64 " does not fit, expected a multiple of 4096",
                     offset);
        return -1;
    }
    fd = path_open(ob_keyval_get(s->values, "mem-path"), error);
    if (fd >= 0 && !file_fit(fd, offset, size, error)) {
        close(fd);
        fd = -1;
    }
    return fd;
}

/* --------------------------------------------------------------------- memfd */

static unsigned memfd_flags(const Source *s)
{
    uint64_t huge = number(s, "hugetlbsize");
    unsigned flags = MFD_CLOEXEC | (flag(s, "seal") ? MFD_ALLOW_SEALING : 0);

    if (flag(s, "hugetlb")) {
        flags |= MFD_HUGETLB;
        flags |= huge ? (unsigned)__builtin_ctzll(huge) << HUGE_SHIFT : 0;
    }
    return flags;
}

static int memfd_open(const Source *s, uint64_t size, HwError *error)
{
    int fd = memfd_create(ob_keyval_get(s->values, "id"), memfd_flags(s));

    if (fd < 0 || ftruncate(fd, (off_t)size) < 0) {
        hw_error_set(error, "can't make a memfd of 0x%" PRIx64 " bytes: %s", size,
                     g_strerror(errno));
        close(fd);
        return -1;
    }
    if (flag(s, "seal")) {
        fcntl(fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL);
    }
    return fd;
}

/* ----------------------------------------------------------------------- map */

static void *map(const Source *s, int fd, uint64_t size)
{
    int flags = flag(s, "share") ? MAP_SHARED : MAP_PRIVATE;

    flags |= fd < 0 ? MAP_ANONYMOUS : 0;
    flags |= flag(s, "reserve") ? 0 : MAP_NORESERVE;
    return mmap(NULL, size, PROT_READ | PROT_WRITE, flags, fd, (off_t)number(s, "offset"));
}

/* The system may not offer to merge, or to leave out a dump: then the effect is not there. */
static bool advise(const Source *s, ObMemoryBackend *backend, HwError *error)
{
    if (flag(s, "merge")) {
        madvise(backend->memory, backend->size, MADV_MERGEABLE);
    }
    if (!flag(s, "dump")) {
        madvise(backend->memory, backend->size, MADV_DONTDUMP);
    }
    return !flag(s, "prealloc") ||
           madvise(backend->memory, backend->size, MADV_POPULATE_WRITE) == 0 ||
           hw_error_set(error, "prealloc: can't allocate 0x%" PRIx64 " bytes: %s", backend->size,
                        g_strerror(errno));
}

static bool backend_map(const Source *s, ObMemoryBackend *backend, HwError *error)
{
    bool is_file = g_str_has_suffix(s->type->name, "-file");
    bool is_memfd = g_str_has_suffix(s->type->name, "-memfd");
    int fd = -1;
    void *memory;

    if (is_file || is_memfd) {
        fd = is_file ? file_open(s, backend->size, error) : memfd_open(s, backend->size, error);
        if (fd < 0) {
            return false;
        }
    }
    memory = map(s, fd, backend->size);
    if (fd >= 0) {
        close(fd);
    }
    if (memory == MAP_FAILED) {
        return hw_error_set(error, "can't map 0x%" PRIx64 " bytes: %s", backend->size,
                            g_strerror(errno));
    }
    backend->memory = memory;
    backend->is_file = fd >= 0 || flag(s, "share");
    backend->discard = flag(s, "discard-data") && flag(s, "share");
    return advise(s, backend, error);
}

static bool source_check(const Source *s, uint64_t size, HwError *error)
{
    uint64_t huge = number(s, "hugetlbsize");

    if (size == 0) {
        return hw_error_set(error, "can't create backend with size 0");
    }
    if (size % PAGE || size > INT64_MAX) {
        return hw_error_set(error, "size: 0x%" PRIx64 " does not fit, expected a multiple of 4096",
                            size);
    }
    if (flag(s, "prealloc") && !flag(s, "reserve")) {
        return hw_error_set(error, "'prealloc=on' and 'reserve=off' are incompatible");
    }
    return (huge & (huge - 1)) == 0 ||
           hw_error_set(error, "hugetlbsize: 0x%" PRIx64 " does not fit, expected a power of 2",
                        huge);
}

ObMemoryBackend *ob_memory_backend_new(const ObObjectType *type, const ObKeyval *values,
                                       HwError *error)
{
    const Source source = { type, values };
    ObMemoryBackend *backend = g_new0(ObMemoryBackend, 1);

    backend->size = number(&source, "size");
    if (!source_check(&source, backend->size, error) || !backend_map(&source, backend, error)) {
        g_clear_pointer(&backend, ob_memory_backend_free);
    }
    return backend;
}

void ob_memory_backend_free(ObMemoryBackend *backend)
{
    if (!backend) {
        return;
    }
    if (backend->memory) {
        if (backend->discard) {
            madvise(backend->memory, backend->size, MADV_REMOVE);
        }
        munmap(backend->memory, backend->size);
    }
    g_free(backend);
}
