/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/child/child.h"

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

#include "hw-api/device/error.h"

/* Less than PIPE_BUF, so it is written and read as a whole. */
typedef struct Answer {
    bool good;
    char sentence[HW_CHILD_SENTENCE];
} Answer;

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

static void child_work(HwChildJob *job, void *data, int fd)
{
    Answer answer = { .good = false };
    HwError error = { answer.sentence, sizeof(answer.sentence), 0 };

    child_prepare();
    answer.good = job(data, fd, &error);
    _exit(write(fd, &answer, sizeof(answer)) == sizeof(answer) ? 0 : 1);
}

/* ------------------------------------------------------------------ the parent */

static int64_t now_in_milliseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* 1 with the child's answer, 0 if the child ended without one, -1 at the deadline. */
static int answer_wait(int fd, int milliseconds, Answer *answer)
{
    int64_t deadline = now_in_milliseconds() + milliseconds;
    struct pollfd poll_answer = { fd, POLLIN, 0 };

    for (;;) {
        int64_t left = deadline - now_in_milliseconds();
        int ready = poll(&poll_answer, 1, left > 0 ? (int)left : 0);

        if (ready > 0) {
            ssize_t got = read(fd, answer, sizeof(*answer));

            if (got >= 0 || errno != EINTR) {
                return got == sizeof(*answer);
            }
        } else if (ready == 0) {
            return -1;
        } else if (errno != EINTR) {
            return 0;
        }
    }
}

/* -1 where the host ignores SIGCHLD or waited for the child itself. */
static int child_reap(pid_t child)
{
    int status;
    pid_t got;

    do {
        got = waitpid(child, &status, 0);
    } while (got < 0 && errno == EINTR);
    return got == child ? status : -1;
}

static HwChildEnd child_failed(int status, HwError *error)
{
    if (status != -1 && WIFSIGNALED(status)) {
        hw_error_set(error, "was killed by signal %d (%s)", WTERMSIG(status),
                     strsignal(WTERMSIG(status)));
    } else {
        hw_error_set(error, "ended with status %d", status == -1 ? -1 : WEXITSTATUS(status));
    }
    return HW_CHILD_FAILED;
}

static HwChildEnd child_end(pid_t child, int fd, int milliseconds, HwError *error)
{
    Answer answer = { .good = false };
    int result = answer_wait(fd, milliseconds, &answer);
    int status;

    if (result < 0) {
        kill(child, SIGKILL);
    }
    status = child_reap(child);
    if (result == 0) {
        return child_failed(status, error);
    }
    if (result < 0) {
        hw_error_set(error, "took more than %d ms", milliseconds);
        return HW_CHILD_FAILED;
    }
    answer.sentence[sizeof(answer.sentence) - 1] = '\0';
    if (!answer.good) {
        hw_error_set(error, "%s", answer.sentence);
    }
    return answer.good ? HW_CHILD_GOOD : HW_CHILD_REFUSED;
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

static bool allowed;

void hw_child_allow(void)
{
    allowed = true;
}

static HwChildEnd child_impossible(const char *reason, HwError *error)
{
    hw_error_set(error, "%s", reason);
    return HW_CHILD_IMPOSSIBLE;
}

HwChildEnd hw_child_run(HwChildJob *job, void *data, int milliseconds, HwError *error)
{
    HwChildEnd end;
    pid_t child;
    int fds[2];

    if (!allowed && is_confined()) {
        return child_impossible("a seccomp filter confines this process", error);
    }
    if (pipe2(fds, O_CLOEXEC) < 0) {
        return child_impossible(strerror(errno), error);
    }
    child = fork();
    if (child == 0) {
        child_work(job, data, fds[1]);
    }
    close(fds[1]);
    end = child < 0 ? child_impossible(strerror(errno), error)
                    : child_end(child, fds[0], milliseconds, error);
    close(fds[0]);
    return end;
}
