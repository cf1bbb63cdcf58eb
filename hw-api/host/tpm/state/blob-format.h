/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is inside a blob of swtpm's: libtpms's own bytes in a wrapper. */
#ifndef HW_HOST_TPM_STATE_BLOB_FORMAT_H
#define HW_HOST_TPM_STATE_BLOB_FORMAT_H

#include "hw-api/host/tpm/state/blobs.h"
#include "hw-api/hw-api.h"

/* A part of a blob, or of anything. */
typedef struct HwTpmBytes {
    const uint8_t *bytes;
    uint32_t size;
} HwTpmBytes;

/*
 * Checks that TPM 2.0 may get this blob: its size, flags and wrapper, and that
 * there is a state of that kind within.  *state: where that is; no bytes if the
 * blob is empty or, with `encrypted`, encrypted.  Without `encrypted`, an
 * encrypted one is refused, too.  `state` may be NULL.  False with a sentence.
 */
bool hw_tpm_blob_check(HwTpmBlobKind kind, const HwTpmBlob *blob, bool encrypted,
                       HwTpmBytes *state, HwError *error);

/* All three blobs. */
bool hw_tpm_blobs_check(const HwTpmState *state, bool encrypted, HwError *error);

/* Makes a blob of libtpms's bytes; to be freed by hw_tpm_state_clear(). */
void hw_tpm_blob_wrap(HwTpmBlob *blob, const uint8_t *bytes, uint32_t size);

#endif
