/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/io/channel.h"

#include "hw-api/device/error.h"
#include "qtest/host/io/fd-set.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define CONNECT_LIMIT 1000 /* ms; longest time that a connection may block the loop */

typedef struct Opening {
    ObChannel *channel;
    const char *rest; /* the address after its protocol */
    const char *uri;
    ObDirection direction;
    ObChannelLookup *lookup;
    void *opaque;
} Opening;

static void fd_close(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
        *fd = -1;
    }
}

static void fd_prepare(ObChannel *c, int fd)
{
    int type;
    socklen_t size = sizeof(type);

    c->fd = fd;
    c->is_socket = getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0;
    if (!c->is_socket) {
        fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    }
}

/* ------------------------------------------------------------------ sockets */

static bool socket_listen(ObChannel *c, const ObSocketAddress *address, HwError *error)
{
    c->listener = ob_socket_listen(address, error);
    if (c->listener < 0) {
        return false;
    }
    if (address->kind == OB_SOCKET_UNIX) {
        c->listener_path = g_strdup(address->path);
        ob_socket_file_note(&c->listener_file, address->path);
    } else {
        c->port = ob_socket_port(c->listener);
    }
    return true;
}

static bool open_socket(const Opening *opening, HwError *error)
{
    ObChannel *c = opening->channel;
    const char *role = opening->direction == OB_INCOMING ? ",server=on" : "";
    g_autofree char *text = g_strconcat(opening->uri, role, NULL);
    ObSocketAddress address;
    int fd;

    if (!ob_socket_parse(&address, text, error)) {
        return false;
    }
    c->kind = "socket";
    if (opening->direction == OB_INCOMING) {
        return socket_listen(c, &address, error);
    }
    fd = ob_socket_connect(&address, CONNECT_LIMIT, error);
    if (fd < 0) {
        return false;
    }
    fd_prepare(c, fd);
    return true;
}

/* Removes the file too: another receiver may take the path as soon as nobody listens. */
static void listener_close(ObChannel *c)
{
    if (c->listener_path) {
        ob_socket_file_remove(&c->listener_file, c->listener_path);
        g_clear_pointer(&c->listener_path, g_free);
    }
    fd_close(&c->listener);
}

bool ob_channel_accept(ObChannel *channel)
{
    int fd = ob_socket_accept(channel->listener);

    if (fd < 0) {
        return false;
    }
    listener_close(channel);
    fd_prepare(channel, fd);
    return true;
}

/* ----------------------------------------------------------------- commands */

/* The command gets a process group of its own, so that all of its processes can be ended.
 * Signals that this program ignores or catches have their default actions in it. */
static int command_spawn(ObChannel *c, const char *command, int fd, ObDirection direction)
{
    const char *const argv[] = { "sh", "-c", command, NULL };
    extern char **environ;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t signals;
    int input = direction == OB_INCOMING;
    int result;

    sigemptyset(&signals);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &signals);
    sigaddset(&signals, SIGPIPE);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    posix_spawnattr_setsigdefault(&attributes, &signals);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF |
                                              POSIX_SPAWN_SETSIGMASK);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, fd, input ? STDOUT_FILENO : STDIN_FILENO);
    posix_spawn_file_actions_addopen(&actions, input ? STDIN_FILENO : STDOUT_FILENO, "/dev/null",
                                     O_RDWR, 0);
    result = posix_spawn(&c->child, "/bin/sh", &actions, &attributes, (char *const *)argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return result;
}

static bool commands_are_forbidden;

void ob_channel_forbid_commands(void)
{
    commands_are_forbidden = true;
}

static bool open_command(const Opening *opening, HwError *error)
{
    ObChannel *c = opening->channel;
    int incoming = opening->direction == OB_INCOMING;
    int pipe_fds[2];
    int result;

    c->kind = "command";
    if (commands_are_forbidden) {
        return hw_error_set(error, "cannot start '%s': -sandbox denies it, expected spawn=allow",
                            opening->rest);
    }
    if (pipe2(pipe_fds, O_CLOEXEC) < 0) {
        return hw_error_set(error, "cannot make a pipe for '%s': %s", opening->rest,
                            g_strerror(errno));
    }
    fd_prepare(c, pipe_fds[incoming ? 0 : 1]);
    result = command_spawn(c, opening->rest, pipe_fds[incoming ? 1 : 0], opening->direction);
    close(pipe_fds[incoming ? 1 : 0]);
    if (result != 0) {
        c->child = 0;
        return hw_error_set(error, "cannot start '%s': %s", opening->rest, g_strerror(result));
    }
    c->child_fd = (int)syscall(SYS_pidfd_open, c->child, 0);
    return c->child_fd >= 0 ||
           hw_error_set(error, "cannot watch '%s': %s", opening->rest, g_strerror(errno));
}

bool ob_channel_reap(ObChannel *channel, int *status)
{
    *status = 0;
    if (channel->child && waitpid(channel->child, status, WNOHANG) == channel->child) {
        channel->child = 0;
    }
    return channel->child == 0;
}

static void command_end(ObChannel *c)
{
    if (c->child) {
        kill(-c->child, SIGKILL);
        waitpid(c->child, NULL, 0);
        c->child = 0;
    }
}

/* ----------------------------------------------------- files and descriptors */

static bool file_offset(char *path, off_t *offset, HwError *error)
{
    char *option = strstr(path, ",offset=");
    char *end;

    *offset = 0;
    if (!option) {
        return true;
    }
    errno = 0;
    *offset = strtoll(option + strlen(",offset="), &end, 0);
    if (errno || *end || end == option + strlen(",offset=") || *offset < 0) {
        return hw_error_set(error, "offset: invalid value '%s': expected a number of bytes",
                            option + strlen(",offset="));
    }
    *option = '\0';
    return true;
}

