/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The host behind the TCTI module, as its configuration has it. */
#ifndef OB_CLIENT_TCTI_HOST_H
#define OB_CLIENT_TCTI_HOST_H

#include <tss2/tss2_tcti.h>

#include "qtest/client/drivers/crb.h"

typedef struct TctiHost TctiHost;

extern const char tcti_host_help[];

/*
 * Opens the host, and the TPM is ready for commands afterwards.  On an error it has
 * told the user why, on stderr.
 */
TSS2_RC tcti_host_open(const char *configuration, TctiHost **host);

const ObCrb *tcti_host_crb(const TctiHost *host);

/* A TPM in process is shut down, so that the next process resumes it. */
void tcti_host_close(TctiHost *host);

/* The error code for a failed step. */
TSS2_RC tcti_rc(ObCrbResult result);

#endif
