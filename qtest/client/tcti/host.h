/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The host behind the TCTI module: its configuration names the host. */
#ifndef OB_CLIENT_TCTI_HOST_H
#define OB_CLIENT_TCTI_HOST_H

#include <tss2/tss2_tcti.h>

#include "qtest/client/drivers/crb.h"

typedef struct TctiHost TctiHost;

extern const char tcti_host_help[];

/*
 * Opens the host; the TPM is ready for commands afterwards.  On an error it has printed the
 * reason on stderr.
 */
TSS2_RC tcti_host_open(const char *configuration, TctiHost **host);

const ObCrb *tcti_host_crb(const TctiHost *host);

/* Closes the host.  Shuts a TPM in process down, so that the next process can resume it. */
void tcti_host_close(TctiHost *host);

/* Returns the error code for a failed step. */
TSS2_RC tcti_rc(ObCrbResult result);

#endif
