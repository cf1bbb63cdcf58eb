/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/tpm/state/blobs.h"

#include <stdlib.h>
#include <string.h>

#include "hw-api/host/run/no-memory.h"

const char *hw_tpm_blob_name(HwTpmBlobKind kind)
{
    static const char *const names[] = {
        [HW_TPM_PERMANENT] = "permanent",
        [HW_TPM_VOLATILE] = "volatile",
        [HW_TPM_SAVESTATE] = "savestate",
    };

    return names[kind];
}

uint8_t *hw_tpm_blob_allocate(HwTpmBlob *blob, uint32_t size)
{
    blob->size = size;
    blob->bytes = NULL;
    if (size > 0 && !(blob->bytes = malloc(size))) {
        hw_no_memory();
    }
    return blob->bytes;
}

void hw_tpm_state_clear(HwTpmState *state)
{
    for (int i = 0; i < HW_TPM_BLOBS; i++) {
        HwTpmBlob *blob = &state->blobs[i];

        if (blob->bytes) {
            explicit_bzero(blob->bytes, blob->size); /* the state has the TPM's seeds */
        }
        free(blob->bytes);
        *blob = (HwTpmBlob) { 0 };
    }
}
