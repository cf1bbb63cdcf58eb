/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/client/process/process.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define LAST_WORDS 2048 /* bytes of stderr that a description shows */

struct ObProcess {
    GPid pid;
    int pidfd;
    int errors; /* the file with its stderr */
    bool ended;
    siginfo_t end;
};

static void child_run(const char *command, int errors, pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
        _exit(127);
    }
    dup2(errors, STDERR_FILENO);
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

/* Returns a descriptor that tells the child's end, or -1; then there is no child. */
static int child_start(const char *command, int errors, GPid *pid)
{
    pid_t parent = getpid();
    int pidfd, reason;

    *pid = fork();
    if (*pid == 0) {
        child_run(command, errors, parent);
    }
    pidfd = *pid == -1 ? -1 : pidfd_open(*pid, 0);
    if (pidfd == -1 && *pid != -1) {
        reason = errno;
        kill(*pid, SIGKILL);
        waitpid(*pid, NULL, 0);
        errno = reason;
    }
    return pidfd;
}

ObProcess *ob_process_start(const char *command)
{
    ObProcess process = { .errors = memfd_create("stderr", MFD_CLOEXEC) };

    if (process.errors == -1) {
        return NULL;
    }
    process.pidfd = child_start(command, process.errors, &process.pid);
    if (process.pidfd == -1) {
        close(process.errors);
        return NULL;
    }
    return g_memdup2(&process, sizeof(process));
}

GPid ob_process_pid(const ObProcess *process)
{
    return process->pid;
}

int ob_process_fd(const ObProcess *process)
{
    return process->pidfd;
}

bool ob_process_wait(ObProcess *process, uint32_t timeout_ms)
{
    struct pollfd ended = { .fd = process->pidfd, .events = POLLIN };
    int64_t deadline = g_get_monotonic_time() + (int64_t)timeout_ms * 1000;
    int64_t left = timeout_ms;

    while (!process->ended) {
        if (poll(&ended, 1, (int)MAX(left, 0)) > 0) {
            process->ended = waitid(P_PID, (id_t)process->pid, &process->end, WEXITED) == 0;
        } else if (left <= 0) {
            return false;
        }
        left = (deadline - g_get_monotonic_time()) / 1000;
    }
    return true;
}

bool ob_process_succeeded(const ObProcess *process)
{
    return process->ended && process->end.si_code == CLD_EXITED && process->end.si_status == 0;
}

void ob_process_signal(ObProcess *process, int signal)
{
    if (!process->ended) {
        kill(process->pid, signal);
    }
}

static void describe_last_words(const ObProcess *process, GString *text)
{
    struct stat status;
    char words[LAST_WORDS + 1];
    off_t start;
    ssize_t got;
    const char *line = words;

    if (fstat(process->errors, &status) == -1 || status.st_size == 0) {
        g_string_append(text, "\nit wrote nothing to stderr");
        return;
    }
    start = MAX(0, status.st_size - LAST_WORDS);
    got = pread(process->errors, words, LAST_WORDS, start);
    words[MAX(got, 0)] = '\0';
    g_strchomp(words); /* the end of a long last line begins no line */
    if (start > 0 && strchr(words, '\n')) {
        line = strchr(words, '\n') + 1;
    }
    g_string_append_printf(text, "\nits last lines on stderr:\n%s", line);
}

char *ob_process_describe(const ObProcess *process)
{
    GString *text = g_string_new(NULL);

    if (!process->ended) {
        g_string_append(text, "runs");
    } else if (process->end.si_code == CLD_EXITED) {
        g_string_append_printf(text, "ended with status %d", process->end.si_status);
    } else {
        g_string_append_printf(text, "was killed by signal %d (%s)", process->end.si_status,
                               strsignal(process->end.si_status));
    }
    describe_last_words(process, text);
    return g_string_free(text, FALSE);
}

void ob_process_free(ObProcess *process)
{
    if (!process) {
        return;
    }
    ob_process_signal(process, SIGKILL);
    while (!ob_process_wait(process, 60000)) {}
    close(process->pidfd);
    close(process->errors);
    g_free(process);
}
