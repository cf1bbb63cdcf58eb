/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Puts the program together around a machine: what main.c and tests start and end. */
#ifndef OB_PROGRAM_H
#define OB_PROGRAM_H

#include "qtest/host/run/system.h"

/*
 * Builds all that the options ask for: plugin sets, TPMs, devices, sockets.  `system`
 * is zeroed but for its loop.  Does not run anything yet.  False with a sentence;
 * ob_system_clear() then takes down what is there.
 */
bool ob_system_init(ObSystem *system, const ObOptions *options, HwError *error);

/* Waits for the first peer of each socket that listens with wait=on. */
void ob_system_wait_for_peers(ObSystem *system);

/* The part of it that -device help and the like need: the machine and its plugin
 * sets. */
bool ob_system_init_host(ObSystem *system, const ObOptions *options, HwError *error);

/* Frees the loop too. */
void ob_system_clear(ObSystem *system);

#endif
