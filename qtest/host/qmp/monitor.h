/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QMP on the sockets of -qmp and -mon. */
#ifndef OB_MONITOR_H
#define OB_MONITOR_H

#include "qtest/host/run/system.h"

/* Opens all of these sockets.  Returns false and sets `error` on failure. */
bool ob_monitors_open(ObSystem *system, HwError *error);

/* Waits for the first peer of each socket that listens with wait=on. */
void ob_monitors_wait(ObSystem *system);

void ob_monitors_close(ObSystem *system);

#endif
