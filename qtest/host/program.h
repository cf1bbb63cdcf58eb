/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Puts the program together around a machine: the calls of main.c and tests. */
#ifndef OB_PROGRAM_H
#define OB_PROGRAM_H

#include "qtest/host/run/system.h"

/*
 * Builds everything that the options ask for: plugins, TPMs, devices, sockets.  `system` is
 * zeroed, except its loop.  Does not run anything yet.  Returns false and sets `error` on
 * failure; ob_system_clear() then frees the built part.
 */
bool ob_system_init(ObSystem *system, const ObOptions *options, HwError *error);

/* Waits for the first peer of each socket that listens with wait=on. */
void ob_system_wait_for_peers(ObSystem *system);

/* Builds the part that -device help and similar options need: the machine and its plugins. */
bool ob_system_init_host(ObSystem *system, const ObOptions *options, HwError *error);

/* Frees the loop too. */
void ob_system_clear(ObSystem *system);

#endif
