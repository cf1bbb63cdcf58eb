/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The payload of QEMU's migration section "tpm-emulator", version 0: flags, size and bytes of each
 * blob.  Numbers are 32 bits, big-endian.
 */
#ifndef HW_HOST_TPM_STATE_SECTION_H
#define HW_HOST_TPM_STATE_SECTION_H

#include "hw-api/host/tpm/state/blobs.h"
#include "hw-api/hw-api.h"

#define HW_TPM_SECTION_NAME    "tpm-emulator"
#define HW_TPM_SECTION_VERSION 0
#define HW_TPM_SECTION_FIELDS  (3 * HW_TPM_BLOBS)

typedef enum HwTpmSectionMeasure {
    HW_TPM_SECTION_MEASURED, /* *need is the payload's size */
    HW_TPM_SECTION_MORE,     /* call again with *need bytes, which is more than `size` */
    HW_TPM_SECTION_REFUSED,  /* with a sentence; *need is the place in the payload */
} HwTpmSectionMeasure;

/* Finds a payload's size while the payload comes in.  `size` bytes have come; they may go beyond
 * the payload's end.  `bytes` may be NULL if size is 0. */
HwTpmSectionMeasure hw_tpm_section_measure(const uint8_t *bytes, size_t size, size_t *need,
                                           HwError *error);

/*
 * Reads a whole payload.  *state need not be initialised; the caller clears it.  False with a
 * sentence that names field and offset, and an empty *state.  The blobs' content is not checked
 * here.
 */
bool hw_tpm_section_decode(HwTpmState *state, const uint8_t *bytes, size_t size, HwError *error);

/* A field in the stream, with QEMU's description of it at the stream's end. */
typedef struct HwTpmSectionField {
    const char *name; /* "state_blobs.permanent_flags" */
    const char *type; /* "uint32", "buffer" */
    uint32_t size;
    const uint8_t *bytes; /* in `number` or in the state; NULL if size is 0 */
    uint8_t number[4];
} HwTpmSectionField;

/* Stores the fields in the stream's order.  Don't copy them: they point into themselves. */
void hw_tpm_section_fields(const HwTpmState *state,
                           HwTpmSectionField fields[HW_TPM_SECTION_FIELDS]);

/* Makes the whole payload, malloc()ed; the caller wipes it if necessary, and frees it. */
uint8_t *hw_tpm_section_encode(const HwTpmState *state, size_t *size);

#endif
