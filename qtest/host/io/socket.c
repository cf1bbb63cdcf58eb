/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/io/socket.h"

#include "hw-api/device/error.h"
#include "qtest/host/io/ring.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* A megabyte of hex passes in a few parts.  The peer reads one part while this side encodes
 * the next, and both parts stay in the processor's cache. */
#define BUFFER_SIZE (512 * 1024)

typedef union SocketName {
    struct sockaddr any;
    struct sockaddr_un un;
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
} SocketName;

/* Loopback addresses need no resolver.  Returns 0 if `host` is not a loopback address. */
static socklen_t loopback_name(const ObSocketAddress *address, SocketName *name)
{
    const char *host = address->host;

    if (!*host || strcmp(host, "localhost") == 0) {
        host = "127.0.0.1";
    }
    if (inet_pton(AF_INET, host, &name->in.sin_addr) == 1) {
        name->in.sin_family = AF_INET;
        name->in.sin_port = htons(address->port);
        return ntohl(name->in.sin_addr.s_addr) >> 24 == 127 ? sizeof(name->in) : 0;
    }
    if (inet_pton(AF_INET6, host, &name->in6.sin6_addr) == 1) {
        name->in6.sin6_family = AF_INET6;
        name->in6.sin6_port = htons(address->port);
        return IN6_IS_ADDR_LOOPBACK(&name->in6.sin6_addr) ? sizeof(name->in6) : 0;
    }
    return 0;
}

static socklen_t socket_name(const ObSocketAddress *address, SocketName *name)
{
    memset(name, 0, sizeof(*name));
    if (address->kind == OB_SOCKET_UNIX) {
        size_t before = address->abstract ? 1 : 0;

        name->un.sun_family = AF_UNIX;
        g_strlcpy(name->un.sun_path + before, address->path, sizeof(name->un.sun_path) - before);
        return address->abstract
                   ? (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(address->path))
                   : sizeof(name->un);
    }
    return loopback_name(address, name);
}

void ob_socket_describe(const ObSocketAddress *address, char *text, size_t capacity)
{
    switch (address->kind) {
    case OB_SOCKET_UNIX:
        g_snprintf(text, capacity, "unix:%s", address->path);
        break;
    case OB_SOCKET_TCP:
        g_snprintf(text, capacity, "%s:%s:%u", address->telnet ? "telnet" : "tcp", address->host,
                   address->port);
        break;
    case OB_SOCKET_FD:
        g_snprintf(text, capacity, "fd %d", address->fd);
        break;
    case OB_SOCKET_FILE:
        g_snprintf(text, capacity, "file:%s", address->path);
        break;
    case OB_SOCKET_STDIO:
        g_strlcpy(text, "stdio", capacity);
        break;
    case OB_SOCKET_NULL:
        g_strlcpy(text, "null", capacity);
        break;
    case OB_SOCKET_PIPE:
        g_snprintf(text, capacity, "pipe:%s", address->path);
        break;
    case OB_SOCKET_PTY:
        g_strlcpy(text, "pty", capacity);
        break;
    case OB_SOCKET_RING:
        g_strlcpy(text, "ringbuf", capacity);
        break;
    case OB_SOCKET_NONE:
        g_strlcpy(text, "no address", capacity);
        break;
    }
}

/* Sets "ADDRESS: can't VERB: errno's text"; closes `fd`, keeps errno. */
static int socket_fail(const ObSocketAddress *address, const char *verb, int fd, HwError *error)
{
    char text[160];
    int cause = errno;

    ob_socket_describe(address, text, sizeof(text));
    hw_error_set(error, "%s: can't %s: %s", text, verb, g_strerror(cause));
    if (fd >= 0) {
        close(fd);
    }
    errno = cause;
    return -1;
}

