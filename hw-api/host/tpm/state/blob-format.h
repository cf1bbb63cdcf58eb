/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The content of a swtpm blob: libtpms's own bytes in a wrapper. */
#ifndef HW_HOST_TPM_STATE_BLOB_FORMAT_H
#define HW_HOST_TPM_STATE_BLOB_FORMAT_H

#include "hw-api/host/tpm/state/blobs.h"
#include "hw-api/hw-api.h"

/* Bytes in a buffer that has another owner, such as a part of a blob. */
typedef struct HwTpmBytes {
    const uint8_t *bytes;
    uint32_t size;
} HwTpmBytes;

/*
 * Checks that a TPM 2.0 may get this blob: its size, flags and wrapper, and that it holds a state
 * of this kind.  *state gets the state's place; no bytes if the blob is empty or encrypted.  An
 * encrypted blob is refused unless `encrypted`.  `state` may be NULL.  False with a sentence.
 */
bool hw_tpm_blob_check(HwTpmBlobKind kind, const HwTpmBlob *blob, bool encrypted, HwTpmBytes *state,
                       HwError *error);

/* Checks all three blobs. */
bool hw_tpm_blobs_check(const HwTpmState *state, bool encrypted, HwError *error);

/* True if the file begins like swtpm's own state file, tpm2-00.permall. */
bool hw_tpm_is_swtpm_file(HwTpmBytes file);

/* Finds libtpms's permanent state in swtpm's file, which has the same wrapper but for its top.  False
 * with a sentence. */
bool hw_tpm_swtpm_file_open(HwTpmBytes file, HwTpmBytes *state, HwError *error);

/* Makes a blob from libtpms's bytes; hw_tpm_state_clear() frees it. */
void hw_tpm_blob_wrap(HwTpmBlob *blob, const uint8_t *bytes, uint32_t size);

#endif
