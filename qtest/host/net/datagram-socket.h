/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sockets for datagrams between two programs, or in a group. */
#ifndef OB_HOST_NET_DATAGRAM_SOCKET_H
#define OB_HOST_NET_DATAGRAM_SOCKET_H

#include <netinet/in.h>
#include <sys/un.h>

#include "qtest/host/io/socket.h"

typedef struct ObDatagramSocket {
    int in;                  /* -1: none; close-on-exec and non-blocking, as `out` */
    int out;                 /* the same one, or another */
    struct sockaddr_un to;   /* AF_UNIX: where datagrams go; else `out` is connected */
    struct sockaddr_in self; /* AF_INET: datagrams from here are this program's own */
    ObSocketFile file;       /* made for `in`, with this path */
    char path[108];
} ObDatagramSocket;

/* A host is an IPv4 address or "localhost".  Returns false and sets `error`, which begins with
 * `key`, if a text does not fit. */
bool ob_datagram_host_parse(const char *key, const char *text, struct in_addr *host,
                            HwError *error);
bool ob_datagram_port_parse(const char *key, const char *text, in_port_t *port, HwError *error);

bool ob_datagram_is_group(struct in_addr host);

/* Each opens a zeroed socket, or returns false and sets `error`. */

/* Datagrams come from `remote` alone. */
bool ob_datagram_open_udp(ObDatagramSocket *s, const struct sockaddr_in *local,
                          const struct sockaddr_in *remote, HwError *error);

/* Datagrams of all members of the group on the interface with the address `local`, except this
 * program's own. */
bool ob_datagram_open_group(ObDatagramSocket *s, const struct sockaddr_in *group,
                            struct in_addr local, HwError *error);

/* A file of the socket `local` that no program uses is replaced.  Nothing need listen at `remote`. */
bool ob_datagram_open_unix(ObDatagramSocket *s, const char *local, const char *remote,
                           HwError *error);

/* Takes a connected socket, which this process was given. */
bool ob_datagram_adopt(ObDatagramSocket *s, int fd, HwError *error);

/* For info network: "fd=7 unix"; g_free() it. */
char *ob_datagram_fd_text(const ObDatagramSocket *s);

void ob_datagram_close(ObDatagramSocket *s);

#endif