/* A failure only costs speed. */
static void socket_tune(int fd)
{
    int size = BUFFER_SIZE;
    int on = 1;

    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

/* Linux bounds connect() by the send timeout. */
static void socket_set_timeout(int fd, uint32_t timeout)
{
    struct timeval limit = { .tv_sec = timeout / 1000, .tv_usec = timeout % 1000 * 1000 };

    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
}

int ob_socket_connect(const ObSocketAddress *address, uint32_t timeout, HwError *error)
{
    SocketName name;
    socklen_t size = socket_name(address, &name);
    int fd = socket(name.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0) {
        return socket_fail(address, "make a socket", fd, error);
    }
    socket_tune(fd);
    socket_set_timeout(fd, timeout);
    if (connect(fd, &name.any, size) < 0) {
        if (errno == EAGAIN || errno == EINPROGRESS) {
            errno = ETIMEDOUT;
        }
        return socket_fail(address, "connect", fd, error);
    }
    socket_set_timeout(fd, 0);
    return fd;
}

/* True if a socket file is left from a server that has died, or mkstemp() has reserved the name. */
static bool socket_is_stale(const ObSocketAddress *address)
{
    struct stat status;
    int fd;

    if (lstat(address->path, &status) < 0) {
        return false;
    }
    if (S_ISREG(status.st_mode)) {
        return status.st_size == 0 && status.st_uid == geteuid();
    }
    if (!S_ISSOCK(status.st_mode)) {
        return false;
    }
    fd = ob_socket_connect(address, 1, NULL);
    if (fd >= 0) {
        close(fd);
        return false;
    }
    return errno == ECONNREFUSED;
}

/* The file that bind() makes gets the socket's own mode, less the umask.  Neither protocol has a
 * password: who may connect may run commands as this user. */
static void socket_make_private(int fd, const ObSocketAddress *address)
{
    if (address->kind == OB_SOCKET_UNIX) {
        fchmod(fd, S_IRWXU);
    }
}

int ob_socket_listen(const ObSocketAddress *address, HwError *error)
{
    SocketName name;
    socklen_t size = socket_name(address, &name);
    int fd = socket(name.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int on = 1;

    if (fd < 0) {
        return socket_fail(address, "make a socket", fd, error);
    }
    if (address->kind == OB_SOCKET_UNIX && !address->abstract && socket_is_stale(address)) {
        unlink(address->path);
    }
    socket_make_private(fd, address);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    socket_tune(fd);
    if (bind(fd, &name.any, size) < 0 || listen(fd, 8) < 0) {
        return socket_fail(address, "listen", fd, error);
    }
    return fd;
}

int ob_socket_adopt(const ObSocketAddress *address, HwError *error)
{
    int listens = 0;
    socklen_t size = sizeof(listens);

    if (fcntl(address->fd, F_SETFD, FD_CLOEXEC) < 0 ||
        getsockopt(address->fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) < 0) {
        return socket_fail(address, "use it as a socket", -1, error);
    }
    if ((listens != 0) != address->server) {
        hw_error_set(error, "fd %d: %s, expected %s", address->fd,
                     listens ? "the socket listens" : "the socket does not listen",
                     listens ? "server=on" : "server=off");
        return -1;
    }
    if (listens) {
        fcntl(address->fd, F_SETFL, fcntl(address->fd, F_GETFL) | O_NONBLOCK);
    }
    return address->fd;
}

void ob_socket_file_note(ObSocketFile *file, const char *path)
{
    struct stat status;

    *file = (ObSocketFile) { 0 };
    if (stat(path, &status) == 0) {
        *file = (ObSocketFile) { status.st_dev, status.st_ino };
    }
}

void ob_socket_file_remove(const ObSocketFile *file, const char *path)
{
    struct stat status;

    if (file->inode && stat(path, &status) == 0 && status.st_dev == file->device &&
        status.st_ino == file->inode) {
        unlink(path);
    }
}

int ob_socket_accept(int listener)
{
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

    if (fd >= 0) {
        socket_tune(fd);
    }
    return fd;
}

uint16_t ob_socket_port(int fd)
{
    SocketName name;
    socklen_t size = sizeof(name);

    if (getsockname(fd, &name.any, &size) == 0) {
        if (name.any.sa_family == AF_INET) {
            return ntohs(name.in.sin_port);
        }
        if (name.any.sa_family == AF_INET6) {
            return ntohs(name.in6.sin6_port);
        }
    }
    return 0;
}

bool ob_socket_describe_peer(int fd, char *text, size_t capacity)
{
    char host[INET6_ADDRSTRLEN];
    SocketName name;
    socklen_t size = sizeof(name);

    if (getpeername(fd, &name.any, &size) < 0) {
        return false;
    }
    if (name.any.sa_family == AF_INET) {
        inet_ntop(AF_INET, &name.in.sin_addr, host, sizeof(host));
        g_snprintf(text, capacity, "%s:%u", host, ntohs(name.in.sin_port));
    } else if (name.any.sa_family == AF_INET6) {
        inet_ntop(AF_INET6, &name.in6.sin6_addr, host, sizeof(host));
        g_snprintf(text, capacity, "%s:%u", host, ntohs(name.in6.sin6_port));
    }
    return name.any.sa_family == AF_INET || name.any.sa_family == AF_INET6;
}

bool ob_socket_check(const ObSocketAddress *address, HwError *error)
{
    SocketName name;

    switch (address->kind) {
    case OB_SOCKET_NONE:
        return hw_error_set(error, "socket: neither path nor port given");
    case OB_SOCKET_UNIX:
    case OB_SOCKET_FILE:
    case OB_SOCKET_PIPE:
        if (!*address->path) {
            return hw_error_set(error, "socket: path is empty");
        }
        if (address->abstract && strlen(address->path) + 1 >= sizeof(address->path)) {
            return hw_error_set(error, "socket: path is too long: %zu bytes, expected up to %zu",
                                strlen(address->path), sizeof(address->path) - 2);
        }
        break;
    case OB_SOCKET_TCP:
        if (!loopback_name(address, &name)) {
            return hw_error_set(error,
                                "socket: host '%s' is not a loopback address, expected "
                                "localhost, 127.0.0.1 or ::1",
                                address->host);
        }
        if (!address->port && !address->server) {
            return hw_error_set(error, "socket: port 0 is for a server, "
                                       "expected 1 to 65535");
        }
        break;
    case OB_SOCKET_FD:
        if (address->reconnect) {
            return hw_error_set(error, "socket: reconnect is for path, host or port, not with fd");
        }
        break;
    case OB_SOCKET_STDIO:
    case OB_SOCKET_NULL:
    case OB_SOCKET_PTY:
        break;
    case OB_SOCKET_RING:
        if (!address->size || address->size & (address->size - 1) ||
            address->size > OB_RING_SIZE_MAX) {
            return hw_error_set(error,
                                "ringbuf: size %u does not fit, expected a power of two up to %u",
                                address->size, OB_RING_SIZE_MAX);
        }
        break;
    }
    if (address->server && address->reconnect) {
        return hw_error_set(error, "socket: reconnect is for a client, not with server=on");
    }
    return true;
}
