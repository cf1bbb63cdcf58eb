/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The blob in swtpm 0.7's answer to CMD_GET_STATEBLOB; numbers are big-endian.  It is a header:
 *
 *   u8 version 2, u8 oldest version that reads it, u16 header size 10, u16 flags,
 *   u32 size of the whole blob
 *
 * and then parts: u16 tag, u32 size, bytes.  The top level has one part, 4 (plain) or 5
 * (encrypted with --migration-key).  A plain part consists of parts, too.  Tag 1: libtpms's
 * bytes; tag 2: libtpms's bytes encrypted with --key, followed by parts to check and decrypt it.
 *
 * Seen in streams of QEMU 7.2 and 10.0:
 *
 *   0201 000a 0004 00000529  0004 00000519  0001 00000513  0003 ab364723 0003 ...
 *
 * The header's flags, seen with swtpm's keys:
 *
 *   0004  none                            4 { 1 }
 *   0016  --migration-key                 5
 *   000d  --key, not asked to decrypt     4 { 2, ... }
 *   001f  both, not asked to decrypt      5
 *
 * We ask swtpm to decrypt; then it undoes --key, but not --migration-key.  libtpms has no wrapper:
 * its GetState returns exactly the bytes of part 1.  They begin with u16 version, u32 magic, u16
 * oldest version that reads it.
 *
 * swtpm 0.7 crashes if it gets volatile state without permanent state, or after permanent state
 * whose header has an unknown version.  So each state is checked here first.
 */
#include "hw-api/host/tpm/state/blob-format.h"

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"

#include <string.h>

#define VERSION          2
#define HEADER_SIZE      10
#define FLAG_MIGRATION   0x04 /* the top is a part 4 or 5 */
#define PART_HEADER_SIZE 6

enum {
    PART_DATA = 1,
    PART_ENCRYPTED_DATA = 2,
    PART_MIGRATION = 4,
    PART_ENCRYPTED_MIGRATION = 5,
};

static const uint32_t magics[] = {
    [HW_TPM_PERMANENT] = 0xab364723,
    [HW_TPM_VOLATILE] = 0x45637889,
};

/* Finds the first part with either tag; NULL bytes: no such part.  False if a part is
 * truncated. */
static bool parts_find(HwTpmBytes parts, uint16_t tag, uint16_t other_tag, uint16_t *found,
                       HwTpmBytes *part)
{
    part->bytes = NULL;
    while (parts.size > 0) {
        uint32_t size;

        if (parts.size < PART_HEADER_SIZE ||
            (size = hw_load_be32(parts.bytes + 2)) > parts.size - PART_HEADER_SIZE) {
            return false;
        }
        *found = hw_load_be16(parts.bytes);
        if (!part->bytes && (*found == tag || *found == other_tag)) {
            *part = (HwTpmBytes) { parts.bytes + PART_HEADER_SIZE, size };
            tag = other_tag = *found;
        }
        parts.bytes += PART_HEADER_SIZE + size;
        parts.size -= PART_HEADER_SIZE + size;
    }
    *found = tag;
    return true;
}

static bool header_check(const char *name, HwTpmBytes blob, HwTpmBytes *parts, HwError *error)
{
    const uint8_t *bytes = blob.bytes;
    uint16_t header;

    if (blob.size < HEADER_SIZE) {
        return hw_error_set(error, "%s state: truncated: %u bytes, expected a header of %u", name,
                            blob.size, HEADER_SIZE);
    }
    if (bytes[0] != VERSION || bytes[1] > VERSION) {
        return hw_error_set(error,
                            "%s state: unknown version of swtpm's header: %u (%u or "
                            "later reads it), expected %u",
                            name, bytes[0], bytes[1], VERSION);
    }
    if (hw_load_be32(bytes + 6) != blob.size) {
        return hw_error_set(error, "%s state: truncated or extended: %u bytes, expected %u", name,
                            blob.size, hw_load_be32(bytes + 6));
    }
    header = hw_load_be16(bytes + 2);
    if (header < HEADER_SIZE || header > blob.size) {
        return hw_error_set(error, "%s state: a header of %u bytes, expected %u to %u", name,
                            header, HEADER_SIZE, blob.size);
    }
    *parts = (HwTpmBytes) { bytes + header, blob.size - header };
    return true;
}

static bool data_find(const char *name, HwTpmBytes parts, const char **key, HwTpmBytes *data,
                      HwError *error)
{
    uint16_t tag;

    if (!parts_find(parts, PART_DATA, PART_ENCRYPTED_DATA, &tag, data) || !data->bytes) {
        return hw_error_set(error, "%s state: damaged: no complete part %u or %u in swtpm's header",
                            name, PART_DATA, PART_ENCRYPTED_DATA);
    }
    if (tag == PART_ENCRYPTED_DATA) {
        *key = "--key";
        *data = (HwTpmBytes) { 0 };
    }
    return true;
}

