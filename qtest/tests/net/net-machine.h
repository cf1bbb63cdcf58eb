/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine with networks, in our program or in a stock QEMU, and its monitors. */
#ifndef TESTS_NET_MACHINE_H
#define TESTS_NET_MACHINE_H

#include <jansson.h>

#include "qtest/tests/net/ne2k-card.h"

typedef struct NetMachine {
    ObClient *c;
    PciBus bus;
    Card card;
} NetMachine;

/* A q35 of this program; NULL: of $OB_PROGRAM, which is ours. */
NetMachine net_machine_start(const char *program, const char *arguments);

/* Starts the first card.  The card keeps a pointer to the machine. */
void net_machine_open_card(NetMachine *m);

/* The output of a command of HMP, which the caller frees with g_free(). */
char *net_hmp(ObClient *c, const char *line);
void net_hmp_is(ObClient *c, const char *line, const char *expected);

/* Waits until the output has this part. */
void net_hmp_await(ObClient *c, const char *line, const char *part);

/* A command of QMP that succeeds, or fails with this sentence.  `arguments` is taken. */
void net_qmp(ObClient *c, const char *command, json_t *arguments);
void net_qmp_refused(ObClient *c, const char *command, json_t *arguments, const char *sentence);

#endif
