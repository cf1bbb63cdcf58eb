/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QMP on the sockets that -qmp and -mon name. */
#ifndef OB_MONITOR_H
#define OB_MONITOR_H

#include "qtest/host/run/system.h"

/* Opens all of the options.  False with a sentence. */
bool ob_monitors_open(ObSystem *system, HwError *error);

/* Waits for the first peer of those that listen with wait=on. */
void ob_monitors_wait(ObSystem *system);

void ob_monitors_close(ObSystem *system);

#endif