static bool open_file(const Opening *opening, HwError *error)
{
    ObChannel *c = opening->channel;
    g_autofree char *path = g_strdup(opening->rest);
    off_t offset;
    int flags = opening->direction == OB_INCOMING ? O_RDONLY : O_WRONLY | O_CREAT;

    c->kind = "file";
    if (!file_offset(path, &offset, error)) {
        return false;
    }
    c->fd = ob_file_open(path, flags | O_NONBLOCK, 0600);
    if (c->fd < 0) {
        return hw_error_set(error, "cannot open '%s': %s", path, g_strerror(errno));
    }
    /* Keeps the bytes before the offset: they belong to somebody else. */
    if (opening->direction == OB_OUTGOING && ftruncate(c->fd, offset) < 0 && errno != EINVAL) {
        return hw_error_set(error, "cannot truncate '%s': %s", path, g_strerror(errno));
    }
    if (offset && lseek(c->fd, offset, SEEK_SET) < 0) {
        return hw_error_set(error, "cannot seek in '%s': %s", path, g_strerror(errno));
    }
    return true;
}

static int socket_option(int fd, int option)
{
    int value = 0;
    socklen_t size = sizeof(value);

    return getsockopt(fd, SOL_SOCKET, option, &value, &size) == 0 ? value : 0;
}

/* Returns what is wrong with the socket, or NULL. */
static const char *socket_fault(int fd)
{
    struct sockaddr_storage peer;
    socklen_t size = sizeof(peer);

    return socket_option(fd, SO_TYPE) != SOCK_STREAM              ? "is not a stream socket"
           : socket_option(fd, SO_ACCEPTCONN)                     ? "is a listening socket"
           : getpeername(fd, (struct sockaddr *)&peer, &size) < 0 ? "is a socket without a peer"
                                                                  : NULL;
}

/* The wrong end of a pipe never becomes ready. */
static const char *direction_fault(int fd, ObDirection direction)
{
    int flags = fcntl(fd, F_GETFL);
    int mode = flags & O_ACCMODE;
    bool goes = mode == O_RDWR || mode == (direction == OB_INCOMING ? O_RDONLY : O_WRONLY);

    return goes && !(flags & O_PATH)  ? NULL
           : direction == OB_INCOMING ? "is not open for reading"
                                      : "is not open for writing";
}

/* Without this check a descriptor that can't carry a stream would wait for ever. */
static const char *fd_fault(int fd, ObDirection direction)
{
    struct stat file;

    if (fstat(fd, &file) < 0) {
        return g_strerror(errno);
    }
    switch (file.st_mode & S_IFMT) {
    case S_IFSOCK:
        return socket_fault(fd);
    case S_IFDIR:
        return "is a directory";
    case S_IFREG:
    case S_IFIFO:
    case S_IFCHR:
    case S_IFBLK:
        return direction_fault(fd, direction);
    default:
        return "is not a file, pipe or socket";
    }
}

static bool open_descriptor(const Opening *opening, HwError *error)
{
    ObChannel *c = opening->channel;
    int fd = opening->lookup(opening->opaque, opening->rest);
    const char *fault;

    if (fd < 0) {
        return hw_error_set(error, "File descriptor named '%s' has not been found", opening->rest);
    }
    fd_prepare(c, fd);
    c->kind = c->is_socket ? "socket" : "file";
    fault = fd_fault(fd, opening->direction);
    return !fault || hw_error_set(error,
                                  "File descriptor named '%s' %s, expected a connected stream "
                                  "socket, or a file or pipe open for %s",
                                  opening->rest, fault,
                                  opening->direction == OB_INCOMING ? "reading" : "writing");
}

/* -------------------------------------------------------------------- whole */

static const struct {
    const char *prefix;
    bool (*open)(const Opening *opening, HwError *error);
} kinds[] = {
    { "unix:", open_socket }, { "tcp:", open_socket },    { "exec:", open_command },
    { "file:", open_file },   { "fd:", open_descriptor },
};

bool ob_channel_open(ObChannel *channel, const char *uri, ObDirection direction,
                     ObChannelLookup *lookup, void *opaque, HwError *error)
{
    *channel = (ObChannel) { .fd = -1, .listener = -1, .child_fd = -1 };
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        const Opening opening = { channel, uri + strlen(kinds[i].prefix), uri, direction, lookup,
                                  opaque };

        if (!g_str_has_prefix(uri, kinds[i].prefix)) {
            continue;
        }
        if (kinds[i].open(&opening, error)) {
            return true;
        }
        ob_channel_close(channel);
        return false;
    }
    return hw_error_set(error, "unknown migration protocol: %s", uri);
}

ssize_t ob_channel_read(ObChannel *channel, void *bytes, size_t size)
{
    ssize_t n;

    do {
        n = channel->is_socket ? recv(channel->fd, bytes, size, MSG_DONTWAIT)
                               : read(channel->fd, bytes, size);
    } while (n < 0 && errno == EINTR);
    return n;
}

ssize_t ob_channel_write(ObChannel *channel, const void *bytes, size_t size)
{
    ssize_t n;

    do {
        n = channel->is_socket ? send(channel->fd, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL)
                               : write(channel->fd, bytes, size);
    } while (n < 0 && errno == EINTR);
    return n;
}

void ob_channel_hang_up(ObChannel *channel)
{
    fd_close(&channel->fd);
}

void ob_channel_close(ObChannel *channel)
{
    fd_close(&channel->fd);
    listener_close(channel);
    command_end(channel);
    fd_close(&channel->child_fd);
}
