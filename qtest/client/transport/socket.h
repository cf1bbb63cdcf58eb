/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef OB_SOCKET_H
#define OB_SOCKET_H

#include "qtest/client/process/process.h"
#include "qtest/client/process/wire.h"
#include "qtest/client/transport.h"
#include "qtest/client/transport/qmp.h"

#define OB_SOCKET_IRQS 256

/* The link of the socket transport. */
typedef struct ObSocket {
    ObClient *client;
    char *name;                 /* the host's, for messages */
    ObWire wire;
    ObQmp qmp;
    bool has_qmp;
    ObProcess *process;         /* NULL: not ours */
    struct ObAnywhere *anywhere;    /* NULL: the machine stays in its program */
    uint32_t timeout_ms;
    bool irqs[OB_SOCKET_IRQS];
    char request[512];          /* the line being answered, for messages too */
} ObSocket;

extern const ObTransport ob_transport_socket;

/* Starts `program` for start->arguments, as ob_client_start() does.  The link of a client to
 * come, to be freed by ob_transport_socket.  NULL with a sentence. */
ObSocket *ob_socket_start(const ObStart *start, const char *program, HwError *error);

/*
 * Sends the first `length` bytes of s->request, then `size` bytes at `rest`, whose last
 * is a newline.  What follows OK in the answer, valid until the next one.  NULL after a
 * failure, and a host that refuses is one.
 */
const char *ob_socket_expect(ObSocket *s, size_t length, const char *rest, size_t size);

/* Fails with an answer that makes no sense for s->request. */
void ob_socket_fail_refused(ObSocket *s, const char *answer);

/* Of the transport: socket-bytes.c. */
void ob_socket_read(void *link, uint64_t address, void *buffer, size_t size);
void ob_socket_write(void *link, uint64_t address, const void *buffer, size_t size);
void ob_socket_fill(void *link, uint64_t address, uint8_t byte, size_t size);

#endif
