/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hw.tpm-backend/1 over QEMU's own -tpmdev. */
#ifndef BRIDGE_QEMU_TPM_H
#define BRIDGE_QEMU_TPM_H

#include "hw-api/ext/tpm-backend.h"

extern const HwTpmBackendService bridge_qemu_tpm;

/* True if QEMU has a -tpmdev with this id. */
bool bridge_qemu_tpm_exists(const char *id);

/* True if bridge_qemu_tpm has opened this backend. */
bool bridge_qemu_tpm_owns(const HwTpmBackend *backend);

/* Our machine has a TPM: one of QEMU's own is refused from now on, as a second of QEMU's is. */
void bridge_qemu_tpm_occupy(void);

/* True if the machine has one of QEMU's TPMs, or bridge_qemu_tpm_occupy() was called while the
 * machine is made. */
bool bridge_qemu_tpm_is_occupied(void);

#endif
