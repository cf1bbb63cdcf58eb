/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/tpm/swtpm-link.h"

#include "hw-api/device/error.h"
#include "hw-api/device/tpm2.h"
#include "hw-api/host/tpm/shutdown.h"

#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* swtpm ignores a cancel request that comes before its command, so repeat the request. */
#define CANCEL_AGAIN_NS (50 * INT64_C(1000000))
#define LAST_NS         (500 * INT64_C(1000000)) /* the longest wait of each step at the host's end */

/* A receiver that fails needs some time to end its swtpm. */
#define LOCK_RETRIES  100
#define LOCK_RETRY_NS (10 * INT64_C(1000000)) /* swtpm's pause before it tries again */

void hw_swtpm_link_init(HwSwtpmLink *s)
{
    *s = (HwSwtpmLink) { .data = -1, .control.fd = -1 };
    s->control.limit.wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    s->control.limit.abandoned = &s->abandoned;
}

void hw_swtpm_link_destroy(HwSwtpmLink *s)
{
    hw_swtpm_link_disconnect(s);
    close(s->control.limit.wake);
}

void hw_swtpm_link_disconnect(HwSwtpmLink *s)
{
    if (s->data >= 0) {
        close(s->data);
    }
    if (s->control.fd >= 0) {
        close(s->control.fd);
    }
    s->data = -1;
    s->control.fd = -1;
}

void hw_swtpm_link_give_up(HwSwtpmLink *s)
{
    if (!s->unfinished && !s->control.unanswered) {
        hw_swtpm_link_disconnect(s);
    }
}

bool hw_swtpm_link_connect(HwSwtpmLink *s, const char *path, HwError *error)
{
    int pair[2];
    int result = hw_stream_connect(path, &s->control.limit, &s->control.fd);
    bool good;

    if (result != 0) {
        return hw_error_set(error,
                            "cannot connect to swtpm: '%s': %s, expected the socket of "
                            "its --ctrl option",
                            path,
                            result == ETIMEDOUT ? hw_swtpm_failure(result) : strerror(result));
    }
    result = hw_stream_pair(pair);
    if (result != 0) {
        return hw_error_set(error, "cannot connect to swtpm: %s", strerror(result));
    }
    s->data = pair[0];
    s->control.owed = 0;
    s->control.lost = false;
    s->control.unanswered = false;
    s->located = false;
    s->unlocked = false;
    s->refused = false;
    s->unfinished = false;
    good = hw_swtpm_set_data_fd(&s->control, pair[1], error);
    close(pair[1]);
    return good && hw_swtpm_check_capabilities(&s->control, error);
}

bool hw_swtpm_link_alive(const HwSwtpmLink *s)
{
    return s->control.fd >= 0 && !s->control.lost && hw_stream_discard(s->data) &&
           hw_stream_alive(s->control.fd);
}

/* The tries take at most half of the time that is left. */
static uint32_t link_lock_retries(const HwSwtpmLink *s)
{
    int64_t retries = (s->control.limit.deadline - hw_stream_now()) / (2 * LOCK_RETRY_NS);

    if (s->refused || s->ending || retries < 0) {
        return 0;
    }
    return retries < LOCK_RETRIES ? (uint32_t)retries : LOCK_RETRIES;
}

bool hw_swtpm_link_lock(HwSwtpmLink *s, HwError *error)
{
    if (s->unlocked) {
        s->refused = !hw_swtpm_lock_storage(&s->control, link_lock_retries(s), error);
        s->unlocked = s->refused;
    }
    return !s->unlocked;
}

bool hw_swtpm_link_power_off(HwSwtpmLink *s, uint32_t size, uint32_t *largest, HwError *error)
{
    return hw_swtpm_stop(&s->control, error) &&
           hw_swtpm_set_buffer_size(&s->control, size, largest, error);
}

/* CMD_STOP may write the state, so lock before it. */
bool hw_swtpm_link_power_cycle(HwSwtpmLink *s, uint32_t size, uint32_t *largest, bool *established,
                               HwError *error)
{
    s->unlocked = hw_swtpm_locks_storage(&s->control);
    return hw_swtpm_link_lock(s, error) && hw_swtpm_link_power_off(s, size, largest, error) &&
           hw_swtpm_init(&s->control, false, error) &&
           hw_swtpm_get_established(&s->control, established, error);
}

bool hw_swtpm_link_claim(HwSwtpmLink *s, HwTpmBlob *permanent, HwError *error)
{
    uint32_t largest;

    /* CMD_INIT does not wait for the lock.  A swtpm with --migration incoming can lock the state
     * only after CMD_INIT. */
    s->unlocked = hw_swtpm_locks_storage(&s->control);
    s->refused = false;
    if (!hw_swtpm_link_lock(s, error) || !hw_swtpm_link_power_off(s, 0, &largest, error) ||
        !hw_swtpm_init(&s->control, false, error)) {
        return false;
    }
    s->unlocked = hw_swtpm_locks_storage(&s->control);
    return hw_swtpm_link_lock(s, error) &&
           hw_swtpm_get_blob(&s->control, HW_TPM_PERMANENT, permanent, error);
}

void hw_swtpm_link_give_back(HwSwtpmLink *s)
{
    HwTpmState state = { 0 };

    hw_swtpm_get_blob(&s->control, HW_TPM_SAVESTATE, &state.blobs[HW_TPM_SAVESTATE], NULL);
    hw_tpm_state_clear(&state);
    hw_swtpm_stop(&s->control, NULL);
}

