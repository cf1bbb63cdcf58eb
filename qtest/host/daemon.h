/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -daemonize: the program goes on in the background when the machine is made. */
#ifndef OB_DAEMON_H
#define OB_DAEMON_H

#include "hw-api/hw-api.h"

/* Makes the process of the background, and returns in it.  The first process waits, and ends
 * with status 0 at ob_daemon_ready(), with 1 if the background ends before.  Call before any
 * thread exists.  Returns false and sets `error` on failure. */
bool ob_daemon_begin(HwError *error);

/* Lets the first process end, and leaves its terminal.  Returns false and sets `error` on
 * failure. */
bool ob_daemon_ready(HwError *error);

#endif
