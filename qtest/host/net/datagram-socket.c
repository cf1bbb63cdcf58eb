/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/net/datagram-socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hw-api/device/error.h"

#define KIND SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK

bool ob_datagram_host_parse(const char *key, const char *text, struct in_addr *host, HwError *error)
{
    if (strcmp(text, "localhost") == 0) {
        text = "127.0.0.1";
    }
    return inet_pton(AF_INET, text, host) == 1 ||
           hw_error_set(error, "%s: invalid value '%s': expected an IPv4 address or localhost", key,
                        text);
}

bool ob_datagram_port_parse(const char *key, const char *text, in_port_t *port, HwError *error)
{
    guint64 value = 0;
    bool fits = g_ascii_string_to_unsigned(text, 10, 0, UINT16_MAX, &value, NULL);

    *port = htons((uint16_t)value);
    return fits ||
           hw_error_set(error, "%s: invalid value '%s': expected a port, 0 to 65535", key, text);
}

bool ob_datagram_is_group(struct in_addr host)
{
    return IN_MULTICAST(ntohl(host.s_addr));
}

static bool fail(ObDatagramSocket *s, const char *verb, HwError *error)
{
    int cause = errno;

    ob_datagram_close(s);
    return hw_error_set(error, "can't %s: %s", verb, g_strerror(cause));
}

/* The members of a group on this computer share its port. */
static int udp_new(const struct sockaddr_in *local, bool is_shared)
{
    int fd = socket(AF_INET, KIND, 0);
    int on = is_shared;

    if (fd >= 0 && (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
                    bind(fd, (const struct sockaddr *)local, sizeof(*local)) < 0)) {
        close(fd);
        return -1;
    }
    return fd;
}

bool ob_datagram_open_udp(ObDatagramSocket *s, const struct sockaddr_in *local,
                          const struct sockaddr_in *remote, HwError *error)
{
    s->in = s->out = udp_new(local, false);
    if (s->in < 0) {
        return fail(s, "use the local address", error);
    }
    return connect(s->out, (const struct sockaddr *)remote, sizeof(*remote)) == 0 ||
           fail(s, "use the remote address", error);
}

/* The address of a group's member is the group's on all computers: a second socket sends, and its
 * address tells this program's own datagrams. */
bool ob_datagram_open_group(ObDatagramSocket *s, const struct sockaddr_in *group,
                            struct in_addr local, HwError *error)
{
    const struct ip_mreq member = { .imr_multiaddr = group->sin_addr, .imr_interface = local };
    socklen_t size = sizeof(s->self);

    s->out = -1;
    s->in = udp_new(group, true);
    if (s->in < 0 ||
        setsockopt(s->in, IPPROTO_IP, IP_ADD_MEMBERSHIP, &member, sizeof(member)) < 0) {
        return fail(s, "join the group", error);
    }
    s->out = socket(AF_INET, KIND, 0);
    if (s->out < 0 || setsockopt(s->out, IPPROTO_IP, IP_MULTICAST_IF, &local, sizeof(local)) < 0 ||
        connect(s->out, (const struct sockaddr *)group, sizeof(*group)) < 0 ||
        getsockname(s->out, (struct sockaddr *)&s->self, &size) < 0) {
        return fail(s, "send to the group", error);
    }
    return true;
}

static bool path_set(struct sockaddr_un *name, const char *path, HwError *error)
{
    name->sun_family = AF_UNIX;
    g_strlcpy(name->sun_path, path, sizeof(name->sun_path));
    return (*path && strlen(path) < sizeof(name->sun_path)) ||
           hw_error_set(error, "invalid path '%s': expected 1 to %zu bytes", path,
                        sizeof(name->sun_path) - 1);
}

/* Removes a socket's file that a program has left. */
static void stale_remove(int fd, const struct sockaddr_un *name)
{
    struct stat status;

    if (lstat(name->sun_path, &status) == 0 && S_ISSOCK(status.st_mode) &&
        connect(fd, (const struct sockaddr *)name, sizeof(*name)) < 0 && errno == ECONNREFUSED) {
        unlink(name->sun_path);
    }
}

bool ob_datagram_open_unix(ObDatagramSocket *s, const char *local, const char *remote,
                           HwError *error)
{
    struct sockaddr_un name = { 0 };

    s->in = s->out = -1;
    if (!path_set(&name, local, error) || !path_set(&s->to, remote, error)) {
        return false;
    }
    s->in = s->out = socket(AF_UNIX, KIND, 0);
    if (s->in < 0) {
        return fail(s, "make a socket", error);
    }
    stale_remove(s->in, &name);
    fchmod(s->in, S_IRWXU); /* the file's mode */
    if (bind(s->in, (const struct sockaddr *)&name, sizeof(name)) < 0) {
        return fail(s, "use the local path", error);
    }
    g_strlcpy(s->path, local, sizeof(s->path));
    ob_socket_file_note(&s->file, local);
    return true;
}

bool ob_datagram_adopt(ObDatagramSocket *s, int fd, HwError *error)
{
    struct sockaddr_storage name;
    socklen_t name_size = sizeof(name);
    int type = 0;
    socklen_t size = sizeof(type);

    s->in = s->out = -1;
    if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) < 0 || type != SOCK_DGRAM ||
        getpeername(fd, (struct sockaddr *)&name, &name_size) < 0) {
        return hw_error_set(error, "fd %d is not a connected socket for datagrams", fd);
    }
    s->in = s->out = fd;
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    return true;
}

char *ob_datagram_fd_text(const ObDatagramSocket *s)
{
    struct sockaddr name = { 0 };
    socklen_t size = sizeof(name);

    getsockname(s->in, &name, &size);
    return g_strdup_printf("fd=%d %s", s->in, name.sa_family == AF_UNIX ? "unix" : "inet");
}

void ob_datagram_close(ObDatagramSocket *s)
{
    if (s->out >= 0 && s->out != s->in) {
        close(s->out);
    }
    if (s->in >= 0) {
        close(s->in);
    }
    ob_socket_file_remove(&s->file, s->path);
    s->in = s->out = -1;
}
