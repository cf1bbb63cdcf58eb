/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tells a TPM that its power goes (TPM2_Shutdown, TPM 2.0 Library part 3, 9.4), if the guest has
 * not.  Otherwise a TPM 2.0 counts each power cut as a wrong password (part 1, 19.8.6).  Some resets
 * then lock a guest out of its own keys.
 */
#ifndef HW_HOST_TPM_SHUTDOWN_H
#define HW_HOST_TPM_SHUTDOWN_H

#include "hw-api/host/tpm/driver.h"

/* TPM2_Shutdown and its response; a transfer points to them. */
typedef struct HwTpmShutdownBytes {
    uint8_t command[12];
    uint8_t response[64];
} HwTpmShutdownBytes;

/* A transfer of TPM2_Shutdown that nobody cancels.  `type`: TPM_SU_STATE or TPM_SU_CLEAR. */
HwTpmTransfer hw_tpm_shutdown_transfer(HwTpmShutdownBytes *bytes, uint16_t type);

typedef struct HwTpmShutdown {
    bool enabled;
    bool due; /* a power cut now would be an unannounced one */
} HwTpmShutdown;

/* Looks at a command that has got this response. */
void hw_tpm_shutdown_follow(HwTpmShutdown *shutdown, const uint8_t *command,
                            const uint8_t *response);

/* Sends TPM2_Shutdown if it is due, and blocks; the caller then cuts the power.  *note has the
 * reason if the driver fails. */
void hw_tpm_shutdown_send(HwTpmShutdown *shutdown, const HwTpmDriver *driver, void *tpm,
                          int64_t since, HwTpmNote *note);

#endif
