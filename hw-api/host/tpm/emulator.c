/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A TPM in a swtpm process.  Commands go over a socket pair that we make; swtpm gets one end
 * through its control channel.  Each error drops both connections, so that a late answer is not
 * taken for the answer to the next command.
 */
#include "hw-api/device/error.h"
#include "hw-api/device/tpm2.h"
#include "hw-api/host/run/no-memory.h"
#include "hw-api/host/tpm/emulator-tpm.h"

#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>

#define NS_PER_MS          INT64_C(1000000)
#define APPEARS_NS         (1000 * NS_PER_MS) /* swtpm may start at the same time */
#define DEFAULT_TIMEOUT_MS 30000
#define MAXIMUM_TIMEOUT_MS (24 * 3600 * 1000)
#define SMALLEST_BUFFER    1024 /* the room for a key with its authorization */

/* TPM2_GetCapability(TPM_PT_FIXED): the response's tag tells a TPM 1.2 from a TPM 2.0. */
static const uint8_t version_probe[] = {
    0x80, 0x01, 0, 0, 0, 22, 0, 0, 0x01, 0x7a, 0, 0, 0, 6, 0, 0, 0x01, 0, 0, 0, 0, 1,
};
#define TPM_TAG_RSP_COMMAND 0x00c4 /* TPM 1.2 part 2, 6 */

static bool emulator_power_cycle(HwEmulator *s, uint32_t size, uint32_t *largest, HwError *error)
{
    bool established = false;

    if (!hw_swtpm_link_power_cycle(&s->link, size, largest, &established, error)) {
        return false;
    }
    atomic_store(&s->established, established);
    return true;
}

bool hw_emulator_connect(HwEmulator *s, bool *fresh, HwError *error)
{
    *fresh = false;
    if (hw_swtpm_link_alive(&s->link)) {
        return true;
    }
    hw_swtpm_link_disconnect(&s->link);
    if (!s->reconnect) {
        return hw_error_set(error, "swtpm has closed the connection and reconnect=off: '%s'",
                            s->path);
    }
    if (!hw_swtpm_link_connect(&s->link, s->path, error)) {
        hw_swtpm_link_disconnect(&s->link);
        return false;
    }
    *fresh = true;
    return true;
}

static void emulator_note_fresh(const HwEmulator *s, HwTpmNote *note)
{
    hw_tpm_note(note, HW_LOG_WARNING,
                "connected to swtpm again: '%s': the TPM was power-cycled "
                "and expects TPM2_Startup from the guest",
                s->path);
}

/* The TPM that waits for a stream is off; commands can't reach it. */
static uint32_t emulator_refuse(const HwTpmTransfer *transfer, HwTpmNote *note)
{
    hw_tpm_note(note, HW_LOG_WARNING,
                "a command before the migration stream: the TPM has no state yet");
    return hw_tpm2_answer(transfer->response, TPM_RC_FAILURE);
}

static void emulator_restart(void *tpm, uint32_t buffer_size, int64_t since, HwTpmNote *note)
{
    HwEmulator *s = tpm;
    HW_ERROR(error, 320);
    uint32_t largest;
    bool fresh;

    s->buffer_size = buffer_size;
    if (s->waiting) {
        return;
    }
    s->link.control.limit.deadline = since + s->timeout;
    if (!hw_emulator_connect(s, &fresh, &error) ||
        !emulator_power_cycle(s, buffer_size, &largest, &error)) {
        hw_swtpm_link_give_up(&s->link);
        hw_tpm_note(note, HW_LOG_ERROR, "cannot restart the TPM: %s", error.text);
    } else if (fresh) {
        emulator_note_fresh(s, note);
    }
}

/* After a move that did not end well, the TPM needs its state again.  A receiver that has the state
 * has become the TPM. */
