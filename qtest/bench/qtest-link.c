/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/bench/qtest-link.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "qtest/bench/processors.h"

char qtest_received[QTEST_RECEIVED_MAX];

static void fail(const char *what)
{
    fprintf(stderr, "bench-qtest: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void tune(int fd)
{
    int size = QTEST_RECEIVED_MAX;

    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
}

int qtest_link_connect(const char *path, pid_t *peer)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    struct ucred credentials = { 0 };
    socklen_t size = sizeof(credentials);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (strlen(path) >= sizeof(address.sun_path)) {
        errno = ENAMETOOLONG;
        fail(path);
    }
    strcpy(address.sun_path, path);
    tune(fd);
    if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
        getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) < 0) {
        fail(path);
    }
    *peer = credentials.pid;
    return fd;
}

void qtest_link_send(int fd, const char *bytes, size_t count)
{
    while (count) {
        ssize_t sent = send(fd, bytes, count, MSG_NOSIGNAL);

        if (sent <= 0) {
            fail("send");
        }
        bytes += sent;
        count -= sent;
    }
}

size_t qtest_link_receive(int fd)
{
    ssize_t count = recv(fd, qtest_received, sizeof(qtest_received), 0);

    if (count <= 0) {
        fail("receive");
    }
    return count;
}

void qtest_link_receive_reply(int fd)
{
    size_t count = qtest_link_receive(fd);

    if (count < 2 || memcmp(qtest_received, "OK", 2) != 0) {
        fprintf(stderr, "bench-qtest: host answers: %.*s\n", (int)(count < 200 ? count : 200),
                qtest_received);
        exit(1);
    }
    while (qtest_received[count - 1] != '\n') {
        count = qtest_link_receive(fd);
    }
}

/* ------------------------------------------------------------ the raw peer */

/* Answers each `size` bytes without reading their content, until the other end closes. */
static void raw_answer(int fd, size_t size, const char *reply, size_t reply_size)
{
    size_t got = 0;
    ssize_t count;

    while ((count = recv(fd, qtest_received, sizeof(qtest_received), 0)) > 0) {
        for (got += count; got >= size; got -= size) {
            send(fd, reply, reply_size, MSG_NOSIGNAL);
        }
    }
    _exit(0);
}

pid_t qtest_link_raw(int *fd, int processor, size_t size, const char *reply, size_t reply_size)
{
    int pair[2];
    pid_t child = -1;

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0 || (child = fork()) < 0) {
        fail("socket pair");
    }
    if (child == 0) {
        close(pair[0]);
        processors_pin(getpid(), processor);
        raw_answer(pair[1], size, reply, reply_size);
    }
    close(pair[1]);
    tune(pair[0]);
    *fd = pair[0];
    return child;
}

void qtest_link_raw_end(int fd, pid_t peer)
{
    close(fd);
    waitpid(peer, NULL, 0);
}
