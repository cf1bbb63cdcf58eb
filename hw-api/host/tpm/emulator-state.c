/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state of a swtpm's TPM, for migration. */
#include "hw-api/device/error.h"
#include "hw-api/host/tpm/emulator-tpm.h"

bool hw_emulator_save(void *tpm, HwTpmState *state, HwTpmNote *note, HwError *error)
{
    HwEmulator *s = tpm;

    if (s->waiting) {
        return hw_error_set(error, "the TPM has no state yet: it waits for a migration stream");
    }
    return hw_emulator_power_on(s, note, error) && hw_swtpm_link_save(&s->link, state, error);
}

static bool emulator_resume(HwEmulator *s, const HwTpmState *state, HwError *error)
{
    bool established = false;
    bool fresh;

    s->link.control.limit.deadline = hw_stream_now() + s->timeout;
    if (!hw_emulator_connect(s, &fresh, error) ||
        !hw_swtpm_link_load(&s->link, s->buffer_size, state, &established, error)) {
        return false;
    }
    atomic_store(&s->established, established);
    return true;
}

/* A stored state that swtpm can't read is refused, too: the stream's state would replace it. */
static bool emulator_claim(HwEmulator *s, HwTpmState *before, HwError *error)
{
    bool fresh;

    s->link.control.limit.deadline = hw_stream_now() + s->timeout;
    if (!hw_emulator_connect(s, &fresh, error)) {
        return false;
    }
    if (!hw_swtpm_link_claim(&s->link, &before->blobs[HW_TPM_PERMANENT], error)) {
        hw_swtpm_link_give_back(&s->link);
        return false;
    }
    return true;
}

/* The error of the load is in *error, and gets the end that says what the TPM has now. */
static void emulator_undo(HwEmulator *s, const HwTpmState *before, const char *reason,
                          HwError *error)
{
    HW_ERROR(undo, 150);

    if (!emulator_resume(s, before, &undo)) {
        hw_swtpm_link_disconnect(&s->link);
        hw_error_set(error, "%s; and the TPM's old state is lost, too: %s", reason, undo.text);
        return;
    }
    if (s->waiting) {
        hw_swtpm_link_give_back(&s->link);
    }
    hw_error_set(error, "%s; the TPM has its old state again", reason);
}

/* swtpm stores permanent state as soon as it gets it, and cannot undo that.  So read the old
 * state first, and load it again after a failure. */
bool hw_emulator_load(void *tpm, const HwTpmState *state, HwTpmNote *note, HwError *error)
{
    HW_ERROR(inner, 300);
    HwEmulator *s = tpm;
    HwTpmState before = { 0 };
    bool good = s->waiting ? emulator_claim(s, &before, error)
                           : hw_emulator_save(s, &before, note, error);

    if (good && !emulator_resume(s, state, &inner)) {
        good = false;
        emulator_undo(s, &before, inner.text, error);
    }
    s->waiting = s->waiting && !good;
    hw_tpm_state_clear(&before);
    return good;
}
