/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/load/trial.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ------------------------------------------------------------------- the child */

/* Its death is the answer, not a report: no handlers of the host, no core file. */
static void child_prepare(void)
{
    static const int deaths[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS };
    struct rlimit no_core = { 0, 0 };
    int null = open("/dev/null", O_RDWR);

    for (size_t i = 0; i < sizeof(deaths) / sizeof(deaths[0]); i++) {
        signal(deaths[i], SIG_DFL);
    }
    setrlimit(RLIMIT_CORE, &no_core);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (int fd = STDIN_FILENO; null >= 0 && fd <= STDERR_FILENO; fd++) {
        dup2(null, fd);
    }
}

static void child_run(const char *name, int verdict)
{
    void *handle;

    child_prepare();
    handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (handle) {
        dlclose(handle);
    }
    _exit(write(verdict, "", 1) == 1 ? 0 : 1);
}

/* ------------------------------------------------------------------ the parent */

static int64_t now_in_milliseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* 1 if the child lives on behind its verdict, 0 if it ended without, -1 at the deadline. */
static int verdict_wait(int verdict, int milliseconds)
{
    int64_t deadline = now_in_milliseconds() + milliseconds;
    struct pollfd poll_verdict = { verdict, POLLIN, 0 };
    char byte;

    for (;;) {
        int64_t left = deadline - now_in_milliseconds();
        int ready = poll(&poll_verdict, 1, left > 0 ? (int)left : 0);

        if (ready > 0) {
            ssize_t got = read(verdict, &byte, 1);

            if (got >= 0 || errno != EINTR) {
                return got == 1;
            }
        } else if (ready == 0) {
            return -1;
        } else if (errno != EINTR) {
            return 0;
        }
    }
}

/* False where the host ignores SIGCHLD or waited for the child itself. */
static bool child_reap(pid_t child, int *status)
{
    pid_t got;

    do {
        got = waitpid(child, status, 0);
    } while (got < 0 && errno == EINTR);
    return got == child;
}

static bool trial_refuse(const char *what, const HwPlace *place, HwError *error, pid_t child)
{
    int status;
    bool reaped = child_reap(child, &status);

    if (reaped && WIFSIGNALED(status)) {
        return hw_refuse(place, error,
                         "has %s that fail: a child process that loaded it was "
                         "killed by signal %d (%s)",
                         what, WTERMSIG(status), strsignal(WTERMSIG(status)));
    }
    return hw_refuse(place, error,
                     "has %s that fail: a child process that loaded it ended with "
                     "status %d",
                     what, reaped ? WEXITSTATUS(status) : -1);
}

static bool trial_end(const char *what, int milliseconds, const HwPlace *place, HwError *error,
                      pid_t child, int verdict)
{
    int result = verdict_wait(verdict, milliseconds);
    int status;

    if (result == 0) {
        return trial_refuse(what, place, error, child);
    }
    if (result < 0) {
        kill(child, SIGKILL);
    }
    child_reap(child, &status);
    return result > 0 || hw_refuse(place, error,
                                   "has %s that fail: a child process that loaded it took more "
                                   "than %d ms",
                                   what, milliseconds);
}

static bool is_confined(void)
{
    FILE *file = fopen("/proc/self/status", "re");
    bool privileges = false;
    bool filter = false;
    char line[256];

    while (file && fgets(line, sizeof(line), file)) {
        privileges = privileges || !strcmp(line, "NoNewPrivs:\t1\n");
        filter = filter || !strcmp(line, "Seccomp:\t2\n");
    }
    if (file) {
        fclose(file);
    }
    return privileges && filter;
}

bool hw_trial_load(const char *name, const char *what, int milliseconds, const HwPlace *place,
                   HwError *error)
{
    int verdict[2];
    pid_t child;
    bool good;

    if (is_confined()) {
        return hw_refuse(place, error,
                         "has %s, which this host can't try as a seccomp filter "
                         "confines it: expected none, link it with -nostartfiles",
                         what);
    }
    if (pipe2(verdict, O_CLOEXEC) < 0) {
        return hw_refuse(place, error, "has %s, which can't be tried: %s", what, strerror(errno));
    }
    child = fork();
    if (child == 0) {
        child_run(name, verdict[1]);
    }
    close(verdict[1]);
    good = child < 0
               ? hw_refuse(place, error, "has %s, which can't be tried: %s", what, strerror(errno))
               : trial_end(what, milliseconds, place, error, child, verdict[0]);
    close(verdict[0]);
    return good;
}
