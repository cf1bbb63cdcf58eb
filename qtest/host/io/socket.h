/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Socket addresses in the form of QEMU's command line, and descriptors for them.  TCP is
 * for the loopback interface only: neither protocol has a password.
 */
#ifndef OB_SOCKET_H
#define OB_SOCKET_H

#include "hw-api/hw-api.h"

typedef enum ObSocketKind {
    OB_SOCKET_NONE, /* no address yet */
    OB_SOCKET_UNIX,
    OB_SOCKET_TCP,
    OB_SOCKET_STDIO,
    OB_SOCKET_FD,   /* a socket that this process was given */
    OB_SOCKET_NULL, /* never has a peer */
    OB_SOCKET_FILE, /* output alone */
    OB_SOCKET_PTY,  /* a new pseudo-terminal */
    OB_SOCKET_PIPE, /* two FIFOs, path.in and path.out, or one of both ways */
    OB_SOCKET_RING, /* the last bytes of the output; never has a peer */
} ObSocketKind;

typedef struct ObSocketAddress {
    ObSocketKind kind;
    char path[108];     /* UNIX, FILE, PIPE; as large as sun_path */
    char host[64];      /* TCP; "" is the loopback address */
    uint16_t port;      /* TCP; 0 for a server: the system chooses */
    int fd;             /* FD */
    bool append;        /* FILE: keep the file's content */
    bool abstract;      /* UNIX: a name of Linux's abstract namespace, not a file */
    bool server;        /* listens; by default it connects */
    bool no_wait;       /* a server that does not delay the start for a peer */
    bool telnet;        /* a server speaks telnet */
    uint32_t reconnect; /* a client's milliseconds between attempts; 0: none */
    uint32_t size;      /* RING: bytes, a power of two */
    const char *log;    /* the file with a copy of the output, which is not copied; NULL: none */
    bool log_append;    /* keep the file's content */
} ObSocketAddress;

/*
 * Parses "unix:PATH", "unix:path=PATH", "tcp:HOST:PORT", "telnet:HOST:PORT", each with
 * ",server=on|off", ",wait=on|off", ",reconnect=SECONDS"; or "stdio", "null", "pty", "file:PATH",
 * "pipe:PATH".  Returns
 * false and sets `error` on failure.
 */
bool ob_socket_parse(ObSocketAddress *address, const char *text, HwError *error);

/*
 * Takes one option of "-chardev socket": path, abstract, host, port, fd, server, wait, telnet,
 * reconnect, reconnect-ms; also the old "nowait" and "server" without a value (NULL or "on").  Starts
 * from a zeroed address.  Refuses other options.
 */
bool ob_socket_set(ObSocketAddress *address, const char *key, const char *value, HwError *error);

/* True if the options together make an address.  Call after the last option. */
bool ob_socket_check(const ObSocketAddress *address, HwError *error);

/* Returns false and sets `error`, with the reason, for a kind of QEMU's that this program can't honour:
 * "vc", "udp:...".  True for every other text. */
bool ob_socket_is_offered(const char *kind, HwError *error);

/* Formats the address for messages: "unix:/run/x", "tcp:127.0.0.1:4444", "stdio". */
void ob_socket_describe(const ObSocketAddress *address, char *text, size_t capacity);

/* Formats the address of the peer of a TCP descriptor: "127.0.0.1:4444".  Returns false for other
 * descriptors. */
bool ob_socket_describe_peer(int fd, char *text, size_t capacity);

/*
 * Returns a connected descriptor, which the caller owns, with large buffers; close-on-exec
 * and blocking.  Gives up after `timeout` ms, 0: never.  Returns -1 and sets `error` on
 * failure.
 */
int ob_socket_connect(const ObSocketAddress *address, uint32_t timeout, HwError *error);

/* Returns a listening descriptor, which the caller owns, close-on-exec and non-blocking.  A
 * unix socket file that nobody listens on is replaced, and so is the user's own empty file, by which
 * programs reserve a name.  The new file is for its owner only,
 * whatever the umask.  Returns -1 and sets `error` on
 * failure. */
int ob_socket_listen(const ObSocketAddress *address, HwError *error);

/* Takes the descriptor of kind FD: a listener for a server, else a connected socket.  Returns
 * -1 and sets `error` if it is not. */
int ob_socket_adopt(const ObSocketAddress *address, HwError *error);

/* Identifies the file that a listener has made, so that no other file is removed instead. */
typedef struct ObSocketFile {
    uint64_t device;
    uint64_t inode; /* 0: none */
} ObSocketFile;

/* Call after ob_socket_listen() on a unix socket. */
void ob_socket_file_note(ObSocketFile *file, const char *path);

/* Removes the file, if `path` still names the same file. */
void ob_socket_file_remove(const ObSocketFile *file, const char *path);

/* The next peer of a listening descriptor, with the properties of ob_socket_connect(); -1: none. */
int ob_socket_accept(int listener);

/* The port of a TCP descriptor; 0 for other descriptors. */
uint16_t ob_socket_port(int fd);

#endif
