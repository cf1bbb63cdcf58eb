/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entropy that is to be mixed into a TPM (TPM2_StirRandom, TPM 2.0 Library part 3, 16.2)
 * before its next command.
 */
#ifndef HW_HOST_TPM_STIR_H
#define HW_HOST_TPM_STIR_H

#include "hw-api/hw-api.h"

#define HW_TPM_STIR_MAX 128         /* bytes that one command takes: TPM2B_SENSITIVE_DATA */
#define HW_TPM_STIR_HEADER 12       /* tag, size, code, size of the entropy */

/* Zeroed: nothing is to be mixed in. */
typedef struct HwTpmStir {
    uint32_t size;
    uint8_t bytes[HW_TPM_STIR_MAX];
    uint32_t next;                  /* where more goes when it is full */
} HwTpmStir;

/* Adds to what waits; what has no room is folded into it. */
void hw_tpm_stir_add(HwTpmStir *stir, const void *entropy, uint32_t size);

/* Makes the command; its size in bytes. */
uint32_t hw_tpm_stir_command(const HwTpmStir *stir,
                             uint8_t command[HW_TPM_STIR_HEADER + HW_TPM_STIR_MAX]);

/* Whether the TPM took it, given its response, which has at least a header: a TPM that
 * waits for TPM2_Startup need not. */
bool hw_tpm_stir_taken(const uint8_t *response);

#endif
