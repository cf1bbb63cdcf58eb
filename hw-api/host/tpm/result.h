/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Result codes of libtpms and swtpm in words.  They are TPM 1.2's (part 2, 16), also for a TPM 2.0;
 * libtpms adds codes of TPM 2.0 (TPM 2.0 Library part 2, 6.6). */
#ifndef HW_HOST_TPM_RESULT_H
#define HW_HOST_TPM_RESULT_H

#include <stdint.h>

/* Operations for which a code has a meaning of its own. */
typedef enum HwTpmOperation {
    HW_TPM_ANY_OPERATION,
    HW_TPM_START,     /* from the stored state */
    HW_TPM_SET_STATE, /* from a stream */
    HW_TPM_SET_DATA_CHANNEL,
    HW_TPM_LOCK, /* the state, against another swtpm */
} HwTpmOperation;

/* Returns ": " and words for the code; "" if the code is unknown. */
const char *hw_tpm_result_words(HwTpmOperation operation, uint32_t result);

#endif
