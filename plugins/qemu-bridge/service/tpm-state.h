/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state of our libtpms TPM in QEMU's streams.  It has the form of the section of QEMU's
 * own -tpmdev emulator, so a TPM can migrate between the two, and to our own host.
 */
#ifndef BRIDGE_TPM_STATE_H
#define BRIDGE_TPM_STATE_H

#include "hw-api/host/tpm/tpm.h"

/* From here on the TPM is saved and loaded with the machine.  Its section comes before the
 * device's section: the device asks the TPM when it is loaded.  Returns false and sets `error`
 * on failure. */
bool bridge_tpm_state_attach(HwTpmDrivers *tpms, HwError *error);

/* Does nothing if no TPM is attached. */
void bridge_tpm_state_detach(void);

#endif
