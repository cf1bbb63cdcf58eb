/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/io/file.h"

#include "hw-api/device/error.h"
#include "qtest/host/io/fd-set.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

int ob_output_open(const char *path, bool append, HwError *error)
{
    int keep = append ? O_APPEND : O_TRUNC;
    int fd = ob_file_open(path, O_WRONLY | O_CREAT | keep, 0666);

    if (fd < 0) {
        hw_error_set(error, "file:%s: can't write: %s", path, g_strerror(errno));
    }
    return fd;
}

/* For both directions, so that a FIFO opens without a peer, and stays when the peer goes. */
static int fifo_open(const char *path, const char *end)
{
    g_autofree char *name = g_strconcat(path, end, NULL);

    return ob_file_open(name, O_RDWR, 0);
}

bool ob_pipe_open(const char *path, int *in, int *out, HwError *error)
{
    int reason;

    *in = fifo_open(path, ".in");
    *out = *in >= 0 ? fifo_open(path, ".out") : -1;
    if (*out >= 0) {
        return true;
    }
    reason = errno;
    if (*in >= 0) {
        close(*in);
    }
    errno = reason;
    *in = *out = reason == ENOENT ? fifo_open(path, "") : -1;
    return *in >= 0 || hw_error_set(error, "pipe:%s: can't open: %s", path, g_strerror(errno));
}

/* Bytes pass unchanged: no echo, no line editing. */
static void terminal_make_raw(int fd)
{
    struct termios terminal;

    if (tcgetattr(fd, &terminal) == 0) {
        cfmakeraw(&terminal);
        tcsetattr(fd, TCSANOW, &terminal);
    }
}

int ob_pty_open(ObPty *pty, HwError *error)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

    pty->slave = -1;
    if (master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0 &&
        ptsname_r(master, pty->name, sizeof(pty->name)) == 0) {
        pty->slave = open(pty->name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    }
    if (pty->slave >= 0) {
        terminal_make_raw(pty->slave);
        return master;
    }
    hw_error_set(error, "pty: can't make a pseudo-terminal: %s", g_strerror(errno));
    if (master >= 0) {
        close(master);
    }
    return -1;
}
