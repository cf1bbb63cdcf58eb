/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/tpm/state/section.h"

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "hw-api/host/run/no-memory.h"

#include <stdlib.h>
#include <string.h>

#define NUMBERS_SIZE 8 /* flags and size in front of the bytes */

/* The names are QEMU's, also "volatil". */
static const struct {
    const char *flags;
    const char *size;
    const char *bytes;
} names[] = {
    [HW_TPM_PERMANENT] = { "state_blobs.permanent_flags", "state_blobs.permanent.size",
                           "state_blobs.permanent.buffer" },
    [HW_TPM_VOLATILE] = { "state_blobs.volatil_flags", "state_blobs.volatil.size",
                          "state_blobs.volatil.buffer" },
    [HW_TPM_SAVESTATE] = { "state_blobs.savestate_flags", "state_blobs.savestate.size",
                           "state_blobs.savestate.buffer" },
};

HwTpmSectionMeasure hw_tpm_section_measure(const uint8_t *bytes, size_t size, size_t *need,
                                           HwError *error)
{
    size_t at = 0;

    for (int i = 0; i < HW_TPM_BLOBS; i++) {
        uint32_t blob;

        if (size < at + NUMBERS_SIZE) {
            *need = at + NUMBERS_SIZE;
            return HW_TPM_SECTION_MORE;
        }
        blob = hw_load_be32(bytes + at + 4);
        if (blob > HW_TPM_BLOB_MAX) {
            *need = at + 4;
            hw_error_set(error,
                         HW_TPM_SECTION_NAME ": %s at offset %zu: too large: %u bytes, "
                                             "expected at most %u",
                         names[i].size, at + 4, blob, HW_TPM_BLOB_MAX);
            return HW_TPM_SECTION_REFUSED;
        }
        at += NUMBERS_SIZE + blob;
    }
    *need = at;
    return size < at ? HW_TPM_SECTION_MORE : HW_TPM_SECTION_MEASURED;
}

/* Reports the field in which the payload ends. */
static bool section_truncated(const uint8_t *bytes, size_t size, HwError *error)
{
    const char *field = names[0].flags;
    size_t begin = 0;
    size_t at = 0;

    for (int i = 0; i < HW_TPM_BLOBS && at <= size; i++) {
        const uint32_t sizes[] = { 4, 4,
                                   size >= at + NUMBERS_SIZE ? hw_load_be32(bytes + at + 4) : 0 };
        const char *const fields[] = { names[i].flags, names[i].size, names[i].bytes };

        for (int j = 0; j < 3 && at <= size; j++) {
            field = fields[j];
            begin = at;
            at += sizes[j];
        }
    }
    return hw_error_set(error,
                        HW_TPM_SECTION_NAME ": %s at offset %zu: truncated: %zu bytes, "
                                            "expected %zu",
                        field, begin, size - begin, at - begin);
}

bool hw_tpm_section_decode(HwTpmState *state, const uint8_t *bytes, size_t size, HwError *error)
{
    size_t need;

    *state = (HwTpmState) { 0 };
    switch (hw_tpm_section_measure(bytes, size, &need, error)) {
    case HW_TPM_SECTION_REFUSED:
        return false;
    case HW_TPM_SECTION_MORE:
        return section_truncated(bytes, size, error);
    case HW_TPM_SECTION_MEASURED:
        break;
    }
    if (size > need) {
        return hw_error_set(error,
                            HW_TPM_SECTION_NAME ": bytes after %s at offset %zu: %zu, "
                                                "expected none",
                            names[HW_TPM_SAVESTATE].bytes, need, size - need);
    }
    for (int i = 0; i < HW_TPM_BLOBS; i++) {
        HwTpmBlob *blob = &state->blobs[i];

        blob->flags = hw_load_be32(bytes);
        if (hw_tpm_blob_allocate(blob, hw_load_be32(bytes + 4))) {
            memcpy(blob->bytes, bytes + NUMBERS_SIZE, blob->size);
        }
        bytes += NUMBERS_SIZE + blob->size;
    }
    return true;
}

static void field_number(HwTpmSectionField *field, const char *name, uint32_t number)
{
    *field = (HwTpmSectionField) { name, "uint32", sizeof(field->number), field->number, { 0 } };
    hw_store_be32(field->number, number);
}

void hw_tpm_section_fields(const HwTpmState *state, HwTpmSectionField fields[HW_TPM_SECTION_FIELDS])
{
    for (int i = 0; i < HW_TPM_BLOBS; i++) {
        const HwTpmBlob *blob = &state->blobs[i];
        HwTpmSectionField *field = &fields[3 * i];

        field_number(&field[0], names[i].flags, blob->flags);
        field_number(&field[1], names[i].size, blob->size);
        field[2] = (HwTpmSectionField) { names[i].bytes, "buffer", blob->size, blob->bytes, { 0 } };
    }
}

uint8_t *hw_tpm_section_encode(const HwTpmState *state, size_t *size)
{
    HwTpmSectionField fields[HW_TPM_SECTION_FIELDS];
    uint8_t *bytes;
    uint8_t *at;

    hw_tpm_section_fields(state, fields);
    *size = 0;
    for (int i = 0; i < HW_TPM_SECTION_FIELDS; i++) {
        *size += fields[i].size;
    }
    bytes = malloc(*size);
    if (!bytes) {
        hw_no_memory();
    }
    at = bytes;
    for (int i = 0; i < HW_TPM_SECTION_FIELDS; i++) {
        if (fields[i].size > 0) {
            memcpy(at, fields[i].bytes, fields[i].size);
            at += fields[i].size;
        }
    }
    return bytes;
}
