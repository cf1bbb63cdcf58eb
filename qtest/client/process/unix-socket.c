/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/client/process/unix-socket.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

static int unix_socket(const char *path, int (*endpoint)(int, const struct sockaddr *, socklen_t),
                       uint32_t timeout_ms)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    struct timeval time = { .tv_sec = timeout_ms / 1000, .tv_usec = timeout_ms % 1000 * 1000 };
    int fd;
    int saved;

    if (strlen(path) >= sizeof(address.sun_path)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(address.sun_path, path);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd != -1 && setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof(time)) == 0 &&
        endpoint(fd, (struct sockaddr *)&address, sizeof(address)) == 0) {
        return fd;
    }
    saved = errno;
    if (fd != -1) {
        close(fd);
    }
    errno = saved;
    return -1;
}

int ob_unix_connect(const char *path, uint32_t timeout_ms)
{
    return unix_socket(path, connect, timeout_ms);
}

int ob_unix_listen(const char *path)
{
    int fd = unix_socket(path, bind, 0);

    if (fd != -1 && listen(fd, 1) == -1) {
        close(fd);
        return -1;
    }
    return fd;
}

void ob_unix_inherit(int fd)
{
    fcntl(fd, F_SETFD, 0);
}
