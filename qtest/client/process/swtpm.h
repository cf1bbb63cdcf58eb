/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A real swtpm as a child process, with a new TPM 2.0 in a directory of its own. */
#ifndef OB_SWTPM_H
#define OB_SWTPM_H

#include <glib.h>

#include "hw-api/hw-api.h"

typedef struct ObSwtpm ObSwtpm;

/* Returns NULL and sets `error` on failure.  If swtpm is missing, `error` names the package. */
ObSwtpm *ob_swtpm_start(HwError *error);

/* The path of the control socket, for -chardev socket,path=.  It accepts connections at once. */
const char *ob_swtpm_path(const ObSwtpm *swtpm);

/* The process id of swtpm, for tests that stop and continue it. */
GPid ob_swtpm_pid(const ObSwtpm *swtpm);

/* Ends swtpm and removes its directory.  NULL is allowed. */
void ob_swtpm_free(ObSwtpm *swtpm);

#endif
