/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Linked into QEMU's qtest programs in place of accept().  They wait 50 s for an emulator to
 * connect.  Here they stop waiting when a child ends: an emulator that refuses its options
 * never connects.
 */
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>

#define STEP_MS 20
#define STEPS   1000

int __real_accept(int fd, struct sockaddr *address, socklen_t *length);
int __wrap_accept(int fd, struct sockaddr *address, socklen_t *length);

static int child_has_ended(void)
{
    siginfo_t info = { 0 };

    return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid;
}

int __wrap_accept(int fd, struct sockaddr *address, socklen_t *length)
{
    struct pollfd wait = { .fd = fd, .events = POLLIN };

    for (int i = 0; i < STEPS; i++) {
        if (poll(&wait, 1, STEP_MS) > 0) {
            return __real_accept(fd, address, length);
        }
        if (child_has_ended()) {
            errno = ECONNABORTED;
            return -1;
        }
    }
    errno = ETIMEDOUT;
    return -1;
}
