/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A TPM's whole state, in the form that swtpm returns and QEMU sends: three blobs.  The blobs are
 * opaque here; blob-format.h reads their content.
 */
#ifndef HW_HOST_TPM_STATE_BLOBS_H
#define HW_HOST_TPM_STATE_BLOBS_H

#include <stdbool.h>
#include <stdint.h>

typedef enum HwTpmBlobKind {
    HW_TPM_PERMANENT, /* seeds, NV indices, persistent keys */
    HW_TPM_VOLATILE,  /* PCRs, sessions, loaded keys; empty: the TPM is off */
    HW_TPM_SAVESTATE, /* for TPM 1.2; always empty for TPM 2.0 */
    HW_TPM_BLOBS,
} HwTpmBlobKind;

#define HW_TPM_BLOB_MAX (256 * 1024) /* bytes; real blobs have 1 to 100 KiB */

/* HwTpmBlob.flags, with the values of swtpm_ioctls(3); other flags are refused. */
#define HW_TPM_BLOB_DECRYPTED 1
#define HW_TPM_BLOB_ENCRYPTED 2 /* with swtpm's --key */

typedef struct HwTpmBlob {
    uint32_t flags;
    uint32_t size;
    uint8_t *bytes; /* malloc()ed; NULL if size is 0 */
} HwTpmBlob;

typedef struct HwTpmState {
    HwTpmBlob blobs[HW_TPM_BLOBS]; /* by HwTpmBlobKind */
    bool local;                    /* from a file or a snapshot; false: a peer may have sent it */
    bool own;                      /* from this TPM, kept in this process's memory */
} HwTpmState;

/* "permanent", "volatile", "savestate" */
const char *hw_tpm_blob_name(HwTpmBlobKind kind);

/* Allocates `size` bytes in an empty blob; the caller fills them in. */
uint8_t *hw_tpm_blob_allocate(HwTpmBlob *blob, uint32_t size);

/* Wipes and frees the blobs, and leaves an empty state; harmless on an empty one. */
void hw_tpm_state_clear(HwTpmState *state);

#endif
