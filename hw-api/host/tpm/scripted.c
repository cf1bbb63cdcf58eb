/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A rule that needs the TPM below passes the command on, and so does a command without a rule.  The
 * host's own commands (TPM2_Shutdown before a power cut, TPM2_StirRandom) do not count: a script
 * speaks of what the guest sends.
 */
#include "hw-api/host/tpm/scripted.h"

#include "hw-api/device/error.h"
#include "hw-api/device/tpm2.h"
#include "hw-api/host/run/no-memory.h"
#include "hw-api/host/tpm/script/apply.h"

#include <stdlib.h>
#include <string.h>

_Static_assert(HW_TPM_ANSWER_MAX == HW_TPM_BUFFER_MAX, "an answer fills a buffer at most");

typedef struct Scripted {
    HwTpmDriver driver;
    const HwTpmDriver *below; /* NULL: the script is all there is */
    void *tpm;
    HwTpmRules rules;
    uint32_t *seen; /* commands, by rule */
} Scripted;

static void scripted_free(Scripted *s)
{
    hw_tpm_rules_free(&s->rules);
    free(s->seen);
    free(s);
}

static Scripted *scripted_new(const char *path, bool alone, HwError *error)
{
    Scripted *s = calloc(1, sizeof(*s));

    if (!s) {
        hw_no_memory();
    }
    if (!hw_tpm_rules_read(&s->rules, path, alone, error)) {
        free(s);
        return NULL;
    }
    s->seen = calloc(s->rules.count + 1, sizeof(*s->seen));
    if (!s->seen) {
        hw_no_memory();
    }
    return s;
}

static void scripted_close(void *tpm)
{
    Scripted *s = tpm;

    if (s->below) {
        s->below->close(s->tpm);
    }
    scripted_free(s);
}

/* -------------------------------------------------------------------- commands */

/* Returns the size of the answer before it is changed. */
static uint32_t rule_answer(Scripted *s, const HwTpmRule *rule, const HwTpmTransfer *transfer,
                            HwTpmNote *note)
{
    uint32_t size;

    switch (rule->source) {
    case HW_TPM_FROM_TPM:
        return s->below ? s->below->transfer(s->tpm, transfer, note) : 0;
    case HW_TPM_FROM_CODE:
        return hw_tpm2_answer(transfer->response, rule->code);
    case HW_TPM_FROM_RULE:
        size = rule->answer_size < transfer->capacity ? rule->answer_size : transfer->capacity;
        memcpy(transfer->response, rule->answer, size);
        return size;
    default:
        hw_tpm_note(note, HW_LOG_ERROR, "the script lets command 0x%x fail",
                    hw_tpm2_code(transfer->command));
        return 0;
    }
}

static uint32_t scripted_transfer(void *tpm, const HwTpmTransfer *transfer, HwTpmNote *note)
{
    Scripted *s = tpm;
    const HwTpmRule *rule = NULL;
    uint32_t size;

    if (!transfer->own) {
        rule = hw_tpm_rules_decide(&s->rules, s->seen, hw_tpm2_code(transfer->command));
    }
    if (!rule) {
        return s->below ? s->below->transfer(s->tpm, transfer, note)
                        : hw_tpm2_answer(transfer->response,
                                         transfer->own ? TPM_RC_SUCCESS : TPM_RC_COMMAND_CODE);
    }
    *transfer->late = rule->late;
    size = rule_answer(s, rule, transfer, note);
    return size ? hw_tpm_rule_edit(rule, transfer->response, size, transfer->capacity) : 0;
}

/* ------------------------------------------------------------------ over a TPM */

static uint32_t wrapped_version(void *tpm)
{
    Scripted *s = tpm;

    return s->below->version(s->tpm);
}

static uint32_t wrapped_buffer_size(void *tpm)
{
    Scripted *s = tpm;

    return s->below->buffer_size(s->tpm);
}

static void wrapped_restart(void *tpm, uint32_t buffer_size, int64_t since, HwTpmNote *note)
{
    Scripted *s = tpm;

    s->below->restart(s->tpm, buffer_size, since, note);
}

