/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/tpm/shutdown.h"

#include "hw-api/device/tpm2.h"

/* Commands that leave alone what TPM2_Shutdown has saved.  EDK2 sends TPM2_Shutdown(STATE) and then
 * TPM2_GetRandom before S3. */
static bool command_only_reads(const uint8_t *command)
{
    switch (hw_tpm2_code(command)) {
    case TPM_CC_STIR_RANDOM:
    case TPM_CC_GET_CAPABILITY:
    case TPM_CC_GET_RANDOM:
    case TPM_CC_GET_TEST_RESULT:
    case TPM_CC_PCR_READ:
    case TPM_CC_READ_CLOCK:
        return hw_tpm2_tag(command) == TPM_ST_NO_SESSIONS; /* a session is state, too */
    default:
        return false;
    }
}

void hw_tpm_shutdown_follow(HwTpmShutdown *s, const uint8_t *command, const uint8_t *response)
{
    if (hw_tpm2_code(command) == TPM_CC_SHUTDOWN && hw_tpm2_code(response) == TPM_RC_SUCCESS) {
        s->due = false;
    } else if (!s->due) {
        s->due = !command_only_reads(command);
    }
}

HwTpmTransfer hw_tpm_shutdown_transfer(HwTpmShutdownBytes *bytes, uint16_t type)
{
    static const atomic_bool never;

    hw_tpm2_header(bytes->command, TPM_ST_NO_SESSIONS, sizeof(bytes->command), TPM_CC_SHUTDOWN);
    hw_store_be16(bytes->command + HW_TPM2_HEADER_SIZE, type);
    return (HwTpmTransfer) {
        .command = bytes->command,
        .size = sizeof(bytes->command),
        .response = bytes->response,
        .capacity = sizeof(bytes->response),
        .cancelled = &never,
    };
}

/* Returns the response code, or TPM_RC_FAILURE if there is no response. */
static uint32_t shutdown_try(const HwTpmDriver *driver, void *tpm, uint16_t type, int64_t since,
                             HwTpmNote *note)
{
    HwTpmShutdownBytes bytes;
    HwTpmTransfer transfer = hw_tpm_shutdown_transfer(&bytes, type);

    transfer.since = since;
    transfer.own = true;
    transfer.last = true;
    return driver->transfer(tpm, &transfer, note) >= HW_TPM2_HEADER_SIZE
               ? hw_tpm2_code(bytes.response)
               : TPM_RC_FAILURE;
}

/* STATE, as in swtpm: a firmware that resumes needs it, and any other firmware sends
 * TPM2_Startup(CLEAR) all the same.  A TPM refuses STATE after TPM2_PCR_Allocate. */
void hw_tpm_shutdown_send(HwTpmShutdown *s, const HwTpmDriver *driver, void *tpm, int64_t since,
                          HwTpmNote *note)
{
    uint32_t code = TPM_RC_SUCCESS;

    if (s->due && s->enabled) {
        code = shutdown_try(driver, tpm, TPM_SU_STATE, since, note);
    }
    s->due = false;
    if (code != TPM_RC_SUCCESS && code != TPM_RC_INITIALIZE && code != TPM_RC_FAILURE) {
        shutdown_try(driver, tpm, TPM_SU_CLEAR, since, note);
    }
}
