/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/tpm/deadline-io.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define CONNECT_RETRY_NS (10 * INT64_C(1000000))

int64_t hw_stream_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/* `fd` -1: waits only for the wake-up or the deadline. */
static int stream_wait(int fd, short events, const HwStreamLimit *limit)
{
    struct pollfd polled[2] = { { fd, events, 0 }, { limit->wake, POLLIN, 0 } };
    eventfd_t count;

    for (;;) {
        int64_t left = limit->deadline - hw_stream_now();
        struct timespec wait = { left / 1000000000, left % 1000000000 };
        int ready;

        if (atomic_load(limit->abandoned)) {
            return ECANCELED;
        }
        if (left <= 0) {
            return ETIMEDOUT;
        }
        ready = ppoll(polled, 2, &wait, NULL);
        if (ready > 0) {
            break;
        }
        if (ready < 0 && errno != EINTR) {
            return errno;
        }
    }
    if (polled[1].revents) {
        eventfd_read(limit->wake, &count);
        return EINTR;
    }
    return 0;
}

/* The last moment to try again after this failure; 0: don't. */
static int64_t connect_deadline(int cause, const HwStreamLimit *limit)
{
    switch (cause) {
    case EAGAIN:
        return limit->deadline;
    case ENOENT:
    case ECONNREFUSED:
        return limit->appears_by < limit->deadline ? limit->appears_by : limit->deadline;
    default:
        return 0;
    }
}

int hw_stream_connect(const char *path, const HwStreamLimit *limit, int *fd)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int result = 0;

    if (strlen(path) >= sizeof(address.sun_path)) {
        return ENAMETOOLONG;
    }
    strcpy(address.sun_path, path);
    *fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (*fd < 0) {
        return errno;
    }
    /* EAGAIN: the listener's queue is full, and no event reports free room in it.  A program
     * that was started together with this one may listen a moment later. */
    while (connect(*fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
        HwStreamLimit pause = *limit;
        int cause = errno;

        result = cause;
        pause.deadline = hw_stream_now() + CONNECT_RETRY_NS;
        if (pause.deadline < connect_deadline(cause, limit)) {
            result = stream_wait(-1, 0, &pause);
            if (result == ETIMEDOUT || result == EINTR) {
                continue;
            }
        }
        close(*fd);
        *fd = -1;
        return result == EAGAIN ? ETIMEDOUT : result;
    }
    return 0;
}

int hw_stream_pair(int fds[2])
{
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0) {
        return errno;
    }
    fcntl(fds[0], F_SETFL, O_NONBLOCK);
    return 0;
}

static ssize_t send_some(int fd, const uint8_t *bytes, size_t size, int passed)
{
    struct iovec part = { .iov_base = (void *)bytes, .iov_len = size };
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } control = { .space = "" };
    struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

    if (passed >= 0) {
        message.msg_control = &control;
        message.msg_controllen = sizeof(control.space);
        control.header.cmsg_level = SOL_SOCKET;
        control.header.cmsg_type = SCM_RIGHTS;
        control.header.cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(&control.header), &passed, sizeof(int));
    }
    return sendmsg(fd, &message, MSG_NOSIGNAL);
}

int hw_stream_send(int fd, const uint8_t *bytes, size_t size, int passed,
                   const HwStreamLimit *limit)
{
    while (size > 0) {
        ssize_t n = send_some(fd, bytes, size, passed);

        if (n > 0) {
            bytes += n;
            size -= (size_t)n;
            passed = -1;
        } else if (n < 0 && errno == EAGAIN) {
            int result = stream_wait(fd, POLLOUT, limit);

            if (result != 0 && result != EINTR) {
                return result;
            }
        } else if (n == 0 || errno != EINTR) {
            return n == 0 || errno == EPIPE ? ECONNRESET : errno;
        }
    }
    return 0;
}

int hw_stream_receive(int fd, uint8_t *bytes, size_t *have, size_t want, size_t capacity,
                      const HwStreamLimit *limit)
{
    while (*have < want) {
        ssize_t n = recv(fd, bytes + *have, capacity - *have, 0);

        if (n > 0) {
            *have += (size_t)n;
        } else if (n == 0) {
            return ECONNRESET;
        } else if (errno == EAGAIN) {
            int result = stream_wait(fd, POLLIN, limit);

            if (result != 0) {
                return result;
            }
        } else if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

bool hw_stream_alive(int fd)
{
    uint8_t byte;
    ssize_t n = recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);

    return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

bool hw_stream_discard(int fd)
{
    uint8_t dropped[1024];
    ssize_t n;

    /* At most 16 KiB: a peer that sends without end must not block us here. */
    for (int i = 0; i < 16; i++) {
        n = recv(fd, dropped, sizeof(dropped), MSG_DONTWAIT);
        if (n <= 0) {
            return n < 0 && (errno == EAGAIN || errno == EINTR);
        }
    }
    return true;
}
