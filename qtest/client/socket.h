/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef OB_SOCKET_H
#define OB_SOCKET_H

#include "qtest/client/process.h"
#include "qtest/client/qmp.h"
#include "qtest/client/transport.h"
#include "qtest/client/wire.h"

#define OB_SOCKET_IRQS 256

/* The link of the socket transport. */
typedef struct ObSocket {
    ObClient *client;
    char *name;                 /* the host's, for messages */
    ObWire wire;
    ObQmp qmp;
    bool has_qmp;
    ObProcess *process;         /* NULL: not ours */
    uint32_t timeout_ms;
    bool irqs[OB_SOCKET_IRQS];
    char request[512];          /* the line being answered, for messages too */
} ObSocket;

extern const ObTransport ob_transport_socket;

#endif
