/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entropy that a TPM mixes in before its next command (TPM2_StirRandom, TPM 2.0 Library part 3,
 * 16.2).
 */
#ifndef HW_HOST_TPM_STIR_H
#define HW_HOST_TPM_STIR_H

#include "hw-api/device/tpm2.h"
#include "hw-api/hw-api.h"

#define HW_TPM_STIR_MAX    128 /* bytes that one command takes: TPM2B_SENSITIVE_DATA */
#define HW_TPM_STIR_HEADER (HW_TPM2_HEADER_SIZE + 2) /* with the entropy's size */

/* Zeroed: no entropy is pending. */
typedef struct HwTpmStir {
    uint32_t size;
    uint8_t bytes[HW_TPM_STIR_MAX];
    uint32_t next; /* index for the next byte, also when `bytes` is full */
} HwTpmStir;

/* Adds to the pending entropy; bytes beyond the capacity are folded in by exclusive or. */
void hw_tpm_stir_add(HwTpmStir *stir, const void *entropy, uint32_t size);

/* Makes the command and returns its size in bytes. */
uint32_t hw_tpm_stir_command(const HwTpmStir *stir,
                             uint8_t command[HW_TPM_STIR_HEADER + HW_TPM_STIR_MAX]);

/* True if the response, which has at least a header, is a success.  TPM_RC_INITIALIZE counts as
 * success: a TPM that waits for TPM2_Startup need not mix in entropy. */
bool hw_tpm_stir_taken(const uint8_t *response);

#endif
