/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A host with a TPM behind a CRB, for tests from one source.  The environment selects the host:
 *
 *   (nothing)                    our host in process, stepped, on libtpms
 *   OB_PROGRAM                   our program, on libtpms
 *   OB_PROGRAM, OB_ACCELERATOR   a stock QEMU and its own CRB, on swtpm
 *
 * OUTBOARD_SET names the plugin for the first two.
 */
#ifndef OB_TESTS_LIB_CRB_HOST_H
#define OB_TESTS_LIB_CRB_HOST_H

#include "hw-api/host/load/plugin-set.h"
#include "qtest/client/drivers/crb.h"

typedef struct CrbHost CrbHost;

/* Makes the host and starts the TPM (TPM2_Startup).  A failure fails the test. */
CrbHost *crb_host_new(void);
void crb_host_free(CrbHost *host);

ObCrb crb_host_crb(const CrbHost *host);
ObClient *crb_host_client(const CrbHost *host);

/* Our plugin's description of the CRB, for all three hosts. */
const HwClass *crb_host_class(CrbHost *host);

bool crb_host_in_process(void);

/* The reason why these tests can't run here, or NULL. */
const char *crb_host_missing(void);

#endif
