/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands through a driver, on the thread that calls; they block. */
#ifndef HW_HOST_TPM_EXECUTE_H
#define HW_HOST_TPM_EXECUTE_H

#include "hw-api/host/tpm/driver.h"
#include "hw-api/host/tpm/stir.h"

/* The response's size, 0 if there is none that a device could take, which is noted.  A
 * command that is cancelled or malformed does not reach the driver. */
uint32_t hw_tpm_execute(const HwTpmDriver *driver, void *tpm, const HwTpmTransfer *transfer,
                        HwTpmNote *note);

/* Mixes in what waits.  Only a failure is noted. */
void hw_tpm_execute_stir(const HwTpmDriver *driver, void *tpm, const HwTpmStir *stir,
                         int64_t since, HwTpmNote *note);

#endif