static bool emulator_owns_state(HwEmulator *s, HwTpmNote *note)
{
    HW_ERROR(error, 320);

    if (!hw_swtpm_link_alive(&s->link) || hw_swtpm_link_lock(&s->link, &error)) {
        return true;
    }
    hw_tpm_note(note, HW_LOG_ERROR, "%s", error.text);
    return false;
}

static uint32_t emulator_transfer(void *tpm, const HwTpmTransfer *transfer, HwTpmNote *note)
{
    HwEmulator *s = tpm;
    HW_ERROR(error, 320);
    uint32_t size = 0;
    uint32_t largest;
    bool fresh;

    if (transfer->last &&
        (s->waiting || !hw_swtpm_link_settle(&s->link, transfer->since + s->timeout))) {
        return 0;
    }
    if (s->waiting) {
        return emulator_refuse(transfer, note);
    }
    if (!transfer->last) {
        s->link.control.limit.deadline = transfer->since + s->timeout;
    }
    if (!emulator_owns_state(s, note)) {
        return 0;
    }
    if (!hw_emulator_connect(s, &fresh, &error) ||
        (fresh && !emulator_power_cycle(s, s->buffer_size, &largest, &error)) ||
        (size = hw_swtpm_link_transfer(&s->link, transfer, &error)) == 0) {
        hw_swtpm_link_give_up(&s->link);
        hw_tpm_note(note, HW_LOG_ERROR, "%s", error.text);
        return 0;
    }
    if (fresh) {
        emulator_note_fresh(s, note);
    }
    return size;
}

static bool emulator_probe_version(HwEmulator *s, HwError *error)
{
    static const atomic_bool never;
    uint8_t response[HW_TPM_BUFFER_MAX];
    HwTpmTransfer probe = {
        .command = version_probe,
        .size = sizeof(version_probe),
        .response = response,
        .capacity = sizeof(response),
        .cancelled = &never,
    };

    if (hw_swtpm_link_transfer(&s->link, &probe, error) == 0) {
        return false;
    }
    switch (hw_tpm2_tag(response)) {
    case TPM_ST_NO_SESSIONS:
        s->version = HW_TPM_VERSION_2_0;
        return true;
    case TPM_TAG_RSP_COMMAND:
        s->version = HW_TPM_VERSION_1_2;
        return true;
    default:
        return hw_error_set(error, "swtpm's answer is not a response: tag 0x%x, expected 0x%x",
                            hw_tpm2_tag(response), TPM_ST_NO_SESSIONS);
    }
}

/* A TPM that waits stays off: the sender may have its state.  The TPM still says its version, as
 * swtpm answers for it with a response in the form of that version. */
static bool emulator_start(HwEmulator *s, HwError *error)
{
    if (!hw_swtpm_link_connect(&s->link, s->path, error) ||
        !(s->waiting ? hw_swtpm_link_power_off(&s->link, 0, &s->largest_buffer, error)
                     : emulator_power_cycle(s, 0, &s->largest_buffer, error)) ||
        !emulator_probe_version(s, error)) {
        return false;
    }
    if (s->largest_buffer < SMALLEST_BUFFER) {
        return hw_error_set(error, "swtpm's largest buffer is too small: %u bytes, expected %u",
                            s->largest_buffer, SMALLEST_BUFFER);
    }
    s->buffer_size = s->largest_buffer;
    return true;
}

/* Reads a time in seconds: "30", "0.25". */
static bool timeout_parse(const char *text, int64_t *timeout)
{
    int64_t ms = 0;
    int decimals = -1;

    for (const char *p = text; *p; p++) {
        if (*p == '.' && decimals < 0 && p != text) {
            decimals = 0;
        } else if (*p >= '0' && *p <= '9' && decimals < 3 && ms <= MAXIMUM_TIMEOUT_MS) {
            ms = ms * 10 + (*p - '0');
            decimals += decimals >= 0;
        } else {
            return false;
        }
    }
    for (int i = decimals < 0 ? 0 : decimals; i < 3; i++) {
        ms *= 10;
    }
    *timeout = ms * NS_PER_MS;
    return ms > 0 && ms <= MAXIMUM_TIMEOUT_MS && decimals != 0;
}

