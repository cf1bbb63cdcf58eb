/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs commands through a driver, on the calling thread; the functions block. */
#ifndef HW_HOST_TPM_EXECUTE_H
#define HW_HOST_TPM_EXECUTE_H

#include "hw-api/host/tpm/driver.h"
#include "hw-api/host/tpm/stir.h"

/* Returns the response's size.  0: no response that a device could take; *note has the reason.  A
 * cancelled or malformed command does not reach the driver. */
uint32_t hw_tpm_execute(const HwTpmDriver *driver, void *tpm, const HwTpmTransfer *transfer,
                        HwTpmNote *note);

/* Mixes in entropy.  *note is set only on failure. */
void hw_tpm_execute_stir(const HwTpmDriver *driver, void *tpm, const HwTpmStir *stir, int64_t since,
                         HwTpmNote *note);

#endif
