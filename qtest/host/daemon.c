/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/daemon.h"

#include "hw-api/device/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int ready_fd = -1; /* in the background: the first process reads the other end */

/* A byte says that the machine is made; an end without it, that the reason was reported. */
static _Noreturn void first_process_wait(int fd, pid_t child)
{
    char byte;
    ssize_t n;

    waitpid(child, NULL, 0);
    do {
        n = read(fd, &byte, 1);
    } while (n < 0 && errno == EINTR);
    _exit(n == 1 ? EXIT_SUCCESS : EXIT_FAILURE);
}

/* A process that leads no session can't get a terminal by opening one. */
static bool session_leave(HwError *error)
{
    pid_t child;

    if (setsid() < 0 || (child = fork()) < 0) {
        return hw_error_set(error, "-daemonize: %s", strerror(errno));
    }
    if (child > 0) {
        _exit(EXIT_SUCCESS);
    }
    return true;
}

bool ob_daemon_begin(HwError *error)
{
    int ends[2];
    pid_t child;

    if (pipe2(ends, O_CLOEXEC) < 0 || (child = fork()) < 0) {
        return hw_error_set(error, "-daemonize: %s", strerror(errno));
    }
    if (child > 0) {
        close(ends[1]);
        first_process_wait(ends[0], child);
    }
    close(ends[0]);
    ready_fd = ends[1];
    return session_leave(error);
}

bool ob_daemon_ready(HwError *error)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    char byte = 0;

    if (null < 0 || write(ready_fd, &byte, 1) != 1) {
        return hw_error_set(error, "-daemonize: %s", strerror(errno));
    }
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        dup2(null, fd);
    }
    if (null > STDERR_FILENO) {
        close(null);
    }
    close(ready_fd);
    return true;
}
