/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The functions of tpm.h that save and load a TPM's state. */
#include "hw-api/device/error.h"
#include "hw-api/host/tpm/backend.h"
#include "hw-api/host/tpm/state/blob-format.h"

#define REASON_MAX 480

static bool state_error(const HwTpmBackend *backend, const char *reason, HwError *error)
{
    return hw_error_set(error, "%s: %s", hw_tpm_backend_info(backend).id, reason);
}

/* A TPM 1.2 has another kind of state. */
static bool state_exists(const HwTpmDriver *driver, void *tpm, HwError *error)
{
    return driver->version(tpm) == HW_TPM_VERSION_2_0 ||
           hw_error_set(error, "the state of a TPM 1.2 cannot be moved, expected a TPM 2.0");
}

bool hw_tpm_save(HwTpmDrivers *tpms, uint32_t index, HwTpmState *state, HwError *error)
{
    HW_ERROR(inner, REASON_MAX);
    HwTpmBackend *backend = hw_tpm_backend_at(tpms, index);
    HwTpmNote note = { .text = "" };
    void *tpm;
    const HwTpmDriver *driver = hw_tpm_backend_driver(backend, &tpm);
    bool good;

    *state = (HwTpmState) { 0 };
    hw_tpm_backend_finish(backend);
    hw_tpm_backend_stir_now(backend, &note); /* pending entropy is not part of the state */
    /* The receiver checks the same.  Here the TPM still runs. */
    good = state_exists(driver, tpm, &inner) && driver->save(tpm, state, &note, &inner) &&
           hw_tpm_blobs_check(state, true, &inner);
    hw_tpm_backend_log(backend, &note);
    if (!good) {
        hw_tpm_state_clear(state);
    }
    return good || state_error(backend, inner.text, error);
}

void hw_tpm_let_go(HwTpmDrivers *tpms, uint32_t index)
{
    HwTpmBackend *backend = hw_tpm_backend_at(tpms, index);
    void *tpm;
    const HwTpmDriver *driver = hw_tpm_backend_driver(backend, &tpm);

    hw_tpm_backend_finish(backend);
    if (driver->let_go) {
        driver->let_go(tpm);
    }
}

bool hw_tpm_state_check(const HwTpmDrivers *tpms, uint32_t index, const HwTpmState *state,
                        HwError *error)
{
    HW_ERROR(inner, REASON_MAX);
    const HwTpmBackend *backend = hw_tpm_backend_at(tpms, index);
    void *tpm;
    const HwTpmDriver *driver = hw_tpm_backend_driver(backend, &tpm);

    return (state_exists(driver, tpm, &inner) &&
            hw_tpm_blobs_check(state, driver->decrypts, &inner)) ||
           state_error(backend, inner.text, error);
}

bool hw_tpm_load(HwTpmDrivers *tpms, uint32_t index, const HwTpmState *state, HwError *error)
{
    HW_ERROR(inner, REASON_MAX);
    HwTpmBackend *backend = hw_tpm_backend_at(tpms, index);
    HwTpmNote note = { .text = "" };
    void *tpm;
    const HwTpmDriver *driver = hw_tpm_backend_driver(backend, &tpm);
    bool good;

    if (!hw_tpm_state_check(tpms, index, state, error)) {
        return false;
    }
    hw_tpm_backend_finish(backend);
    /* The old state needs no TPM2_Shutdown: no TPM starts from it again. */
    good = driver->load(tpm, state, &note, &inner);
    if (good) {
        hw_tpm_backend_shutdown(backend)->due = state->blobs[HW_TPM_VOLATILE].size > 0;
    }
    hw_tpm_backend_log(backend, &note);
    return good || state_error(backend, inner.text, error);
}
