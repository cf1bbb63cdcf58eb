/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs one command through a driver, with the checks that all drivers need. */
#include "hw-api/host/tpm/execute.h"

#include "hw-api/device/tpm2.h"

uint32_t hw_tpm_execute(const HwTpmDriver *driver, void *tpm, const HwTpmTransfer *transfer,
                        HwTpmNote *note)
{
    uint32_t size;

    if (transfer->size < HW_TPM2_HEADER_SIZE || hw_tpm2_size(transfer->command) != transfer->size) {
        /* A wrong size would break the framing of a stream to a TPM. */
        return hw_tpm2_answer(transfer->response, TPM_RC_COMMAND_SIZE);
    }
    if (atomic_load_explicit(transfer->cancelled, memory_order_relaxed)) {
        return hw_tpm2_answer(transfer->response, TPM_RC_CANCELED);
    }
    size = driver->transfer(tpm, transfer, note);
    if (size == 0) {
        return 0;
    }
    if (size < HW_TPM2_HEADER_SIZE || size > transfer->capacity ||
        hw_tpm2_size(transfer->response) != size) {
        hw_tpm_note(note, HW_LOG_ERROR,
                    "the TPM's answer is not a response: %u bytes, expected %u to %u "
                    "and the size in its header",
                    size, HW_TPM2_HEADER_SIZE, transfer->capacity);
        return 0;
    }
    return size;
}

void hw_tpm_execute_stir(const HwTpmDriver *driver, void *tpm, const HwTpmStir *stir, int64_t since,
                         HwTpmNote *note)
{
    static const atomic_bool never;
    uint8_t command[HW_TPM_STIR_HEADER + HW_TPM_STIR_MAX];
    uint8_t response[64];
    const HwTpmTransfer transfer = {
        .command = command,
        .size = hw_tpm_stir_command(stir, command),
        .response = response,
        .capacity = sizeof(response),
        .cancelled = &never,
        .since = since,
        .own = true,
    };

    if (hw_tpm_execute(driver, tpm, &transfer, note) > 0 && !hw_tpm_stir_taken(response)) {
        hw_tpm_note(note, HW_LOG_WARNING,
                    "the TPM refuses fresh entropy: response code 0x%x, "
                    "expected 0",
                    hw_tpm2_code(response));
    }
}
