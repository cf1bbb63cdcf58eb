/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The payload of QEMU's migration section "tpm-emulator", version 0: for each blob
 * flags, size and the bytes; numbers are 32 bits, big-endian.
 */
#ifndef HW_HOST_TPM_STATE_SECTION_H
#define HW_HOST_TPM_STATE_SECTION_H

#include "hw-api/host/tpm/state/blobs.h"
#include "hw-api/hw-api.h"

#define HW_TPM_SECTION_NAME "tpm-emulator"
#define HW_TPM_SECTION_VERSION 0
#define HW_TPM_SECTION_FIELDS (3 * HW_TPM_BLOBS)

typedef enum HwTpmSectionMeasure {
    HW_TPM_SECTION_MEASURED,    /* *need is the payload's size */
    HW_TPM_SECTION_MORE,        /* *need bytes must be there to go on: more than `size` */
    HW_TPM_SECTION_REFUSED,     /* with a sentence, and *need where in the payload */
} HwTpmSectionMeasure;

/* Finds a payload's size while it comes: `size` bytes of it, or of it and what
 * follows, are there.  `bytes` may be NULL if size is 0. */
HwTpmSectionMeasure hw_tpm_section_measure(const uint8_t *bytes, size_t size, size_t *need,
                                           HwError *error);

/*
 * Takes a whole payload.  *state, which need not be initialised, is the caller's
 * to clear.  False with a sentence that names field and offset, and an empty
 * *state.  Whether a TPM could have such a state is not checked here.
 */
bool hw_tpm_section_decode(HwTpmState *state, const uint8_t *bytes, size_t size, HwError *error);

/* A field as it is sent and as QEMU describes it at a stream's end. */
typedef struct HwTpmSectionField {
    const char *name;           /* "state_blobs.permanent_flags" */
    const char *type;           /* "uint32", "buffer" */
    uint32_t size;
    const uint8_t *bytes;       /* in `number` or in the state; NULL if size is 0 */
    uint8_t number[4];
} HwTpmSectionField;

/* The fields in their order.  They point into themselves: not to be copied. */
void hw_tpm_section_fields(const HwTpmState *state,
                           HwTpmSectionField fields[HW_TPM_SECTION_FIELDS]);

/* The whole payload, malloc()ed; the caller wipes it if need be, and frees it. */
uint8_t *hw_tpm_section_encode(const HwTpmState *state, size_t *size);

#endif
