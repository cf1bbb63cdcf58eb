/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The transport into a host of this process.  Only files in qtest/client include this. */
#ifndef OB_IN_PROCESS_H
#define OB_IN_PROCESS_H

#include "qtest/client/transport.h"

typedef struct ObInProcess {
    ObClient *client;
    struct ObHost *host;
} ObInProcess;

/* `link` begins with an ObInProcess. */
extern const ObTransport ob_transport_in_process;

/* Lets this process, a test, say which device it dies in. */
void ob_in_process_report_crashes(void);

#endif
