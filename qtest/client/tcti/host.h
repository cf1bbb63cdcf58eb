/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The host behind the TCTI module: its configuration names the host. */
#ifndef OB_CLIENT_TCTI_HOST_H
#define OB_CLIENT_TCTI_HOST_H

#include <tss2/tss2_tcti.h>

#include "qtest/client/drivers/crb.h"

typedef struct TctiHost TctiHost;

extern const char tcti_host_help[];

/* Contexts of several threads may have one host: all functions below need the lock. */
void tcti_lock(void);
void tcti_unlock(void);

/*
 * Opens the host; the TPM is ready for commands afterwards.  Contexts with the same configuration
 * get the same host, which counts them.  On an error it has printed the reason on stderr.
 */
TSS2_RC tcti_host_open(const char *configuration, TctiHost **host);

/* Connects, so that `user` can run a command.  The user before it must have ended. */
TSS2_RC tcti_host_begin(TctiHost *host, void *user);

/* Returns who runs a command, or NULL. */
void *tcti_host_user(const TctiHost *host);

/* Ends the user's command, and lets others connect. */
void tcti_host_end(TctiHost *host);

/* Valid between begin and end. */
const ObCrb *tcti_host_crb(const TctiHost *host);

/* Closes the host for one context.  The last one shuts a TPM in process down, so that the next
 * process can resume it. */
void tcti_host_close(TctiHost *host);

/* Returns the error code for a failed step. */
TSS2_RC tcti_rc(ObCrbResult result);

#endif
