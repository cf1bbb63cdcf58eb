/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The client's end of a QMP socket.  Messages of our host must fit its own query-qmp-schema. */
#ifndef OB_CLIENT_QMP_H
#define OB_CLIENT_QMP_H

#include <jansson.h>
#include <stdbool.h>

#include "qtest/client/process/wire.h"

typedef struct ObQmp {
    ObWire wire;
    json_t *events;           /* events that were not taken yet, the oldest first */
    bool is_checked;          /* the greeting is our host's, whose messages are checked */
    struct ObQmpCheck *check; /* from the first command on */
    char *fault;              /* a sentence about the first message that is wrong, or NULL */
} ObQmp;

/* Takes ownership of the connected socket. */
void ob_qmp_init(ObQmp *qmp, int fd);
void ob_qmp_clear(ObQmp *qmp);

/* Reads the greeting and ends capability negotiation. */
ObWireResult ob_qmp_negotiate(ObQmp *qmp, uint32_t timeout_ms);

/* Sends `text` and stores the answer, a new reference. */
ObWireResult ob_qmp_execute(ObQmp *qmp, const char *text, json_t **answer, uint32_t timeout_ms);

/* Takes the oldest event of this name and stores it, a new reference. */
ObWireResult ob_qmp_wait_event(ObQmp *qmp, const char *name, json_t **event, uint32_t timeout_ms);

#endif
