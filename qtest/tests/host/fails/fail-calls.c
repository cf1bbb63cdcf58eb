/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Preloaded into a program: a system call goes another way, once.
 * A place is a function of a file `outboard-*` that makes such a call for the first time, with the
 * functions that called it.
 * OB_CALL_PLACE is the number of the place meant; 0: none.  OB_CALL_WAY says what its first call does:
 *   fail  it fails
 *   zero  its descriptor is 0, which the system gives to a program without standard input
 * and in two ways more all places take part:
 *   short        each transfer moves a few bytes
 *   interrupted  the first transfer is interrupted by a signal
 * OB_CALL_LOG gets the call meant, or at the program's end a line for each place.
 */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <termios.h>
#include <unistd.h>

#define PLACES  1024u
#define CALLERS 4
#define FEW     13u /* bytes */
#define OURS    "/outboard-"

#define EXPORT  __attribute__((visibility("default")))

typedef struct Place {
    const void *callers[CALLERS]; /* the nearest comes first */
    const char *call;
} Place;

static Place seen[PLACES];
static unsigned places, wanted;
static bool makes_zero, makes_short, interrupts;
static char lock;

static void log_write(const Place *from, unsigned count)
{
    int (*make)(const char *, int, ...) = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT,
                                                                                 "open64");
    const char *path = getenv("OB_CALL_LOG");
    int log = path ? make(path, O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;
    Dl_info info = { 0 };

    for (unsigned i = 0; i < count; i++) {
        dprintf(log, "%s", from[i].call);
        for (unsigned k = 0; k < CALLERS && dladdr(from[i].callers[k], &info); k++) {
            dprintf(log, " 0x%zx",
                    (size_t)((const char *)from[i].callers[k] - (const char *)info.dli_fbase));
        }
        dprintf(log, "\n");
    }
    close(log);
}

static bool is_ours(const void *place)
{
    Dl_info info;

    return dladdr(place, &info) && info.dli_fname && strstr(info.dli_fname, OURS);
}

/* This function, its caller in this file, and then the callers: those count. */
static Place place_here(const void *caller, const char *call)
{
    void *frames[CALLERS + 8];
    int count = backtrace(frames, CALLERS + 8), at = 0;
    Place place = { .call = call };

    while (at < count && frames[at] != caller) {
        at++;
    }
    for (unsigned i = 0; i < CALLERS && at < count && is_ours(frames[at]); i++) {
        place.callers[i] = frames[at++];
    }
    return place;
}

/* True if this is the first call from the place that is meant. */
static bool is_meant(const void *caller, const char *call)
{
    bool is_new = true, meant;
    Place place;

    if (!is_ours(caller)) {
        return false;
    }
    place = place_here(caller, call);
    while (__atomic_test_and_set(&lock, __ATOMIC_ACQUIRE)) {}
    for (unsigned i = 0; i < places; i++) {
        is_new = is_new && memcmp(seen[i].callers, place.callers, sizeof(place.callers)) != 0;
    }
    if (is_new && places < PLACES) {
        seen[places++] = place;
    }
    meant = is_new && (interrupts || places == wanted);
    __atomic_clear(&lock, __ATOMIC_RELEASE);
    if (meant && !interrupts) {
        log_write(&place, 1);
    }
    return meant;
}

static bool is_failing(void)
{
    return !makes_zero && !makes_short && !interrupts;
}

static int descriptor(bool meant, int fd)
{
    if (meant && fd > 0) {
        dup3(fd, 0, fcntl(fd, F_GETFD) & FD_CLOEXEC ? O_CLOEXEC : 0);
        close(fd);
        return 0;
    }
    return fd;
}

