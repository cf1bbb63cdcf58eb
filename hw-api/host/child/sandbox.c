/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/child/sandbox.h"

#include <errno.h>
#include <sched.h>
#include <seccomp.h>

#include "hw-api/device/error.h"
#include "hw-api/host/child/child.h"
#include "hw-api/host/child/seccomp.h"

#define KILL(name)                                     \
    {                                                  \
        SCMP_SYS(name), SCMP_ACT_KILL_PROCESS, 0, 0, 0 \
    }
#define FAIL(name, number)                              \
    {                                                   \
        SCMP_SYS(name), SCMP_ACT_ERRNO(number), 0, 0, 0 \
    }

/* Calls that change the computer, or other processes. */
static const HwSeccompRule always[] = {
    KILL(reboot),
    KILL(swapon),
    KILL(swapoff),
    KILL(syslog),
    KILL(mount),
    KILL(umount),
    KILL(umount2),
    KILL(pivot_root),
    KILL(kexec_load),
    KILL(kexec_file_load),
    KILL(init_module),
    KILL(finit_module),
    KILL(delete_module),
    KILL(ioperm),
    KILL(iopl),
    KILL(acct),
    KILL(settimeofday),
    KILL(clock_settime),
    KILL(adjtimex),
    KILL(clock_adjtime),
    KILL(sethostname),
    KILL(setdomainname),
    KILL(quotactl),
    KILL(ptrace),
    KILL(process_vm_readv),
    KILL(process_vm_writev),
    KILL(bpf),
    KILL(perf_event_open),
    KILL(userfaultfd),
    KILL(keyctl),
    KILL(add_key),
    KILL(request_key),
};

static const HwSeccompRule obsolete[] = {
    KILL(readdir),         KILL(_sysctl),      KILL(bdflush),  KILL(create_module),
    KILL(get_kernel_syms), KILL(query_module), KILL(sgetmask), KILL(ssetmask),
    KILL(sysfs),           KILL(uselib),       KILL(ustat),
};

static const HwSeccompRule privileges[] = {
    KILL(setuid),    KILL(setgid),    KILL(setreuid), KILL(setregid),
    KILL(setresuid), KILL(setresgid), KILL(setfsuid), KILL(setfsgid),
    KILL(setgroups), KILL(setns),     KILL(unshare),  KILL(capset),
};

static const HwSeccompRule programs[] = {
    KILL(execve),
    KILL(execveat),
};

/* Threads stay possible.  The flags of clone3 are in memory, which a filter can't read, so clone3
 * fails.  The C library then takes clone. */
static const HwSeccompRule children[] = {
    KILL(fork),
    KILL(vfork),
    { SCMP_SYS(clone), SCMP_ACT_KILL_PROCESS, 0, CLONE_THREAD, 0 },
    FAIL(clone3, ENOSYS),
};

/* The C library and GLib go on without them. */
static const HwSeccompRule resources[] = {
    FAIL(setpriority, EPERM),        FAIL(ioprio_set, EPERM),    FAIL(sched_setparam, EPERM),
    FAIL(sched_setscheduler, EPERM), FAIL(sched_setattr, EPERM), FAIL(sched_setaffinity, EPERM),
};

#define GROUP(chosen, rules)                              \
    {                                                     \
        chosen, rules, sizeof(rules) / sizeof((rules)[0]) \
    }

bool hw_sandbox_enter(const HwSandbox *sandbox, HwError *error)
{
    const struct {
        bool chosen;
        const HwSeccompRule *rules;
        size_t count;
    } groups[] = {
        GROUP(true, always),
        GROUP(sandbox->obsolete, obsolete),
        GROUP(sandbox->privileges, privileges),
        GROUP(sandbox->programs, programs),
        GROUP(sandbox->children, children),
        GROUP(sandbox->resources, resources),
    };
    void *filter = hw_seccomp_new(SCMP_ACT_ALLOW, error);
    bool good = filter != NULL;

    if (!filter) {
        return false;
    }
    for (size_t i = 0; good && i < sizeof(groups) / sizeof(groups[0]); i++) {
        good = !groups[i].chosen || hw_seccomp_add(filter, groups[i].rules, groups[i].count);
    }
    good = good && hw_seccomp_enter(filter, true);
    hw_seccomp_free(filter);
    if (good && !sandbox->children) {
        hw_child_allow();
    }
    return good || hw_error_set(error, "cannot confine this process by seccomp");
}
