/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All that a TPM remembers, in the form that swtpm gives away and QEMU sends: the
 * three blobs are opaque here; state-blob.h looks inside.
 */
#ifndef HW_HOST_TPM_STATE_BLOBS_H
#define HW_HOST_TPM_STATE_BLOBS_H

#include <stdint.h>

typedef enum HwTpmBlobKind {
    HW_TPM_PERMANENT,           /* seeds, NV indices, persistent keys */
    HW_TPM_VOLATILE,            /* PCRs, sessions, loaded keys; empty: the TPM is off */
    HW_TPM_SAVESTATE,           /* a TPM 1.2's; always empty with TPM 2.0 */
    HW_TPM_BLOBS,
} HwTpmBlobKind;

#define HW_TPM_BLOB_MAX (256 * 1024)    /* bytes; real ones have 1 to 100 KiB */

/* HwTpmBlob.flags, as in swtpm_ioctls(3); others are refused. */
#define HW_TPM_BLOB_DECRYPTED 1
#define HW_TPM_BLOB_ENCRYPTED 2         /* with swtpm's --key */

typedef struct HwTpmBlob {
    uint32_t flags;
    uint32_t size;
    uint8_t *bytes;             /* malloc()ed; NULL if size is 0 */
} HwTpmBlob;

typedef struct HwTpmState {
    HwTpmBlob blobs[HW_TPM_BLOBS];      /* by HwTpmBlobKind */
} HwTpmState;

/* "permanent", "volatile", "savestate" */
const char *hw_tpm_blob_name(HwTpmBlobKind kind);

/* Room for `size` bytes in a blob that had none: the place to fill in. */
uint8_t *hw_tpm_blob_allocate(HwTpmBlob *blob, uint32_t size);

/* Wipes and frees the blobs, and leaves an empty state; harmless on an empty one. */
void hw_tpm_state_clear(HwTpmState *state);

#endif
