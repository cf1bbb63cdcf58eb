/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs our program without a client, and reads its standard error.  A peer of its guest listens. */
#ifndef TESTS_NET_PROGRAM_H
#define TESTS_NET_PROGRAM_H

#include <gio/gio.h>
#include <stdbool.h>
#include <stdint.h>

#define NET_TIMEOUT_S 30

/* A TCP socket that listens at a free port of this computer, and gives up after NET_TIMEOUT_S. */
int net_listen(uint16_t *port);

/* $OB_PROGRAM without a client.  `setup` NULL: none; it runs in the child. */
GSubprocess *net_program_start(const char *arguments, GSpawnChildSetupFunc setup);

/* Waits until a line of standard error has this part.  False: the program has ended without it. */
bool net_program_says(GSubprocess *program, const char *sentence);
void net_program_end(GSubprocess *program);

#endif
