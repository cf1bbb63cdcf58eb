/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A TPM in a swtpm process.  Commands go over a socket pair that we make; swtpm gets one end
 * through its control channel.  Each error drops both connections, so that a late answer is not
 * taken for the answer to the next command.
 */
#include "hw-api/device/error.h"
#include "hw-api/device/tpm2.h"
#include "hw-api/host/tpm/driver.h"
#include "hw-api/host/tpm/swtpm-link.h"

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

typedef struct Emulator {
    char *path;
    int64_t timeout; /* ns, for each command */
    bool reconnect;
    HwSwtpmLink link;
    uint32_t version;
    uint32_t largest_buffer;
    uint32_t buffer_size; /* the device's */
    atomic_bool established;
} Emulator;

static bool emulator_power_cycle(Emulator *s, uint32_t size, uint32_t *largest, HwError *error)
{
    bool established = false;

    if (!hw_swtpm_link_power_cycle(&s->link, size, largest, &established, error)) {
        return false;
    }
    atomic_store(&s->established, established);
    return true;
}

/* Connects again if needed; *fresh: a new connection was made.  False with a sentence. */
static bool emulator_ensure_connection(Emulator *s, bool *fresh, HwError *error)
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

static void emulator_note_fresh(const Emulator *s, HwTpmNote *note)
{
    hw_tpm_note(note, HW_LOG_WARNING,
                "connected to swtpm again: '%s': the TPM was power-cycled "
                "and expects TPM2_Startup from the guest",
                s->path);
}

static void emulator_restart(void *tpm, uint32_t buffer_size, int64_t since, HwTpmNote *note)
{
    Emulator *s = tpm;
    HW_ERROR(error, 320);
    uint32_t largest;
    bool fresh;

    s->buffer_size = buffer_size;
    s->link.control.limit.deadline = since + s->timeout;
    if (!emulator_ensure_connection(s, &fresh, &error) ||
        !emulator_power_cycle(s, buffer_size, &largest, &error)) {
        hw_swtpm_link_disconnect(&s->link);
        hw_tpm_note(note, HW_LOG_ERROR, "cannot restart the TPM: %s", error.text);
    } else if (fresh) {
        emulator_note_fresh(s, note);
    }
}

static uint32_t emulator_transfer(void *tpm, const HwTpmTransfer *transfer, HwTpmNote *note)
{
    Emulator *s = tpm;
    HW_ERROR(error, 320);
    uint32_t size = 0;
    uint32_t largest;
    bool fresh;

    if (transfer->last && !hw_swtpm_link_settle(&s->link, transfer->since + s->timeout)) {
        return 0;
    }
    if (!transfer->last) {
        s->link.control.limit.deadline = transfer->since + s->timeout;
    }
    if (!emulator_ensure_connection(s, &fresh, &error) ||
        (fresh && !emulator_power_cycle(s, s->buffer_size, &largest, &error)) ||
        (size = hw_swtpm_link_transfer(&s->link, transfer, &error)) == 0) {
        if (!s->link.unfinished) {
            hw_swtpm_link_disconnect(&s->link);
        }
        hw_tpm_note(note, HW_LOG_ERROR, "%s", error.text);
        return 0;
    }
    if (fresh) {
        emulator_note_fresh(s, note);
    }
    return size;
}

static bool emulator_probe_version(Emulator *s, HwError *error)
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

static bool emulator_start(Emulator *s, HwError *error)
{
    if (!hw_swtpm_link_connect(&s->link, s->path, error) ||
        !emulator_power_cycle(s, 0, &s->largest_buffer, error) ||
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

static bool options_parse(Emulator *s, const HwTpmOptions *options, HwError *error)
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
    return hw_tpm_option_on(options, "reconnect", &s->reconnect, error);
}

static void emulator_free(Emulator *s)
{
    hw_swtpm_link_destroy(&s->link);
    free(s->path);
    free(s);
}

static void emulator_close(void *tpm)
{
    Emulator *s = tpm;

    hw_swtpm_link_shutdown(&s->link);
    emulator_free(s);
}

static void *emulator_open(const HwTpmOptions *options, HwError *error)
{
    Emulator *s = calloc(1, sizeof(*s));

    if (!s) {
        abort();
    }
    hw_swtpm_link_init(&s->link);
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
    return ((Emulator *)tpm)->version;
}

static uint32_t emulator_buffer_size(void *tpm)
{
    const Emulator *s = tpm;

    return s->largest_buffer < HW_TPM_BUFFER_MAX ? s->largest_buffer : HW_TPM_BUFFER_MAX;
}

/* Ensures that swtpm is connected and the TPM is on; power-cycles the TPM after a reconnect. */
static bool emulator_ensure_power(Emulator *s, HwTpmNote *note, HwError *error)
{
    uint32_t largest;
    bool fresh;

    s->link.control.limit.deadline = hw_stream_now() + s->timeout;
    if (!emulator_ensure_connection(s, &fresh, error) ||
        (fresh && !emulator_power_cycle(s, s->buffer_size, &largest, error))) {
        hw_swtpm_link_disconnect(&s->link);
        return false;
    }
    if (fresh) {
        emulator_note_fresh(s, note);
    }
    return true;
}

static bool emulator_save(void *tpm, HwTpmState *state, HwTpmNote *note, HwError *error)
{
    Emulator *s = tpm;

    return emulator_ensure_power(s, note, error) && hw_swtpm_link_save(&s->link, state, error);
}

static bool emulator_resume(Emulator *s, const HwTpmState *state, HwError *error)
{
    bool established = false;
    bool fresh;

    s->link.control.limit.deadline = hw_stream_now() + s->timeout;
    if (!emulator_ensure_connection(s, &fresh, error) ||
        !hw_swtpm_link_load(&s->link, s->buffer_size, state, &established, error)) {
        return false;
    }
    atomic_store(&s->established, established);
    return true;
}

/* swtpm stores permanent state as soon as it gets it, and cannot undo that.  So save the old
 * state first, and load it again after a failure. */
static bool emulator_load(void *tpm, const HwTpmState *state, HwTpmNote *note, HwError *error)
{
    HW_ERROR(inner, 300);
    HW_ERROR(undo, 150);
    Emulator *s = tpm;
    HwTpmState before = { 0 };
    bool good = emulator_save(s, &before, note, error);

    if (good && !emulator_resume(s, state, &inner)) {
        good = false;
        if (emulator_resume(s, &before, &undo)) {
            hw_error_set(error, "%s; the TPM has its old state again", inner.text);
        } else {
            hw_swtpm_link_disconnect(&s->link);
            hw_error_set(error, "%s; and the TPM's old state is lost, too: %s", inner.text,
                         undo.text);
        }
    }
    hw_tpm_state_clear(&before);
    return good;
}

static void emulator_cancel(void *tpm)
{
    eventfd_write(((Emulator *)tpm)->link.control.limit.wake, 1);
}

static void emulator_abandon(void *tpm)
{
    Emulator *s = tpm;

    atomic_store(&s->link.abandoned, true);
    eventfd_write(s->link.control.limit.wake, 1);
}

static bool emulator_established(void *tpm)
{
    return atomic_load(&((Emulator *)tpm)->established);
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
    .save = emulator_save,
    .load = emulator_load,
    .cancel = emulator_cancel,
    .abandon = emulator_abandon,
    .established = emulator_established,
};
