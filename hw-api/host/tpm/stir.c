/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/tpm/stir.h"

#include "hw-api/device/tpm2.h"

#include <string.h>

void hw_tpm_stir_add(HwTpmStir *stir, const void *entropy, uint32_t size)
{
    const uint8_t *bytes = entropy;

    for (uint32_t i = 0; i < size; i++) {
        stir->bytes[stir->next] ^= bytes[i];
        stir->next = (stir->next + 1) % HW_TPM_STIR_MAX;
        stir->size += stir->size < HW_TPM_STIR_MAX;
    }
}

uint32_t hw_tpm_stir_command(const HwTpmStir *stir,
                             uint8_t command[HW_TPM_STIR_HEADER + HW_TPM_STIR_MAX])
{
    uint32_t size = HW_TPM_STIR_HEADER + stir->size;

    hw_tpm2_header(command, TPM_ST_NO_SESSIONS, size, TPM_CC_STIR_RANDOM);
    hw_store_be16(command + HW_TPM2_HEADER_SIZE, (uint16_t)stir->size);
    memcpy(command + HW_TPM_STIR_HEADER, stir->bytes, stir->size);
    return size;
}

bool hw_tpm_stir_taken(const uint8_t *response)
{
    uint32_t code = hw_tpm2_code(response);

    return code == TPM_RC_SUCCESS || code == TPM_RC_INITIALIZE;
}
