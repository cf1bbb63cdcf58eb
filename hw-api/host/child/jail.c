/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/child/jail.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "hw-api/device/error.h"

#define LIBRARY     "libseccomp.so.2"
#define MEMORY_MORE (UINT64_C(256) << 20)
#define CPU_SECONDS 10

/* ------------------------------------------------------------------------ libseccomp */

/* Few processes need it, so it is loaded by the first that does. */
static struct Libseccomp {
    __typeof__(seccomp_init) *init;
    __typeof__(seccomp_release) *release;
    __typeof__(seccomp_rule_add_array) *add;
    __typeof__(seccomp_load) *load;
} libseccomp;

static const struct {
    const char *name;
    size_t place;
} symbols[] = {
    { "seccomp_init", offsetof(struct Libseccomp, init) },
    { "seccomp_release", offsetof(struct Libseccomp, release) },
    { "seccomp_rule_add_array", offsetof(struct Libseccomp, add) },
    { "seccomp_load", offsetof(struct Libseccomp, load) },
};

static bool library_load(HwError *error)
{
    void *handle = libseccomp.load ? NULL : dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);

    if (!libseccomp.load && !handle) {
        return hw_error_set(error, "cannot load " LIBRARY ": %s", dlerror());
    }
    for (size_t i = 0; handle && i < sizeof(symbols) / sizeof(symbols[0]); i++) {
        void *symbol = dlsym(handle, symbols[i].name);

        if (!symbol) {
            return hw_error_set(error, LIBRARY " does not have %s", symbols[i].name);
        }
        memcpy((char *)&libseccomp + symbols[i].place, &symbol, sizeof(symbol));
    }
    return true;
}

/* ------------------------------------------------------------------------- the filter */

/* A rule holds if (argument & mask) is `value`; without a mask it holds always. */
typedef struct Rule {
    int call;
    uint32_t action;
    uint32_t argument;
    uint64_t mask;
    uint64_t value;
} Rule;

#define ALLOW(name)                             \
    {                                           \
        SCMP_SYS(name), SCMP_ACT_ALLOW, 0, 0, 0 \
    }
#define REFUSE(name)                                    \
    {                                                   \
        SCMP_SYS(name), SCMP_ACT_ERRNO(EACCES), 0, 0, 0 \
    }

static const Rule rules[] = {
    ALLOW(exit_group),
    ALLOW(exit),
    ALLOW(rt_sigreturn),
    ALLOW(rt_sigprocmask),
    ALLOW(restart_syscall),
    /* memory, without code */
    ALLOW(brk),
    ALLOW(munmap),
    ALLOW(mremap),
    ALLOW(madvise),
    { SCMP_SYS(mmap), SCMP_ACT_ALLOW, 2, PROT_EXEC, 0 },
    { SCMP_SYS(mprotect), SCMP_ACT_ALLOW, 2, PROT_EXEC, 0 },
    /* locks, clocks, random numbers */
    ALLOW(futex),
    ALLOW(sched_yield),
    ALLOW(clock_gettime),
    ALLOW(gettimeofday),
    ALLOW(time),
    ALLOW(getrandom),
    ALLOW(getpid),
    ALLOW(getppid),
    ALLOW(gettid),
    ALLOW(write), /* only the answer is open */
    /* libraries go on without their configuration and their log */
    REFUSE(lseek),
    REFUSE(fstat),
    REFUSE(open),
    REFUSE(openat),
    REFUSE(access),
    REFUSE(stat),
    REFUSE(newfstatat),
    REFUSE(readlink),
};

static bool rule_add(scmp_filter_ctx filter, const Rule *rule)
{
    struct scmp_arg_cmp condition = SCMP_CMP64(rule->argument, SCMP_CMP_MASKED_EQ, rule->mask,
                                               rule->value);

    /* A call that this architecture does not have is skipped by libseccomp. */
    return libseccomp.add(filter, rule->action, rule->call, rule->mask ? 1 : 0, &condition) == 0;
}

bool hw_jail_prepare(HwJail *jail, HwError *error)
{
    bool good = true;

    *jail = (HwJail) { NULL };
    if (!library_load(error)) {
        return false;
    }
    jail->filter = libseccomp.init(SCMP_ACT_KILL_PROCESS);
    for (size_t i = 0; good && i < sizeof(rules) / sizeof(rules[0]); i++) {
        good = jail->filter && rule_add(jail->filter, &rules[i]);
    }
    if (!good || !jail->filter) {
        hw_jail_release(jail);
        return hw_error_set(error, "libseccomp does not make a filter");
    }
    return true;
}

void hw_jail_release(HwJail *jail)
{
    if (jail->filter) {
        libseccomp.release(jail->filter);
    }
    jail->filter = NULL;
}

/* -------------------------------------------------------------------------- the child */

/* The writable memory that this process has, in bytes; a fork has that of its parent. */
static uint64_t memory_now(void)
{
    unsigned long long pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");

    if (file) {
        if (fscanf(file, "%*u %*u %*u %*u %*u %llu", &pages) != 1) {
            pages = 0;
        }
        fclose(file);
    }
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static bool limit(int resource, uint64_t value)
{
    struct rlimit limits = { value, value };

    return setrlimit(resource, &limits) == 0;
}

static bool files_close(int answer)
{
    return (answer == 0 || close_range(0, (unsigned)answer - 1, 0) == 0) &&
           close_range((unsigned)answer + 1, ~0U, 0) == 0;
}

bool hw_jail_enter(const HwJail *jail, int answer, HwError *error)
{
    if (!limit(RLIMIT_DATA, memory_now() + MEMORY_MORE) || !limit(RLIMIT_CPU, CPU_SECONDS) ||
        !limit(RLIMIT_FSIZE, 0) || !files_close(answer) || !limit(RLIMIT_NOFILE, 0)) {
        return hw_error_set(error, "cannot limit a child process: %s", strerror(errno));
    }
    return libseccomp.load(jail->filter) == 0 ||
           hw_error_set(error, "cannot confine a child process by seccomp");
}
