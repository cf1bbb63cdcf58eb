/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state of our libtpms TPM in QEMU's streams: the section of QEMU's own -tpmdev emulator,
 * so that a TPM moves between the two, and to our own host.
 */
#ifndef BRIDGE_TPM_STATE_H
#define BRIDGE_TPM_STATE_H

#include "hw-api/host/tpm/tpm.h"

/* From here on it is saved and loaded with the machine.  Ahead of its device's state, which
 * asks the TPM once it is loaded.  False with a sentence. */
bool bridge_tpm_state_attach(HwTpmDrivers *tpms, HwError *error);

/* Harmless without the other. */
void bridge_tpm_state_detach(void);

#endif
