/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef OB_TESTS_LIB_AWAIT_LISTENER_H
#define OB_TESTS_LIB_AWAIT_LISTENER_H

#include <glib.h>
#include <sys/socket.h>
#include <sys/un.h>

/* Connects to the socket at this path as soon as a program listens there: no event tells it.
 * Without one the test fails after 20 s. */
static inline int await_listener(const char *path)
{
    gint64 deadline = g_get_monotonic_time() + 20 * G_USEC_PER_SEC;
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    g_strlcpy(address.sun_path, path, sizeof(address.sun_path));
    while (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
        g_assert_cmpint(g_get_monotonic_time(), <, deadline);
        g_usleep(500);
    }
    return fd;
}

#endif
