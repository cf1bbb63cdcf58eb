/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/child/jail.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "hw-api/device/error.h"
#include "hw-api/host/child/seccomp.h"

#define MEMORY_MORE (UINT64_C(256) << 20)
#define CPU_SECONDS 10

/* ------------------------------------------------------------------------- the filter */

#define ALLOW(name)                             \
    {                                           \
        SCMP_SYS(name), SCMP_ACT_ALLOW, 0, 0, 0 \
    }
#define REFUSE(name)                                    \
    {                                                   \
        SCMP_SYS(name), SCMP_ACT_ERRNO(EACCES), 0, 0, 0 \
    }

static const HwSeccompRule rules[] = {
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

bool hw_jail_prepare(HwJail *jail, HwError *error)
{
    jail->filter = hw_seccomp_new(SCMP_ACT_KILL_PROCESS, error);
    if (!jail->filter) {
        return false;
    }
    if (!hw_seccomp_add(jail->filter, rules, sizeof(rules) / sizeof(rules[0]))) {
        hw_jail_release(jail);
        return hw_error_set(error, "libseccomp does not make a filter");
    }
    return true;
}

void hw_jail_release(HwJail *jail)
{
    hw_seccomp_free(jail->filter);
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
    return hw_seccomp_enter(jail->filter, false) ||
           hw_error_set(error, "cannot confine a child process by seccomp");
}
