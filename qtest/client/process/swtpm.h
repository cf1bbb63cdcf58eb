/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A real swtpm as a child, with a fresh TPM 2.0 in a directory of its own. */
#ifndef OB_SWTPM_H
#define OB_SWTPM_H

#include <glib.h>

#include "hw-api/hw-api.h"

typedef struct ObSwtpm ObSwtpm;

/* NULL with a sentence; where swtpm is missing it says what to install. */
ObSwtpm *ob_swtpm_start(HwError *error);

/* The control socket, for -chardev socket,path=.  It can be connected to at once. */
const char *ob_swtpm_path(const ObSwtpm *swtpm);

/* Its process, which a test may stop and continue. */
GPid ob_swtpm_pid(const ObSwtpm *swtpm);

/* Ends it and removes its directory.  NULL is allowed. */
void ob_swtpm_free(ObSwtpm *swtpm);

#endif
