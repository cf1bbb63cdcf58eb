/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/tpm/state/record.h"

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"

#include <string.h>

#define HEADER_SIZE 20 /* version 1 */

static const char magic[8] = { 'H', 'W', 'T', 'P', 'M', '2', 'N', 'V' };

static uint32_t crc32_more(uint32_t crc, const uint8_t *bytes, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = crc >> 1 ^ (crc & 1 ? UINT32_C(0xedb88320) : 0);
        }
    }
    return crc;
}

/* `sequence`: four bytes in a header, or NULL. */
static uint32_t record_crc(const uint8_t *sequence, const uint8_t *content, uint32_t size)
{
    uint32_t crc = sequence ? crc32_more(UINT32_MAX, sequence, 4) : UINT32_MAX;

    return ~crc32_more(crc, content, size);
}

/* Checks the record in a slot of `size` bytes.  `whole`: the slot is the whole file. */
static bool record_check(const uint8_t *bytes, size_t size, bool whole, HwStateRecord *record,
                         HwError *error)
{
    uint32_t version;
    uint32_t header;
    uint32_t length;

    if (size < HEADER_SIZE || memcmp(bytes, magic, sizeof(magic)) != 0) {
        return hw_error_set(error, "not a TPM state file");
    }
    version = hw_load_be32(bytes + 8);
    if (version != 1 && version != 2) {
        return hw_error_set(error, "unknown version of a TPM state file: %u, expected 1 or 2",
                            version);
    }
    header = version == 1 ? HEADER_SIZE : HW_STATE_HEADER_MAX;
    length = hw_load_be32(bytes + 12);
    if (size < header || length > size - header || (whole && length != size - header)) {
        return hw_error_set(error, "truncated or extended: %zu bytes, expected %llu", size,
                            header + 0ULL + length);
    }
    record->content = bytes + header;
    record->size = length;
    record->sequence = version == 1 ? 0 : hw_load_be32(bytes + HEADER_SIZE);
    if (hw_load_be32(bytes + 16) !=
        record_crc(version == 1 ? NULL : bytes + HEADER_SIZE, record->content, length)) {
        return hw_error_set(error, "damaged, its checksum does not match");
    }
    return true;
}

bool hw_state_record_find(const uint8_t *bytes, size_t size, HwStateRecord *record, HwError *error)
{
    HwStateRecord slots[HW_STATE_SLOTS];
    bool whole = size <= HW_STATE_SLOT_SIZE;
    bool first = record_check(bytes, whole ? size : HW_STATE_SLOT_SIZE, whole, &slots[0], error);
    bool second = !whole && record_check(bytes + HW_STATE_SLOT_SIZE, size - HW_STATE_SLOT_SIZE,
                                         false, &slots[1], NULL);
    uint32_t slot = second && (!first || slots[1].sequence > slots[0].sequence) ? 1 : 0;

    *record = slots[slot];
    record->slot = slot;
    return first || second;
}

uint32_t hw_state_record_header(uint8_t header[HW_STATE_HEADER_MAX], const uint8_t *content,
                                uint32_t size, const uint32_t *sequence)
{
    memcpy(header, magic, sizeof(magic));
    hw_store_be32(header + 8, sequence ? 2 : 1);
    hw_store_be32(header + 12, size);
    if (sequence) {
        hw_store_be32(header + HEADER_SIZE, *sequence);
    }
    hw_store_be32(header + 16, record_crc(sequence ? header + HEADER_SIZE : NULL, content, size));
    return sequence ? HW_STATE_HEADER_MAX : HEADER_SIZE;
}