static bool options_parse(HwEmulator *s, const HwTpmOptions *options, HwError *error)
{
    const char *path = hw_tpm_option(options, "path");
    const char *timeout = hw_tpm_option(options, "timeout");

    if (!path || !path[0]) {
        return hw_error_set(error, "path: missing, expected the socket of swtpm's --ctrl option");
    }
    s->path = strdup(path);
    s->timeout = DEFAULT_TIMEOUT_MS * NS_PER_MS;
    if (timeout && !timeout_parse(timeout, &s->timeout)) {
        return hw_error_set(error, "timeout: invalid value '%s': expected 0.001 to 86400 seconds",
                            timeout);
    }
    return hw_tpm_option_on(options, "reconnect", &s->reconnect, error) &&
           hw_tpm_option_on(options, HW_TPM_AUTO_SHUTDOWN, &s->link.orderly, error);
}

static void emulator_free(HwEmulator *s)
{
    hw_swtpm_link_destroy(&s->link);
    free(s->path);
    free(s);
}

static void emulator_close(void *tpm)
{
    HwEmulator *s = tpm;

    hw_swtpm_link_shutdown(&s->link);
    emulator_free(s);
}

static void *emulator_open(const HwTpmOptions *options, HwError *error)
{
    HwEmulator *s = calloc(1, sizeof(*s));

    if (!s) {
        hw_no_memory();
    }
    hw_swtpm_link_init(&s->link);
    s->waiting = options->incoming;
    if (options_parse(s, options, error)) {
        s->link.control.limit.deadline = hw_stream_now() + s->timeout;
        s->link.control.limit.appears_by = hw_stream_now() + APPEARS_NS;
        if (emulator_start(s, error)) {
            return s;
        }
    }
    /* Don't shut swtpm down: another host may use it. */
    emulator_free(s);
    return NULL;
}

static uint32_t emulator_version(void *tpm)
{
    return ((HwEmulator *)tpm)->version;
}

static uint32_t emulator_buffer_size(void *tpm)
{
    const HwEmulator *s = tpm;

    return s->largest_buffer < HW_TPM_BUFFER_MAX ? s->largest_buffer : HW_TPM_BUFFER_MAX;
}

bool hw_emulator_power_on(HwEmulator *s, HwTpmNote *note, HwError *error)
{
    uint32_t largest;
    bool fresh;

    s->link.control.limit.deadline = hw_stream_now() + s->timeout;
    if (!hw_emulator_connect(s, &fresh, error) ||
        (fresh && !emulator_power_cycle(s, s->buffer_size, &largest, error))) {
        hw_swtpm_link_disconnect(&s->link);
        return false;
    }
    if (fresh) {
        emulator_note_fresh(s, note);
    }
    return true;
}

static void emulator_cancel(void *tpm)
{
    eventfd_write(((HwEmulator *)tpm)->link.control.limit.wake, 1);
}

static void emulator_abandon(void *tpm)
{
    HwEmulator *s = tpm;

    atomic_store(&s->link.abandoned, true);
    eventfd_write(s->link.control.limit.wake, 1);
}

static bool emulator_established(void *tpm)
{
    return atomic_load(&((HwEmulator *)tpm)->established);
}

static const char *const emulator_keys[] = { "path", "timeout", "reconnect", NULL };

const HwTpmDriver hw_tpm_emulator = {
    .type = "emulator",
    .keys = emulator_keys,
    .timed = true,
    .decrypts = true,
    .open = emulator_open,
    .close = emulator_close,
    .version = emulator_version,
    .buffer_size = emulator_buffer_size,
    .restart = emulator_restart,
    .transfer = emulator_transfer,
    .save = hw_emulator_save,
    .load = hw_emulator_load,
    .cancel = emulator_cancel,
    .abandon = emulator_abandon,
    .established = emulator_established,
};
