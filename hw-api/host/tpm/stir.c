/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/tpm/stir.h"

#include "hw-api/device/bytes.h"

#include <string.h>

/* TPM 2.0 Library part 2, 6.5 and 6.6.3 */
#define TPM_ST_NO_SESSIONS 0x8001
#define TPM_CC_STIR_RANDOM 0x146
#define TPM_RC_SUCCESS     0
#define TPM_RC_INITIALIZE  0x100

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

    hw_store_be16(command, TPM_ST_NO_SESSIONS);
    hw_store_be32(command + 2, size);
    hw_store_be32(command + 6, TPM_CC_STIR_RANDOM);
    hw_store_be16(command + 10, (uint16_t)stir->size);
    memcpy(command + HW_TPM_STIR_HEADER, stir->bytes, stir->size);
    return size;
}

bool hw_tpm_stir_taken(const uint8_t *response)
{
    uint32_t code = hw_load_be32(response + 6);

    return code == TPM_RC_SUCCESS || code == TPM_RC_INITIALIZE;
}
