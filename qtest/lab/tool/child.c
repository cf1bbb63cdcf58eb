/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hw-api/host/run/crash/crash.h"
#include "qtest/lab/tool/lab.h"

enum { TRY_MS = 100, HURRY_MS = 8, TPM_MS = 5000 /* libtpms makes keys */ };

struct LabChild {
    ObLabJudge *judge;
    ObLabFinding *finding; /* in memory that the child shares */
    bool hurries;
};

/* -------------------------------------------------------------------------- watching */

static volatile sig_atomic_t quiet_ticks; /* ticks of this try */
static void (*watch_hangs)(int signal);

static void ticked(int signal)
{
    if (++quiet_ticks > 2) {
        watch_hangs(signal);
    }
}

static void watch_start(int ms, void (*hangs)(int signal))
{
    const struct timeval tick = { ms / 1000, ms % 1000 * 1000 };
    const struct itimerval timer = { tick, tick };
    struct sigaction action = { .sa_handler = ticked, .sa_flags = SA_RESTART };

    watch_hangs = hangs;
    quiet_ticks = 0;
    sigaction(SIGPROF, &action, NULL);
    setitimer(ITIMER_PROF, &timer, NULL);
}

void lab_watch(const ObLabTarget *target, int ms, void (*hangs)(int signal))
{
    if (hw_tpm_count(ob_host_tpms(target->host))) {
        ms = TPM_MS;
    }
    watch_start(ms, hangs);
}

void lab_watch_try(void)
{
    quiet_ticks = 0;
}

/* ---------------------------------------------------------------------------- trying */

enum { STATUS_GOOD = 0, STATUS_FOUND = 78, STATUS_HANG = 79 }; /* no status of a sanitizer */

static void child_hangs(int signal)
{
    hw_crash_show_running("it takes too long");
    (void)signal;
    _exit(STATUS_HANG);
}

static void messages_drop(void)
{
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);

    if (nowhere >= 0) {
        dup2(nowhere, STDOUT_FILENO);
        dup2(nowhere, STDERR_FILENO);
    }
}

/* Without a sanitizer's report, which takes long. */
static void signals_default(void)
{
    static const int signals[] = { SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV };

    for (size_t i = 0; i < G_N_ELEMENTS(signals); i++) {
        signal(signals[i], SIG_DFL);
    }
}

G_GNUC_NORETURN static void child_run(LabChild *child, const ObLabStep *steps, size_t count,
                                      bool shows)
{
    if (shows) {
        hw_crash_report(LAB_PROGRAM, NULL);
    } else {
        messages_drop();
        signals_default();
    }
    if (child->judge->oracles >> OB_LAB_HANG & 1) {
        lab_watch(child->judge->target, child->hurries ? HURRY_MS : TRY_MS, child_hangs);
    }
    _exit(ob_lab_try(child->judge, steps, count, child->finding) ? STATUS_FOUND : STATUS_GOOD);
}

static LabEnd end_of(int status, ObLabFinding *finding)
{
    if (WIFSIGNALED(status)) {
        return ob_lab_found(finding, OB_LAB_CRASH, "the process ends with signal %d, %s",
                            WTERMSIG(status), strsignal(WTERMSIG(status)));
    }
    switch (WEXITSTATUS(status)) {
    case STATUS_GOOD:
        return LAB_END_GOOD;
    case STATUS_FOUND:
        return LAB_END_FOUND;
    case STATUS_HANG:
        return ob_lab_found(finding, OB_LAB_HANG, "a step does not end");
    default:
        return ob_lab_found(finding, OB_LAB_CRASH,
                            "the process ends with status %d, as after a "
                            "sanitizer's report",
                            WEXITSTATUS(status));
    }
}

LabEnd lab_child_try(LabChild *child, const ObLabStep *steps, size_t count, bool shows,
                     ObLabFinding *finding)
{
    int status;
    pid_t pid = fork();
    LabEnd end;

    if (pid == 0) {
        child_run(child, steps, count, shows);
    }
    if (pid < 0) {
        exit(lab_trouble("no process for a try: %s", strerror(errno)));
    }
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
    *finding = (ObLabFinding) { .steps = count };
    end = end_of(status, finding);
    if (end == LAB_END_FOUND && WIFEXITED(status) && WEXITSTATUS(status) == STATUS_FOUND) {
        *finding = *child->finding;
    }
    return end;
}

LabChild *lab_child_new(ObLabJudge *judge)
{
    void *shared = mmap(NULL, sizeof(ObLabFinding), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    LabChild *child;

    if (shared == MAP_FAILED) {
        return NULL;
    }
    child = g_new0(LabChild, 1);
    child->judge = judge;
    child->finding = shared;
    return child;
}

void lab_child_hurry(LabChild *child, bool hurries)
{
    child->hurries = hurries;
}

void lab_child_free(LabChild *child)
{
    munmap(child->finding, sizeof(ObLabFinding));
    g_free(child);
}