bool hw_swtpm_link_load(HwSwtpmLink *s, uint32_t size, const HwTpmState *state, bool *established,
                        HwError *error)
{
    uint32_t largest;

    if (!hw_swtpm_link_lock(s, error) || !hw_swtpm_link_power_off(s, size, &largest, error)) {
        return false;
    }
    for (int i = 0; i < HW_TPM_BLOBS; i++) {
        const HwTpmBlob *blob = &state->blobs[i];

        if (blob->size > 0 && !hw_swtpm_set_blob(&s->control, (HwTpmBlobKind)i, blob, error)) {
            return false;
        }
    }
    return hw_swtpm_init(&s->control, state->blobs[HW_TPM_VOLATILE].size > 0, error) &&
           hw_swtpm_get_established(&s->control, established, error);
}

/* Receives, and sends CMD_CANCEL_TPM_CMD if asked to, again and again until the response comes. */
static int link_receive(HwSwtpmLink *s, const HwTpmTransfer *transfer, size_t *have, size_t want)
{
    HwStreamLimit limit = s->control.limit;
    int result;

    for (;;) {
        if (atomic_load(transfer->cancelled) && !atomic_load(&s->abandoned)) {
            int64_t again = hw_stream_now() + CANCEL_AGAIN_NS;

            hw_swtpm_cancel(&s->control);
            limit.deadline = again < s->control.limit.deadline ? again : s->control.limit.deadline;
        }
        result = hw_stream_receive(s->data, transfer->response, have, want, transfer->capacity,
                                   &limit);
        if (result == ETIMEDOUT && limit.deadline < s->control.limit.deadline) {
            continue;
        }
        if (result != EINTR) {
            return result;
        }
    }
}

static bool link_set_locality(HwSwtpmLink *s, uint8_t locality, HwError *error)
{
    if (s->located && s->locality == locality) {
        return true;
    }
    s->located = hw_swtpm_set_locality(&s->control, locality, error);
    s->locality = locality;
    return s->located;
}

uint32_t hw_swtpm_link_transfer(HwSwtpmLink *s, const HwTpmTransfer *transfer, HwError *error)
{
    size_t have = 0;
    uint32_t size = HW_TPM2_HEADER_SIZE;
    int result;

    if (!link_set_locality(s, transfer->locality, error)) {
        return 0;
    }
    result = hw_stream_send(s->data, transfer->command, transfer->size, -1, &s->control.limit);
    if (result == 0) {
        result = link_receive(s, transfer, &have, size);
    }
    if (result == 0) {
        size = hw_tpm2_size(transfer->response);
        if (size < HW_TPM2_HEADER_SIZE || size > transfer->capacity) {
            hw_error_set(error,
                         "swtpm's answer is not a response: a size of %u bytes, "
                         "expected %u to %u",
                         size, HW_TPM2_HEADER_SIZE, transfer->capacity);
            return 0;
        }
        result = link_receive(s, transfer, &have, size);
    }
    if (result == ECANCELED) {
        s->unfinished = true;
    }
    if (result != 0) {
        hw_error_set(error, "swtpm failed a command: %s", hw_swtpm_failure(result));
        return 0;
    }
    if (have != size) {
        hw_error_set(error,
                     "swtpm's answer is not a response: %zu bytes, expected %u as in its "
                     "header",
                     have, size);
        return 0;
    }
    return size;
}

/* swtpm sends TPM2_Shutdown when it ends, and writes the state then, also if a receiver has the lock.
 * It does neither if the last command was TPM2_Shutdown.  The blobs are from before the command. */
static bool link_shut_tpm_down(HwSwtpmLink *s, HwError *error)
{
    HwTpmShutdownBytes bytes;
    const HwTpmTransfer transfer = hw_tpm_shutdown_transfer(&bytes, TPM_SU_STATE);

    return hw_swtpm_link_transfer(s, &transfer, error) > 0;
}

bool hw_swtpm_link_save(HwSwtpmLink *s, HwTpmState *state, HwError *error)
{
    bool locks = hw_swtpm_locks_storage(&s->control);

    s->refused = false;
    if (!hw_swtpm_link_lock(s, error)) {
        return false;
    }
    for (int i = 0; i < HW_TPM_BLOBS; i++) {
        if (i == HW_TPM_SAVESTATE && locks && s->orderly && !link_shut_tpm_down(s, error)) {
            return false;
        }
        s->unlocked = i == HW_TPM_SAVESTATE && locks;
        if (!hw_swtpm_get_blob(&s->control, (HwTpmBlobKind)i, &state->blobs[i], error)) {
            return false;
        }
    }
    return true;
}

/* `abandoned` has ended all waits.  The last requests must wait again. */
static void link_begin_step(HwSwtpmLink *s)
{
    atomic_store(&s->abandoned, false);
    s->control.limit.deadline = hw_stream_now() + LAST_NS;
}

/* The late response to the unfinished command comes in one piece. */
static bool link_drop_response(HwSwtpmLink *s)
{
    uint8_t dropped[HW_TPM_BUFFER_MAX];
    size_t have = 0;
    int result;

    do {
        result = hw_stream_receive(s->data, dropped, &have, 1, sizeof(dropped), &s->control.limit);
    } while (result == EINTR);
    s->unfinished = result != 0;
    return !s->unfinished;
}

bool hw_swtpm_link_settle(HwSwtpmLink *s, int64_t deadline)
{
    if (atomic_load(&s->abandoned)) {
        s->ending = true;
    }
    if (s->ending) {
        link_begin_step(s);
    } else {
        s->control.limit.deadline = deadline;
    }
    return !s->unlocked && hw_swtpm_link_alive(s) && (!s->unfinished || link_drop_response(s));
}

void hw_swtpm_link_shutdown(HwSwtpmLink *s)
{
    if (s->control.fd < 0) {
        return;
    }
    link_begin_step(s);
    hw_swtpm_shutdown(&s->control, NULL);
    hw_swtpm_link_disconnect(s);
}
