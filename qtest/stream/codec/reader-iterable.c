/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sections of other machines that come in parts, like RAM: the hash table of ppc64's pseries, and
 * the storage attributes of s390x.  No description tells their length, so their records are read.
 *
 * spapr/htab               START: u32 shift.  Others: u32 0, then u32 index, u16 valid, u16
 *                          invalid, `valid` entries of 16 bytes; an end of zeros.  A guest
 *                          without a hash table has u32 -1 alone.
 * s390-storage_attributes  u64 of address and flags; with MORE u64 length, bytes.  EOS ends a part.
 */
#include "qtest/stream/codec/reader-internal.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "hw-api/device/bytes.h"

#define HTAB_ENTRY 16u
#define NO_HTAB    UINT32_MAX

enum { CMMA_EOS = 1, CMMA_MORE = 2, CMMA_ERROR = 4, CMMA_DONE = 8, CMMA_FLAGS = 0xfff };

static bool bytes_deliver(ObVmReader *reader, const uint8_t *bytes)
{
    reader->events->iterable(reader->opaque, &reader->section, bytes, reader->need);
    return true;
}

/* ------------------------------------------------------------------------- htab */

static bool step_htab_chunk(ObVmReader *reader, const uint8_t *bytes);

static bool step_htab_entries(ObVmReader *reader, const uint8_t *bytes)
{
    return bytes_deliver(reader, bytes) && ob_vm_expect(reader, 8, step_htab_chunk, "chunk");
}

static bool step_htab_chunk(ObVmReader *reader, const uint8_t *bytes)
{
    size_t valid = hw_load_be16(bytes + 4);

    bytes_deliver(reader, bytes);
    if (hw_load_be64(bytes) == 0) {
        return ob_vm_expect_footer(reader);
    }
    return valid ? ob_vm_expect(reader, valid * HTAB_ENTRY, step_htab_entries, "entries of a chunk")
                 : ob_vm_expect(reader, 8, step_htab_chunk, "chunk");
}

static bool step_htab(ObVmReader *reader, const uint8_t *bytes)
{
    uint32_t header = hw_load_be32(bytes);

    bytes_deliver(reader, bytes);
    if (reader->value == OB_VM_START || header == NO_HTAB) {
        return ob_vm_expect_footer(reader);
    }
    if (header != 0) {
        return ob_vm_refuse(reader, OB_VM_BAD_LENGTH, EINVAL,
                            "spapr/htab: the header of a part is 0x%" PRIx32
                            ", expected 0 or 0xffffffff",
                            header);
    }
    return ob_vm_expect(reader, 8, step_htab_chunk, "chunk");
}

/* ------------------------------------------------------------ storage attributes */

static bool step_cmma(ObVmReader *reader, const uint8_t *bytes);

static bool step_cmma_bytes(ObVmReader *reader, const uint8_t *bytes)
{
    return bytes_deliver(reader, bytes) && ob_vm_expect(reader, 8, step_cmma, "record");
}

static bool step_cmma_length(ObVmReader *reader, const uint8_t *bytes)
{
    uint64_t length = hw_load_be64(bytes);

    bytes_deliver(reader, bytes);
    if (length > reader->limit) {
        return ob_vm_refuse(reader, OB_VM_TOO_LARGE, EINVAL,
                            "s390-storage_attributes: a record of %" PRIu64
                            " bytes, expected at most %zu",
                            length, reader->limit);
    }
    return length ? ob_vm_expect(reader, length, step_cmma_bytes, "storage attributes")
                  : ob_vm_expect(reader, 8, step_cmma, "record");
}

static bool step_cmma(ObVmReader *reader, const uint8_t *bytes)
{
    uint32_t flags = (uint32_t)hw_load_be64(bytes) & CMMA_FLAGS;

    switch (flags) {
    case CMMA_EOS:
        bytes_deliver(reader, bytes);
        return ob_vm_expect_footer(reader);
    case CMMA_MORE:
        bytes_deliver(reader, bytes);
        return ob_vm_expect(reader, 8, step_cmma_length, "length of a record");
    case CMMA_DONE:
        bytes_deliver(reader, bytes);
        return ob_vm_expect(reader, 8, step_cmma, "record");
    default:
        return ob_vm_refuse(reader, OB_VM_BAD_LENGTH, EINVAL,
                            "s390-storage_attributes: %s: flags 0x%" PRIx32 ", expected 1, 2 or 8",
                            flags == CMMA_ERROR ? "the source could not read them" : "bad record",
                            flags);
    }
}

/* ------------------------------------------------------------------------ parts */

static const struct {
    const char *name;
    uint32_t first; /* bytes */
    ObVmStep *step;
} kinds[] = {
    { "spapr/htab", 4, step_htab },
    { "s390-storage_attributes", 8, step_cmma },
};

static bool part_begin(ObVmReader *reader, uint32_t kind)
{
    return ob_vm_expect(reader, kinds[kind].first, kinds[kind].step, "header of a part");
}

bool ob_vm_read_iterable(ObVmReader *reader)
{
    ObVmIterable iterable = { reader->section.id, 0, false };

    while (iterable.kind < G_N_ELEMENTS(kinds) &&
           strcmp(reader->name, kinds[iterable.kind].name) != 0) {
        iterable.kind++;
    }
    if (!reader->events->iterable || iterable.kind == G_N_ELEMENTS(kinds) ||
        reader->section.instance != 0) {
        return ob_vm_refuse(reader, OB_VM_UNKNOWN_SECTION, EINVAL, OB_VM_UNKNOWN_SENTENCE,
                            reader->name, reader->section.instance);
    }
    if (!ob_vm_section_note(reader) || !ob_vm_section_begin(reader)) {
        return false;
    }
    g_array_append_val(reader->iterables, iterable);
    return part_begin(reader, iterable.kind);
}

bool ob_vm_read_iterable_part(ObVmReader *reader, uint32_t id)
{
    for (guint i = 0; i < reader->iterables->len; i++) {
        ObVmIterable *iterable = &g_array_index(reader->iterables, ObVmIterable, i);

        if (iterable->id == id && !iterable->ended) {
            iterable->ended = reader->value == OB_VM_END;
            g_strlcpy(reader->name, kinds[iterable->kind].name, sizeof(reader->name));
            reader->section.name = reader->name;
            reader->section.id = id;
            reader->section.instance = 0;
            reader->in_section = true;
            return part_begin(reader, iterable->kind);
        }
    }
    return ob_vm_refuse(reader, OB_VM_UNKNOWN_ID, EINVAL, "Unknown savevm section %" PRIu32, id);
}

const char *ob_vm_iterable_unended(const ObVmReader *reader)
{
    for (guint i = 0; i < reader->iterables->len; i++) {
        const ObVmIterable *iterable = &g_array_index(reader->iterables, ObVmIterable, i);

        if (!iterable->ended) {
            return kinds[iterable->kind].name;
        }
    }
    return NULL;
}