static bool wrapped_save(void *tpm, HwTpmState *state, HwTpmNote *note, HwError *error)
{
    Scripted *s = tpm;

    return s->below->save(s->tpm, state, note, error);
}

static bool wrapped_load(void *tpm, const HwTpmState *state, HwTpmNote *note, HwError *error)
{
    Scripted *s = tpm;

    return s->below->load(s->tpm, state, note, error);
}

static void wrapped_let_go(void *tpm)
{
    Scripted *s = tpm;

    s->below->let_go(s->tpm);
}

static void wrapped_cancel(void *tpm)
{
    Scripted *s = tpm;

    s->below->cancel(s->tpm);
}

static void wrapped_abandon(void *tpm)
{
    Scripted *s = tpm;

    s->below->abandon(s->tpm);
}

static bool wrapped_established(void *tpm)
{
    Scripted *s = tpm;

    return s->below->established(s->tpm);
}

void *hw_tpm_script_wrap(const HwTpmDriver *driver, void *tpm, const char *path,
                         const HwTpmDriver **wrapped, HwError *error)
{
    Scripted *s = scripted_new(path, false, error);

    if (!s) {
        return NULL;
    }
    s->below = driver;
    s->tpm = tpm;
    s->driver = *driver;
    s->driver.waits = true;
    s->driver.close = scripted_close;
    s->driver.version = wrapped_version;
    s->driver.buffer_size = wrapped_buffer_size;
    s->driver.restart = wrapped_restart;
    s->driver.transfer = scripted_transfer;
    s->driver.save = wrapped_save;
    s->driver.load = wrapped_load;
    s->driver.let_go = driver->let_go ? wrapped_let_go : NULL;
    s->driver.cancel = wrapped_cancel;
    s->driver.abandon = driver->abandon ? wrapped_abandon : NULL;
    s->driver.established = wrapped_established;
    *wrapped = &s->driver;
    return s;
}

/* ----------------------------------------------------------------------- alone */

static void *alone_open(const HwTpmOptions *options, HwError *error)
{
    const char *path = hw_tpm_option(options, "file");

    if (!path || !path[0]) {
        hw_error_set(error, "file: missing, expected a script");
        return NULL;
    }
    return scripted_new(path, true, error);
}

static uint32_t alone_version(void *tpm)
{
    (void)tpm;
    return HW_TPM_VERSION_2_0;
}

static uint32_t alone_buffer_size(void *tpm)
{
    (void)tpm;
    return HW_TPM_BUFFER_MAX;
}

/* The counts go on: a script may speak of the second start. */
static void alone_restart(void *tpm, uint32_t buffer_size, int64_t since, HwTpmNote *note)
{
    (void)tpm;
    (void)buffer_size;
    (void)since;
    (void)note;
}

static bool alone_save(void *tpm, HwTpmState *state, HwTpmNote *note, HwError *error)
{
    (void)tpm;
    (void)state;
    (void)note;
    return hw_error_set(error, "a TPM of type script has no state to move, expected a script= of "
                               "another type");
}

static bool alone_load(void *tpm, const HwTpmState *state, HwTpmNote *note, HwError *error)
{
    (void)tpm;
    (void)state;
    (void)note;
    return hw_error_set(error, "a TPM of type script takes no state, expected a script= of another "
                               "type");
}

static void alone_cancel(void *tpm)
{
    (void)tpm;
}

static bool alone_established(void *tpm)
{
    (void)tpm;
    return false;
}

static const char *const alone_keys[] = { "file", NULL };

const HwTpmDriver hw_tpm_scripted = {
    .type = "script",
    .keys = alone_keys,
    .waits = true,
    .open = alone_open,
    .close = scripted_close,
    .version = alone_version,
    .buffer_size = alone_buffer_size,
    .restart = alone_restart,
    .transfer = scripted_transfer,
    .save = alone_save,
    .load = alone_load,
    .cancel = alone_cancel,
    .established = alone_established,
};