/* *data: libtpms's bytes; NULL if they are encrypted. */
static bool wrapper_open(const char *name, HwTpmBytes blob, const char **key, HwTpmBytes *data,
                         HwError *error)
{
    HwTpmBytes parts = { NULL, 0 };
    uint16_t tag;

    if (!header_check(name, blob, &parts, error)) {
        return false;
    }
    if (!parts_find(parts, PART_MIGRATION, PART_ENCRYPTED_MIGRATION, &tag, &parts) ||
        !parts.bytes) {
        return hw_error_set(error, "%s state: damaged: no complete part %u or %u in swtpm's header",
                            name, PART_MIGRATION, PART_ENCRYPTED_MIGRATION);
    }
    if (tag == PART_ENCRYPTED_MIGRATION) {
        *key = "--migration-key";
        *data = (HwTpmBytes) { 0 };
        return true;
    }
    return data_find(name, parts, key, data, error);
}

static bool magic_check(HwTpmBlobKind kind, HwTpmBytes data, HwError *error)
{
    uint32_t magic = data.size < 8 ? 0 : hw_load_be32(data.bytes + 2);

    return magic == magics[kind] ||
           hw_error_set(error,
                        "%s state: not the state of a TPM 2.0: magic number 0x%x, expected 0x%x",
                        hw_tpm_blob_name(kind), magic, magics[kind]);
}

bool hw_tpm_blob_check(HwTpmBlobKind kind, const HwTpmBlob *blob, bool encrypted, HwTpmBytes *state,
                       HwError *error)
{
    const char *name = hw_tpm_blob_name(kind);
    const char *key = NULL;
    HwTpmBytes data = { 0 };

    if (state) {
        *state = data;
    }
    if (blob->flags & ~(HW_TPM_BLOB_DECRYPTED | HW_TPM_BLOB_ENCRYPTED)) {
        return hw_error_set(error, "%s state: unknown flags: 0x%x, expected no more than 0x%x",
                            name, blob->flags, HW_TPM_BLOB_DECRYPTED | HW_TPM_BLOB_ENCRYPTED);
    }
    if (blob->size == 0) {
        return kind != HW_TPM_PERMANENT || hw_error_set(error, "%s state: does not exist", name);
    }
    if (kind == HW_TPM_SAVESTATE || blob->size > HW_TPM_BLOB_MAX) {
        return hw_error_set(error, "%s state: too large: %u bytes, expected at most %u", name,
                            blob->size, kind == HW_TPM_SAVESTATE ? 0 : HW_TPM_BLOB_MAX);
    }
    if (!wrapper_open(name, (HwTpmBytes) { blob->bytes, blob->size }, &key, &data, error)) {
        return false;
    }
    if (key) {
        return encrypted ||
               hw_error_set(error,
                            "%s state: encrypted by swtpm's %s, expected a TPM of type "
                            "emulator with that key",
                            name, key);
    }
    if (!magic_check(kind, data, error)) {
        return false;
    }
    if (state) {
        *state = data;
    }
    return true;
}

bool hw_tpm_blobs_check(const HwTpmState *state, bool encrypted, HwError *error)
{
    for (int i = 0; i < HW_TPM_BLOBS; i++) {
        if (!hw_tpm_blob_check((HwTpmBlobKind)i, &state->blobs[i], encrypted, NULL, error)) {
            return false;
        }
    }
    return true;
}

bool hw_tpm_is_swtpm_file(HwTpmBytes file)
{
    return file.size >= HEADER_SIZE && file.bytes[0] == VERSION && file.bytes[1] <= VERSION &&
           hw_load_be16(file.bytes + 2) == HEADER_SIZE;
}

bool hw_tpm_swtpm_file_open(HwTpmBytes file, HwTpmBytes *state, HwError *error)
{
    const char *name = hw_tpm_blob_name(HW_TPM_PERMANENT);
    const char *key = NULL;
    HwTpmBytes parts = { NULL, 0 };

    if (!header_check(name, file, &parts, error) || !data_find(name, parts, &key, state, error)) {
        return false;
    }
    if (key) {
        return hw_error_set(error, "%s state: encrypted by swtpm's %s, expected one without a key",
                            name, key);
    }
    return magic_check(HW_TPM_PERMANENT, *state, error);
}

static uint8_t *part_begin(uint8_t *at, uint16_t tag, uint32_t size)
{
    hw_store_be16(at, tag);
    hw_store_be32(at + 2, size);
    return at + PART_HEADER_SIZE;
}

void hw_tpm_blob_wrap(HwTpmBlob *blob, const uint8_t *bytes, uint32_t size)
{
    uint8_t *at = hw_tpm_blob_allocate(blob, HEADER_SIZE + 2 * PART_HEADER_SIZE + size);

    blob->flags = 0; /* swtpm sends 0 for a blob that isn't encrypted */
    at[0] = VERSION;
    at[1] = 1;
    hw_store_be16(at + 2, HEADER_SIZE);
    hw_store_be16(at + 4, FLAG_MIGRATION);
    hw_store_be32(at + 6, blob->size);
    at = part_begin(at + HEADER_SIZE, PART_MIGRATION, PART_HEADER_SIZE + size);
    at = part_begin(at, PART_DATA, size);
    memcpy(at, bytes, size);
}
