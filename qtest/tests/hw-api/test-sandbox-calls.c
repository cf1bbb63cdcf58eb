/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Denied calls of -sandbox, each made in a process of its own.  Their arguments are wrong, so that a
 * call that is not denied fails without an effect.
 */
#include <errno.h>
#include <glib.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hw-api/device/error.h"
#include "hw-api/host/child/sandbox.h"

enum { KILLED = -1, NO_SANDBOX = 255 };

typedef struct Call {
    const char *name;
    const char *group; /* -sandbox's; NULL: always denied */
    long number;
    int end; /* KILLED, or the error of a call that fails */
    long argument;
} Call;

#define WRONG (-1)

/* clang-format off */
static const Call calls[] = {
    { "reboot", NULL, SYS_reboot, KILLED, WRONG },
    { "mount", NULL, SYS_mount, KILLED, WRONG },
    { "umount2", NULL, SYS_umount2, KILLED, WRONG },
    { "pivot_root", NULL, SYS_pivot_root, KILLED, WRONG },
    { "init_module", NULL, SYS_init_module, KILLED, WRONG },
    { "kexec_load", NULL, SYS_kexec_load, KILLED, WRONG },
    { "settimeofday", NULL, SYS_settimeofday, KILLED, WRONG },
    { "ptrace", NULL, SYS_ptrace, KILLED, WRONG },
    { "process_vm_writev", NULL, SYS_process_vm_writev, KILLED, WRONG },
    { "bpf", NULL, SYS_bpf, KILLED, WRONG },
    { "perf_event_open", NULL, SYS_perf_event_open, KILLED, WRONG },
    { "keyctl", NULL, SYS_keyctl, KILLED, WRONG },
    { "setuid", "elevateprivileges", SYS_setuid, KILLED, WRONG },
    { "setresgid", "elevateprivileges", SYS_setresgid, KILLED, WRONG },
    { "unshare", "elevateprivileges", SYS_unshare, KILLED, WRONG },
    { "capset", "elevateprivileges", SYS_capset, KILLED, WRONG },
    { "execve", "programs", SYS_execve, KILLED, WRONG },
    { "execveat", "programs", SYS_execveat, KILLED, WRONG },
    { "clone", "children", SYS_clone, KILLED, SIGCHLD },
    { "clone3", "children", SYS_clone3, ENOSYS, WRONG },
#ifdef SYS_fork
    { "fork", "children", SYS_fork, KILLED, 0 },
    { "ustat", "obsolete", SYS_ustat, KILLED, WRONG },
    { "uselib", "obsolete", SYS_uselib, KILLED, WRONG },
#endif
    { "setpriority", "resourcecontrol", SYS_setpriority, EPERM, WRONG },
    { "sched_setaffinity", "resourcecontrol", SYS_sched_setaffinity, EPERM, WRONG },
    { "sched_setscheduler", "resourcecontrol", SYS_sched_setscheduler, EPERM, WRONG },
};
/* clang-format on */

static HwSandbox with(const char *group)
{
    return (HwSandbox) {
        .obsolete = g_strcmp0(group, "obsolete") == 0,
        .privileges = g_strcmp0(group, "elevateprivileges") == 0,
        .programs = g_strcmp0(group, "programs") == 0,
        .children = g_strcmp0(group, "children") == 0,
        .resources = g_strcmp0(group, "resourcecontrol") == 0,
    };
}

static void make(const Call *call, const HwSandbox *sandbox)
{
    HW_ERROR(error, 256);
    long result;

    if (!hw_sandbox_enter(sandbox, &error)) {
        _exit(NO_SANDBOX);
    }
    result = syscall(call->number, call->argument, WRONG, WRONG, WRONG, WRONG, WRONG);
    _exit(result < 0 ? errno : 0); /* a new process, if there is one, ends here too */
}

/* Returns KILLED if the sandbox killed the process, or the call's error. */
static int end_of(const Call *call, const HwSandbox *sandbox)
{
    pid_t pid = fork();
    int status;

    if (pid == 0) {
        make(call, sandbox);
    }
    g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS ? KILLED : WEXITSTATUS(status);
}

static bool can_confine(void)
{
    const Call harmless = { "getppid", NULL, SYS_getppid, 0, 0 };

    if (end_of(&harmless, &(HwSandbox) { 0 }) == 0) {
        return true;
    }
    g_test_skip("this kernel or emulator has no seccomp filters");
    return false;
}

static void test_denied(gconstpointer data)
{
    const Call *call = data;
    const HwSandbox sandbox = with(call->group);

    if (can_confine()) {
        g_assert_cmpint(end_of(call, &sandbox), ==, call->end);
    }
}

/* A group that is not chosen denies nothing: the kernel itself refuses the arguments. */
static void test_allowed(gconstpointer data)
{
    const Call *call = data;

    if (can_confine()) {
        int end = end_of(call, &(HwSandbox) { 0 });

        g_assert_cmpint(end, !=, KILLED);
        g_assert_true(call->end == KILLED || end != call->end);
    }
}

static void add(const Call *call, const char *end, void (*test)(gconstpointer))
{
    g_autofree char *path = g_strdup_printf("/sandbox-calls/%s/%s-is-%s",
                                            call->group ? call->group : "always", call->name, end);

    g_test_add_data_func(path, call, test);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(calls); i++) {
        add(&calls[i], "denied", test_denied);
        if (calls[i].group) {
            add(&calls[i], "allowed-without-its-group", test_allowed);
        }
    }
    return g_test_run();
}
