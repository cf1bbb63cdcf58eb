/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/tpm/result.h"

#include <stddef.h>

/* The codes were seen with swtpm 0.7 and 0.10.  The first row that fits counts. */
static const struct {
    HwTpmOperation operation;
    uint32_t result;
    const char *words;
} results[] = {
    { HW_TPM_SET_DATA_CHANNEL, 0x1f,
      ": it has a data channel already, remove its --server option" },
    { HW_TPM_START, 0x9, ": it cannot use its state, which another swtpm may have in use" },
    { HW_TPM_START, 0x101, ": it cannot read its state, which is damaged or needs its --key" },
    { HW_TPM_START, 0x21, ": its state needs another --key" },
    { HW_TPM_START, 0xd, ": its state is encrypted, and it has no --key" },
    { HW_TPM_START, 0x800, ": it has no state" },
    { HW_TPM_LOCK, 0x9, ": another swtpm has its state in use" },
    { HW_TPM_SET_STATE, 0x21, ": the state needs another --migration-key" },
    { HW_TPM_SET_STATE, 0xd, ": the state is encrypted, and it has no --migration-key" },
    { HW_TPM_SET_STATE, 0x1f, ": it cannot store the state, or another swtpm has it in use" },
    { HW_TPM_ANY_OPERATION, 0x3, ": a bad parameter" },
    { HW_TPM_ANY_OPERATION, 0x9, ": a failure without a reason" },
    { HW_TPM_ANY_OPERATION, 0xa, ": unknown request, or not possible now" },
    { HW_TPM_ANY_OPERATION, 0xd, ": a key is missing" },
    { HW_TPM_ANY_OPERATION, 0x17, ": out of memory, or too large" },
    { HW_TPM_ANY_OPERATION, 0x19, ": damaged, with a wrong size inside" },
    { HW_TPM_ANY_OPERATION, 0x1e, ": damaged, or made by a TPM of another kind" },
    { HW_TPM_ANY_OPERATION, 0x1f, ": reading or writing failed" },
    { HW_TPM_ANY_OPERATION, 0x21, ": it cannot be decrypted" },
    { HW_TPM_ANY_OPERATION, 0x2e, ": made by a newer libtpms, or with another profile" },
    { HW_TPM_ANY_OPERATION, 0x34, ": damaged, or a state of another kind" },
    { HW_TPM_ANY_OPERATION, 0x83, ": damaged, its checksum differs" },
    { HW_TPM_ANY_OPERATION, 0x84, ": a bad value, or parts of two states" },
    { HW_TPM_ANY_OPERATION, 0x9a, ": damaged, it ends too early" },
    { HW_TPM_ANY_OPERATION, 0x101, ": the TPM is in failure mode, its state may be damaged" },
};

const char *hw_tpm_result_words(HwTpmOperation operation, uint32_t result)
{
    for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++) {
        if (results[i].result == result &&
            (results[i].operation == operation || results[i].operation == HW_TPM_ANY_OPERATION)) {
            return results[i].words;
        }
    }
    return "";
}
