/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/tool/relay-address.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "hw-api/device/error.h"

/* ------------------------------------------------------------------- parsing */

static const char *after(const char *text, const char *prefix)
{
    return g_str_has_prefix(text, prefix) ? text + strlen(prefix) : NULL;
}

static int fd_parse(const char *text)
{
    char *end;
    guint64 number = g_ascii_strtoull(text, &end, 10);

    return *text && !*end && number <= G_MAXINT ? (int)number : -1;
}

/* "HOST:PORT" or "[HOST]:PORT"; the caller frees both parts. */
static bool host_split(const char *text, char **host, char **port)
{
    const char *colon = strrchr(text, ':');
    size_t length = colon ? (size_t)(colon - text) : 0;
    bool bracketed = length > 2 && text[0] == '[' && text[length - 1] == ']';

    if (length == 0 || colon[1] == '\0') {
        return false;
    }
    *host = g_strndup(text + bracketed, length - (bracketed ? 2 : 0));
    *port = g_strdup(colon + 1);
    return true;
}

bool ob_relay_address_check(const char *address, HwError *error)
{
    const char *path = after(address, "unix:"), *tcp = after(address, "tcp:");
    const char *fd = after(address, "fd:");
    g_autofree char *host = NULL, *port = NULL;

    return (path && *path) || (tcp && host_split(tcp, &host, &port)) || (fd && fd_parse(fd) >= 0) ||
           hw_error_set(error, "invalid value '%s': expected unix:PATH, tcp:HOST:PORT or fd:NUMBER",
                        address);
}

/* ----------------------------------------------------------------- sockets */

static int socket_fail(int fd, const char *address, const char *deed, HwError *error)
{
    hw_error_set(error, "%s: can't %s: %s", address, deed, g_strerror(errno));
    if (fd >= 0) {
        close(fd);
    }
    return -1;
}

typedef int SocketFunction(int fd, const struct sockaddr *name, socklen_t size);

static int unix_open(const char *address, const char *path, SocketFunction *use, const char *deed,
                     HwError *error)
{
    struct sockaddr_un name = { .sun_family = AF_UNIX };
    int fd;

    if (strlen(path) >= sizeof(name.sun_path)) {
        hw_error_set(error, "%s: the path has %zu characters, expected at most %zu", address,
                     strlen(path), sizeof(name.sun_path) - 1);
        return -1;
    }
    g_strlcpy(name.sun_path, path, sizeof(name.sun_path));
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || use(fd, (const struct sockaddr *)&name, sizeof(name)) != 0) {
        return socket_fail(fd, address, deed, error);
    }
    return fd;
}

/* A server that ended lately must not block its port. */
static int tcp_try(const struct addrinfo *info, SocketFunction *use)
{
    int fd = socket(info->ai_family, info->ai_socktype | SOCK_CLOEXEC, info->ai_protocol);

    if (fd >= 0) {
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int) { 1 }, sizeof(int));
        if (use(fd, info->ai_addr, info->ai_addrlen) != 0) {
            int cause = errno;

            close(fd);
            errno = cause;
            fd = -1;
        }
    }
    return fd;
}

static int tcp_open(const char *address, const char *text, SocketFunction *use, const char *deed,
                    HwError *error)
{
    const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
    g_autofree char *host = NULL, *port = NULL;
    struct addrinfo *list = NULL;
    int fd = -1, result;

    host_split(text, &host, &port);
    result = getaddrinfo(host, port, &hints, &list);
    if (result != 0) {
        hw_error_set(error, "%s: can't be resolved: %s", address, gai_strerror(result));
        return -1;
    }
    for (const struct addrinfo *info = list; info && fd < 0; info = info->ai_next) {
        fd = tcp_try(info, use);
    }
    result = errno;
    freeaddrinfo(list);
    errno = result;
    return fd >= 0 ? fd : socket_fail(-1, address, deed, error);
}

static int inherited(const char *address, HwError *error)
{
    int fd = fd_parse(after(address, "fd:"));

    return fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 ? fd : socket_fail(-1, address, "be used", error);
}

static int address_open(const char *address, SocketFunction *use, const char *deed, HwError *error)
{
    const char *path = after(address, "unix:"), *tcp = after(address, "tcp:");

    return path  ? unix_open(address, path, use, deed, error)
           : tcp ? tcp_open(address, tcp, use, deed, error)
                 : inherited(address, error);
}

int ob_relay_connect(const char *address, HwError *error)
{
    return address_open(address, connect, "connect", error);
}

/* ----------------------------------------------------------------- listening */

static bool is_listening(int fd)
{
    int value = 0;
    socklen_t size = sizeof(value);

    return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &value, &size) == 0 && value;
}

bool ob_relay_listen(ObRelayListener *listener, const char *address, HwError *error)
{
    listener->fd = address_open(address, bind, "listen", error);
    listener->path = listener->fd >= 0 ? after(address, "unix:") : NULL;
    if (listener->fd >= 0 && after(address, "fd:")) {
        listener->connected = !is_listening(listener->fd);
        return true;
    }
    if (listener->fd >= 0 && listen(listener->fd, 4) != 0) {
        hw_error_set(error, "%s: can't listen: %s", address, g_strerror(errno));
        ob_relay_listener_close(listener);
    }
    return listener->fd >= 0;
}

int ob_relay_accept(const ObRelayListener *listener, HwError *error)
{
    int fd;

    if (listener->connected) {
        return listener->fd;
    }
    do {
        fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC);
    } while (fd < 0 && errno == EINTR);
    if (fd < 0) {
        hw_error_set(error, "can't accept the source's connection: %s", g_strerror(errno));
    }
    return fd;
}

void ob_relay_listener_close(ObRelayListener *listener)
{
    if (listener->fd >= 0 && !listener->connected) {
        close(listener->fd);
    }
    if (listener->path) {
        unlink(listener->path);
    }
    *listener = (ObRelayListener) { .fd = -1 };
}
