/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A copy of a TPM, to be put back in the same process. */
#include "hw-api/host/run/no-memory.h"
#include "hw-api/host/tpm/backend.h"

#include <stdlib.h>

struct HwTpmKept {
    uint32_t index;
    HwTpmState state;
    HwTpmShutdown shutdown;
};

HwTpmKept *hw_tpm_keep(HwTpmDrivers *tpms, uint32_t index, HwError *error)
{
    HwTpmBackend *backend = hw_tpm_backend_at(tpms, index);
    HwTpmKept *kept = calloc(1, sizeof(*kept));

    if (!kept) {
        hw_no_memory();
    }
    kept->index = index;
    if (!hw_tpm_save(tpms, index, &kept->state, error)) {
        hw_tpm_kept_free(kept);
        return NULL;
    }
    kept->state.own = true;
    kept->shutdown = *hw_tpm_backend_shutdown(backend);
    hw_tpm_backend_forget(backend); /* nothing waits; the work from here on counts */
    return kept;
}

/* Loading counts as no work. */
bool hw_tpm_put_back(HwTpmDrivers *tpms, const HwTpmKept *kept, HwError *error)
{
    HwTpmBackend *backend = hw_tpm_backend_at(tpms, kept->index);

    if (!hw_tpm_backend_forget(backend)) {
        return true;
    }
    if (!hw_tpm_load(tpms, kept->index, &kept->state, error)) {
        return false;
    }
    *hw_tpm_backend_shutdown(backend) = kept->shutdown;
    hw_tpm_backend_forget(backend);
    return true;
}

void hw_tpm_kept_free(HwTpmKept *kept)
{
    if (kept) {
        hw_tpm_state_clear(&kept->state);
        free(kept);
    }
}
