/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef OB_SOCKET_H
#define OB_SOCKET_H

#include "qtest/client/process/process.h"
#include "qtest/client/process/wire.h"
#include "qtest/client/transport.h"
#include "qtest/client/transport/qmp.h"

#define OB_SOCKET_IRQS OB_CLIENT_IRQS

/* The link of the socket transport. */
typedef struct ObSocket {
    ObClient *client;
    char *name; /* the host's name, for messages */
    ObWire wire;
    ObQmp qmp;
    bool has_qmp;
    ObProcess *process;          /* NULL: this client did not start the host */
    struct ObAnywhere *anywhere; /* NULL: the machine stays in its program */
    uint32_t timeout_ms;
    bool irqs[OB_SOCKET_IRQS];
    char request[512]; /* the line that waits for its answer, for messages too */
} ObSocket;

extern const ObTransport ob_transport_socket;

/* Starts `program` with start->arguments, as ob_client_start() does.  Returns the link for a new
 * client; ob_transport_socket frees it.  Returns NULL and sets `error` on failure. */
ObSocket *ob_socket_start(const ObStart *start, const char *program, HwError *error);

/*
 * Sends the first `length` bytes of s->request, then `size` bytes at `rest`, which end with a
 * newline.  Returns the text after OK in the answer, valid until the next answer.  Returns NULL
 * after a failure; a host that refuses is a failure.
 */
const char *ob_socket_expect(ObSocket *s, size_t length, const char *rest, size_t size);

/* Fails the client when a request, `what`, has no answer. */
void ob_socket_fail(ObSocket *s, ObWireResult result, const char *what);

/* Keeps the level that a line "IRQ raise 5" tells. */
void ob_socket_note_irq(ObSocket *s, const char *line);

/* Fails the client, for an answer that does not fit s->request. */
void ob_socket_fail_refused(ObSocket *s, const char *answer);

/* Verbs of the transport that are in socket-bytes.c. */
void ob_socket_read(void *link, uint64_t address, void *buffer, size_t size);
void ob_socket_write(void *link, uint64_t address, const void *buffer, size_t size);
void ob_socket_fill(void *link, uint64_t address, uint8_t byte, size_t size);

/* The verbs of the transport that are in socket-lines.c. */
bool ob_socket_lines_send(void *link, const char *lines, size_t size);
bool ob_socket_lines_await(void *link, size_t count, ObAnswered *answered, void *opaque);

#endif
