/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Saves the state of libtpms's TPM, and loads another state into it. */
#include "hw-api/host/tpm/libtpms-tpm.h"

#include "hw-api/device/error.h"
#include "hw-api/host/tpm/libtpms-trial.h"
#include "hw-api/host/tpm/result.h"
#include "hw-api/host/tpm/state/blob-format.h"

#include <libtpms/tpm_error.h>
#include <string.h>

static bool state_get(const HwLibtpms *library, enum TPMLIB_StateType type, HwTpmBytes *state)
{
    unsigned char *bytes = NULL;

    state->size = 0;
    if (library->get_state(type, &bytes, &state->size) != TPM_SUCCESS) {
        bytes = NULL;
    }
    state->bytes = bytes;
    return bytes != NULL;
}

/* A state in libtpms's own format. */
typedef struct OwnState {
    HwTpmBytes permanent;
    HwTpmBytes volatile_state; /* no bytes: the TPM starts as after power-on */
} OwnState;

static void bytes_release(const HwLibtpms *library, HwTpmBytes state)
{
    if (state.bytes) {
        explicit_bzero((void *)state.bytes, state.size);
        library->release((unsigned char *)state.bytes);
    }
}

static void state_release(const HwLibtpmsTpm *s, OwnState *state)
{
    bytes_release(s->store.library, state->permanent);
    bytes_release(s->store.library, state->volatile_state);
    *state = (OwnState) { 0 };
}

static bool state_get_all(const HwLibtpmsTpm *s, OwnState *state, HwError *error)
{
    const HwLibtpms *library = s->store.library;

    *state = (OwnState) { 0 };
    if (!s->running) {
        return hw_error_set(error, "libtpms is not running, so it does not have a state");
    }
    if (!state_get(library, TPMLIB_STATE_PERMANENT, &state->permanent) ||
        !state_get(library, TPMLIB_STATE_VOLATILE, &state->volatile_state)) {
        state_release(s, state);
        return hw_error_set(error, "libtpms does not return its state");
    }
    return true;
}

bool hw_libtpms_save_state(void *tpm, HwTpmState *state, HwTpmNote *note, HwError *error)
{
    OwnState own;

    (void)note;
    if (!state_get_all(tpm, &own, error)) {
        return false;
    }
    hw_tpm_blob_wrap(&state->blobs[HW_TPM_PERMANENT], own.permanent.bytes, own.permanent.size);
    hw_tpm_blob_wrap(&state->blobs[HW_TPM_VOLATILE], own.volatile_state.bytes,
                     own.volatile_state.size);
    state_release(tpm, &own);
    return true;
}

static bool state_set(const HwLibtpms *library, HwTpmBlobKind kind, HwTpmBytes state,
                      HwError *error)
{
    enum TPMLIB_StateType type = kind == HW_TPM_PERMANENT ? TPMLIB_STATE_PERMANENT
                                                          : TPMLIB_STATE_VOLATILE;
    TPM_RESULT result = state.bytes ? library->set_state(type, state.bytes, state.size)
                                    : TPM_SUCCESS;

    return result == TPM_SUCCESS ||
           hw_error_set(error, "%s state: libtpms refuses it: result 0x%x, expected 0%s",
                        hw_tpm_blob_name(kind), result,
                        hw_tpm_result_words(HW_TPM_ANY_OPERATION, result));
}

/*
 * libtpms accepts a state while it is off, and starts from it.  It checks volatile state against a
 * checksum and against the seeds in the permanent state; so permanent state goes first.
 */
static bool state_resume(HwLibtpmsTpm *s, const OwnState *state, HwError *error)
{
    const HwLibtpms *library = s->store.library;
    bool good;

    if (s->running) {
        hw_libtpms_power_off(s);
    }
    if (!state_set(library, HW_TPM_PERMANENT, state->permanent, error) ||
        !state_set(library, HW_TPM_VOLATILE, state->volatile_state, error)) {
        return false;
    }
    s->store.writing = false; /* the file keeps the old state until libtpms has started */
    good = hw_libtpms_power_on(s, s->buffer_size);
    s->store.writing = true;
    if (!good) {
        return hw_error_set(error,
                            "libtpms does not start with the state: result 0x%x, expected 0%s",
                            s->start_result,
                            hw_tpm_result_words(HW_TPM_ANY_OPERATION, s->start_result));
    }
    return hw_libtpms_store_save(&s->store, error);
}

static bool state_take(HwLibtpmsTpm *s, const OwnState *wanted, HwError *error)
{
    return hw_libtpms_store_take(&s->store, error) && state_resume(s, wanted, error);
}

/* A state from elsewhere. */
static bool state_try_and_take(HwLibtpmsTpm *s, const OwnState *wanted, bool local, HwError *error)
{
    HW_ERROR(inner, 400);
    OwnState before;
    bool waiting;
    bool good;

    if (!state_get_all(s, &before, error)) {
        return false;
    }
    if (!hw_libtpms_try(s, wanted->permanent, wanted->volatile_state, local, &inner)) {
        state_release(s, &before);
        return hw_error_set(error, "%s; the TPM keeps its state", inner.text);
    }
    waiting = s->store.waiting;
    good = state_take(s, wanted, &inner);
    if (!good) {
        if (waiting) {
            hw_libtpms_store_wait(&s->store);
        }
        state_resume(s, &before, NULL);
        hw_error_set(error, "%s; the TPM %s", inner.text,
                     s->running ? "has its old state again"
                                : "does not start with its old state either");
    }
    state_release(s, &before);
    return good;
}

/* libtpms has written an own state itself: a trial in a child process takes a hundred times as long as the
 * load. */
bool hw_libtpms_load_state(void *tpm, const HwTpmState *state, HwTpmNote *note, HwError *error)
{
    HwLibtpmsTpm *s = tpm;
    OwnState wanted;

    (void)note;
    if (!hw_tpm_blob_check(HW_TPM_PERMANENT, &state->blobs[HW_TPM_PERMANENT], false,
                           &wanted.permanent, error) ||
        !hw_tpm_blob_check(HW_TPM_VOLATILE, &state->blobs[HW_TPM_VOLATILE], false,
                           &wanted.volatile_state, error)) {
        return false;
    }
    return state->own ? state_take(s, &wanted, error)
                      : state_try_and_take(s, &wanted, state->local, error);
}
