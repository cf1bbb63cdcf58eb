/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/tpm/libtpms-trial.h"

#include <libtpms/tpm_error.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/device/tpm2.h"
#include "hw-api/host/child/child.h"
#include "hw-api/host/child/guard.h"
#include "hw-api/host/child/jail.h"
#include "hw-api/host/tpm/result.h"

typedef struct Trial {
    HwLibtpmsTpm *tpm;
    HwTpmBytes permanent;
    HwTpmBytes volatile_state;
    HwJail jail;
} Trial;

static bool state_try(const HwLibtpms *library, enum TPMLIB_StateType type, HwTpmBytes state,
                      const char *name, HwError *error)
{
    TPM_RESULT result = TPM_SUCCESS;

    hw_guard_allocations();
    if (state.bytes) {
        result = library->set_state(type, state.bytes, state.size);
    }
    return result == TPM_SUCCESS ||
           hw_error_set(error, "%s state: libtpms refuses it: result 0x%x, expected 0%s", name,
                        result, hw_tpm_result_words(HW_TPM_ANY_OPERATION, result));
}

/* The TPM writes its state when it is saved, so a state must also survive this. */
static bool state_writes(const HwLibtpms *library)
{
    static const enum TPMLIB_StateType types[] = { TPMLIB_STATE_PERMANENT, TPMLIB_STATE_VOLATILE };
    bool good = true;

    for (size_t i = 0; good && i < sizeof(types) / sizeof(types[0]); i++) {
        unsigned char *bytes = NULL;
        uint32_t size;

        good = library->get_state(types[i], &bytes, &size) == TPM_SUCCESS;
        library->release(bytes);
    }
    return good;
}

/* TPM 2.0 Library part 3, 10.4: works in any state of the TPM. */
static bool command_works(const HwLibtpms *library)
{
    static unsigned char get_test_result[] = { 0x80, 0x01, 0, 0, 0, 10, 0, 0, 0x01, 0x7c };
    unsigned char *response = NULL;
    uint32_t size = 0;
    uint32_t capacity = 0;

    return library->process(&response, &size, &capacity, get_test_result,
                            sizeof(get_test_result)) == TPM_SUCCESS &&
           size >= HW_TPM2_HEADER_SIZE;
}

static bool trial_job(void *data, int answer, HwError *error)
{
    const Trial *trial = data;
    const HwLibtpms *library = trial->tpm->store.library;
    TPM_RESULT result;

    if (!hw_jail_enter(&trial->jail, answer, error)) {
        return false;
    }
    trial->tpm->store.writing = false;
    if (trial->tpm->running) {
        library->terminate();
    }
    /* Volatile state is checked against the permanent state, so it comes second. */
    if (!state_try(library, TPMLIB_STATE_PERMANENT, trial->permanent, "permanent", error) ||
        !state_try(library, TPMLIB_STATE_VOLATILE, trial->volatile_state, "volatile", error)) {
        return false;
    }
    hw_guard_allocations();
    result = library->main_init();
    if (result != TPM_SUCCESS) {
        return hw_error_set(error,
                            "libtpms does not start with the state: result 0x%x, expected 0%s",
                            result, hw_tpm_result_words(HW_TPM_ANY_OPERATION, result));
    }
    return (command_works(library) && state_writes(library)) ||
           hw_error_set(error, "libtpms starts with the state, but does not work");
}

static HwChildEnd trial_run(Trial *trial, HwError *error)
{
    HwChildEnd end;

    if (!hw_jail_prepare(&trial->jail, error)) {
        return HW_CHILD_IMPOSSIBLE;
    }
    end = hw_child_run(trial_job, trial, HW_LIBTPMS_TRIAL_MILLISECONDS, error);
    hw_jail_release(&trial->jail);
    return end;
}

static bool is_trusted(HwLibtpmsTrust trust, bool local)
{
    return trust == HW_LIBTPMS_TRUST_ALL || (trust == HW_LIBTPMS_TRUST_FILES && local);
}

bool hw_libtpms_try(HwLibtpmsTpm *tpm, HwTpmBytes permanent, HwTpmBytes volatile_state, bool local,
                    HwError *error)
{
    Trial trial = { tpm, permanent, volatile_state, { NULL } };
    HW_ERROR(end, HW_CHILD_SENTENCE);

    switch (trial_run(&trial, &end)) {
    case HW_CHILD_GOOD:
        return true;
    case HW_CHILD_REFUSED:
        return hw_error_set(error, "%s", end.text);
    case HW_CHILD_FAILED:
        return hw_error_set(error, "damaged state: a child process that started libtpms with it %s",
                            end.text);
    default:
        return is_trusted(tpm->trust, local) ||
               hw_error_set(error,
                            "the state can't be tried in a child process: %s, expected option "
                            "trust=all for a sender that you trust",
                            end.text);
    }
}

/* ------------------------------------------------------------------------ the option */

bool hw_libtpms_trust_parse(const HwTpmOptions *options, HwLibtpmsTrust *trust, HwError *error)
{
    static const char *const names[] = { "files", "all", "none" };
    const char *value = hw_tpm_option(options, "trust");

    *trust = HW_LIBTPMS_TRUST_FILES;
    for (size_t i = 0; value && i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(value, names[i]) == 0) {
            *trust = (HwLibtpmsTrust)i;
            return true;
        }
    }
    return !value ||
           hw_error_set(error, "trust: invalid value '%s': expected files, all or none", value);
}
