/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Socket addresses as QEMU's command line writes them, and descriptors for them.
 * TCP is for the loopback interface only: neither protocol has a password.
 */
#ifndef OB_SOCKET_H
#define OB_SOCKET_H

#include "hw-api/hw-api.h"

typedef enum ObSocketKind {
    OB_SOCKET_NONE,             /* nothing given yet */
    OB_SOCKET_UNIX,
    OB_SOCKET_TCP,
    OB_SOCKET_STDIO,
} ObSocketKind;

typedef struct ObSocketAddress {
    ObSocketKind kind;
    char path[108];             /* UNIX; as large as sun_path */
    char host[64];              /* TCP; "" is the loopback address */
    uint16_t port;              /* TCP; a server's 0 lets the system choose */
    bool server;                /* listens; by default it connects */
    bool no_wait;               /* a server that doesn't hold up the start for a peer */
    uint32_t reconnect;         /* a client's seconds between attempts; 0: none */
} ObSocketAddress;

/*
 * Reads "unix:PATH", "tcp:HOST:PORT", each with ",server=on|off", ",wait=on|off",
 * ",reconnect=SECONDS", or "stdio".  False with a sentence.
 */
bool ob_socket_parse(ObSocketAddress *address, const char *text, HwError *error);

/*
 * Takes one option of "-chardev socket": path, host, port, server, wait,
 * reconnect; also the old "nowait" and "server" without a value (NULL or "on").
 * Starts from a zeroed address; others than these options are refused.
 */
bool ob_socket_set(ObSocketAddress *address, const char *key, const char *value, HwError *error);

/* Whether the options make an address together; after the last one was set. */
bool ob_socket_check(const ObSocketAddress *address, HwError *error);

/* "unix:/run/x", "tcp:127.0.0.1:4444", "stdio", for messages. */
void ob_socket_describe(const ObSocketAddress *address, char *text, size_t capacity);

/*
 * A connected descriptor, the caller's, with large buffers; close-on-exec and
 * blocking.  -1 with a sentence; gives up after `timeout` ms, 0: never.
 */
int ob_socket_connect(const ObSocketAddress *address, uint32_t timeout, HwError *error);

/* A listening descriptor, the caller's, close-on-exec and non-blocking.  A unix
 * socket file on which nobody listens is replaced.  -1 with a sentence. */
int ob_socket_listen(const ObSocketAddress *address, HwError *error);

/* Which file a listener has made, so that no other is removed in its place. */
typedef struct ObSocketFile {
    uint64_t device;
    uint64_t inode;             /* 0: none */
} ObSocketFile;

/* After ob_socket_listen() on a unix socket. */
void ob_socket_file_note(ObSocketFile *file, const char *path);

/* Removes it, if it is still the one at `path`. */
void ob_socket_file_remove(const ObSocketFile *file, const char *path);

/* The next peer of a listening descriptor, as from ob_socket_connect(); -1: none. */
int ob_socket_accept(int listener);

/* The port of a TCP descriptor, 0 if it is none. */
uint16_t ob_socket_port(int fd);

#endif