/* A call of the C library, by the name that it has there; it fails with this result and errno. */
#define CALL(type, symbol, name, parameters, arguments, failure, number)       \
    EXPORT type name parameters                                                \
    {                                                                          \
        type(*real) parameters = (type(*) parameters)dlsym(RTLD_NEXT, symbol); \
        if (is_failing() && is_meant(__builtin_return_address(0), #name)) {    \
            errno = number;                                                    \
            return failure;                                                    \
        }                                                                      \
        return real arguments;                                                 \
    }

/* A call that makes a descriptor. */
#define MAKE(symbol, name, parameters, arguments)                                                  \
    EXPORT int name parameters                                                                     \
    {                                                                                              \
        int(*real) parameters = (int(*) parameters)dlsym(RTLD_NEXT, symbol);                       \
        bool meant = (is_failing() || makes_zero) && is_meant(__builtin_return_address(0), #name); \
        if (meant && is_failing()) {                                                               \
            errno = EMFILE;                                                                        \
            return -1;                                                                             \
        }                                                                                          \
        return descriptor(meant && makes_zero, real arguments);                                    \
    }

EXPORT int open(const char *path, int flags, ...)
{
    int (*real)(const char *, int, ...) = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT,
                                                                                 "open64");
    bool meant = (is_failing() || makes_zero) && is_meant(__builtin_return_address(0), "open");
    va_list list;
    mode_t mode;

    va_start(list, flags);
    mode = flags & O_CREAT ? va_arg(list, mode_t) : 0;
    va_end(list);
    if (meant && is_failing()) {
        errno = EMFILE;
        return -1;
    }
    return descriptor(meant && makes_zero, real(path, flags, mode));
}

EXPORT int fcntl(int fd, int command, ...)
{
    int (*real)(int, int, ...) = (int (*)(int, int, ...))dlsym(RTLD_NEXT, "fcntl64");
    va_list list;
    void *argument;

    va_start(list, command);
    argument = va_arg(list, void *);
    va_end(list);
    if (is_failing() && is_meant(__builtin_return_address(0), "fcntl")) {
        errno = EINVAL;
        return -1;
    }
    return real(fd, command, argument);
}

static size_t size_allowed(const void *caller, size_t size)
{
    return makes_short && size > FEW && is_ours(caller) ? FEW : size;
}

/* True with errno set if the transfer is not made. */
static bool is_stopped(const void *caller, const char *call, int number)
{
    if (makes_zero || makes_short || !is_meant(caller, call)) {
        return false;
    }
    errno = interrupts ? EINTR : number;
    return true;
}

/* Only of a file: without a byte from a peer the program waits. */
EXPORT ssize_t read(int fd, void *bytes, size_t size)
{
    ssize_t (*real)(int, void *, size_t) = (ssize_t(*)(int, void *, size_t))dlsym(RTLD_NEXT,
                                                                                  "read");
    int (*look)(int, struct stat *) = (int (*)(int, struct stat *))dlsym(RTLD_NEXT, "fstat64");
    const void *caller = __builtin_return_address(0);
    struct stat file;

    if ((interrupts || (look(fd, &file) == 0 && S_ISREG(file.st_mode))) &&
        is_stopped(caller, "read", EIO)) {
        return -1;
    }
    return real(fd, bytes, size_allowed(caller, size));
}

/* A call that moves bytes. */
#define MOVE(symbol, name, number, parameters, arguments)                            \
    EXPORT ssize_t name parameters                                                   \
    {                                                                                \
        ssize_t(*real) parameters = (ssize_t(*) parameters)dlsym(RTLD_NEXT, symbol); \
        const void *caller = __builtin_return_address(0);                            \
        if (is_stopped(caller, #name, number)) {                                     \
            return -1;                                                               \
        }                                                                            \
        size = size_allowed(caller, size);                                           \
        return real arguments;                                                       \
    }

MOVE("write", write, ENOSPC, (int fd, const void *bytes, size_t size), (fd, bytes, size))
MOVE("pread64", pread, EIO, (int fd, void *bytes, size_t size, off_t offset),
     (fd, bytes, size, offset))
MOVE("pwrite64", pwrite, ENOSPC, (int fd, const void *bytes, size_t size, off_t offset),
     (fd, bytes, size, offset))

MAKE("socket", socket, (int domain, int type, int protocol), (domain, type, protocol))
MAKE("accept4", accept4, (int fd, struct sockaddr *name, socklen_t *size, int flags),
     (fd, name, size, flags))
MAKE("memfd_create", memfd_create, (const char *name, unsigned flags), (name, flags))
MAKE("epoll_create1", epoll_create1, (int flags), (flags))
MAKE("eventfd", eventfd, (unsigned value, int flags), (value, flags))
MAKE("inotify_init1", inotify_init1, (int flags), (flags))
MAKE("posix_openpt", posix_openpt, (int flags), (flags))
MAKE("mkostemp64", mkostemp, (char *name, int flags), (name, flags))
MAKE("signalfd", signalfd, (int fd, const sigset_t *set, int flags), (fd, set, flags))

CALL(int, "pipe2", pipe2, (int ends[2], int flags), (ends, flags), -1, EMFILE)
CALL(int, "socketpair", socketpair, (int domain, int type, int protocol, int ends[2]),
     (domain, type, protocol, ends), -1, EMFILE)
CALL(int, "epoll_ctl", epoll_ctl, (int set, int deed, int fd, struct epoll_event *event),
     (set, deed, fd, event), -1, ENOSPC)
CALL(int, "inotify_add_watch", inotify_add_watch, (int fd, const char *path, uint32_t mask),
     (fd, path, mask), -1, ENOSPC)
CALL(int, "bind", bind, (int fd, const struct sockaddr *name, socklen_t size), (fd, name, size), -1,
     EADDRINUSE)
CALL(int, "listen", listen, (int fd, int most), (fd, most), -1, EADDRINUSE)
CALL(int, "connect", connect, (int fd, const struct sockaddr *name, socklen_t size),
     (fd, name, size), -1, ECONNREFUSED)
CALL(int, "getsockname", getsockname, (int fd, struct sockaddr *name, socklen_t *size),
     (fd, name, size), -1, ENOBUFS)
CALL(int, "setsockopt", setsockopt,
     (int fd, int level, int option, const void *value, socklen_t size),
     (fd, level, option, value, size), -1, ENOPROTOOPT)
CALL(int, "fstat64", fstat, (int fd, struct stat *file), (fd, file), -1, EIO)
CALL(int, "ftruncate64", ftruncate, (int fd, off_t size), (fd, size), -1, EFBIG)
CALL(int, "fsync", fsync, (int fd), (fd), -1, EIO)
CALL(int, "fchmod", fchmod, (int fd, mode_t mode), (fd, mode), -1, EPERM)
CALL(off_t, "lseek64", lseek, (int fd, off_t offset, int whence), (fd, offset, whence), -1, ESPIPE)
CALL(void *, "mmap64", mmap, (void *at, size_t size, int rights, int flags, int fd, off_t offset),
     (at, size, rights, flags, fd, offset), MAP_FAILED, ENOMEM)
CALL(FILE *, "fopen64", fopen, (const char *path, const char *mode), (path, mode), NULL, EMFILE)
CALL(int, "tcgetattr", tcgetattr, (int fd, struct termios *settings), (fd, settings), -1, ENOTTY)
CALL(int, "tcsetattr", tcsetattr, (int fd, int when, const struct termios *settings),
     (fd, when, settings), -1, EIO)
CALL(int, "ptsname_r", ptsname_r, (int fd, char *name, size_t size), (fd, name, size), ERANGE,
     ERANGE)
CALL(int, "unlockpt", unlockpt, (int fd), (fd), -1, ENOTTY)
CALL(int, "grantpt", grantpt, (int fd), (fd), -1, EACCES)

__attribute__((constructor)) static void begin(void)
{
    const char *place = getenv("OB_CALL_PLACE"), *way = getenv("OB_CALL_WAY");

    wanted = place ? (unsigned)strtoul(place, NULL, 10) : 0;
    makes_zero = way && strcmp(way, "zero") == 0;
    makes_short = way && strcmp(way, "short") == 0;
    interrupts = way && strcmp(way, "interrupted") == 0;
}

__attribute__((destructor)) static void end(void)
{
    if (wanted == 0 && places) {
        log_write(seen, places);
    }
}
