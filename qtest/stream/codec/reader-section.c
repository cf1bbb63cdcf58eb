/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sections: types, headers, payloads of known length, footers, the end. */
#include "qtest/stream/codec/reader-internal.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "hw-api/device/bytes.h"

#define FOOTER_SIZE  5u
#define SECTIONS_MAX 65536u
#define SEARCH_MAX   (1u << 20)

/* -------------------------------------------------------------------- footer */

/* `at`: the footer's offset from the step's first byte. */
static bool footer_check(ObVmReader *reader, const uint8_t *bytes, size_t at)
{
    uint32_t id = hw_load_be32(bytes + at + 1);

    reader->field = "footer";
    if (bytes[at] != OB_VM_FOOTER) {
        reader->at += at;
        return ob_vm_refuse(reader, OB_VM_FOOTER_MISSING, EINVAL, "Missing section footer for %s",
                            reader->name);
    }
    if (id != reader->section.id) {
        reader->at += at + 1;
        return ob_vm_refuse(reader, OB_VM_FOOTER_ID, EINVAL,
                            "Mismatched section id in footer for %s - read 0x%" PRIx32
                            " expected 0x%" PRIx32,
                            reader->name, id, reader->section.id);
    }
    return true;
}

static bool step_footer(ObVmReader *reader, const uint8_t *bytes)
{
    return footer_check(reader, bytes, 0) && ob_vm_next_section(reader);
}

bool ob_vm_expect_footer(ObVmReader *reader)
{
    return ob_vm_expect(reader, FOOTER_SIZE, step_footer, "footer");
}

/* ------------------------------------------------------------------- payload */

static bool payload_deliver(ObVmReader *reader, const uint8_t *bytes)
{
    HW_ERROR(error, 400);

    if (reader->events->section &&
        !reader->events->section(reader->opaque, &reader->section, bytes, reader->payload_size,
                                 reader->section_description, &error)) {
        reader->field = "payload";
        return ob_vm_refuse_payload(reader, &error);
    }
    return ob_vm_next_section(reader);
}

/* Without a right description the footer ends the section; its fields are not known. */
static bool step_search_footer(ObVmReader *reader, const uint8_t *bytes)
{
    size_t at = reader->need - FOOTER_SIZE;

    if (bytes[at] == OB_VM_FOOTER && hw_load_be32(bytes + at + 1) == reader->section.id) {
        ob_vm_note(reader,
                   "section '%s' %" PRIu32 ": QEMU's description is too short, so its fields are "
                   "not shown",
                   reader->name, reader->section.instance);
        reader->payload_size = at;
        reader->section_description = NULL;
        return payload_deliver(reader, bytes);
    }
    return reader->need > reader->payload_size + SEARCH_MAX
               ? footer_check(reader, bytes, reader->payload_size)
               : ob_vm_expect_more(reader, reader->need + 1);
}

static bool step_payload_and_footer(ObVmReader *reader, const uint8_t *bytes)
{
    if (bytes[reader->payload_size] != OB_VM_FOOTER &&
        ob_vm_description_is_short(reader->section_description)) {
        reader->step = step_search_footer;
        return ob_vm_expect_more(reader, reader->need + 1);
    }
    return footer_check(reader, bytes, reader->payload_size) && payload_deliver(reader, bytes);
}

bool ob_vm_expect_payload(ObVmReader *reader, uint64_t size)
{
    if (size > reader->limit - FOOTER_SIZE) {
        return ob_vm_refuse(reader, OB_VM_TOO_LARGE, EINVAL,
                            "Section '%s' is too large: %" PRIu64 " bytes, expected at most %zu",
                            reader->name, size, reader->limit - FOOTER_SIZE);
    }
    reader->payload_size = size;
    return ob_vm_expect(reader, size + FOOTER_SIZE, step_payload_and_footer, "payload");
}

static const ObVmKnown *known_find(const ObVmReader *reader)
{
    for (guint i = 0; i < reader->known->len; i++) {
        const ObVmKnown *known = &g_array_index(reader->known, ObVmKnown, i);

        if (known->instance == reader->section.instance && strcmp(known->name, reader->name) == 0) {
            return known;
        }
    }
    return NULL;
}

static bool step_measure(ObVmReader *reader, const uint8_t *bytes);

/* `have`: the number of the payload's bytes that have come and are kept. */
static bool payload_measure(ObVmReader *reader, const uint8_t *bytes, size_t have)
{
    const ObVmKnown *known = known_find(reader);
    size_t need = 0;
    ObVmMeasure result;
    HW_ERROR(error, 400);

    reader->field = "payload";
    result = known->measure(known->opaque, &reader->section, bytes, have, &need, &error);
    reader->keep = have > 0;
    if (result == OB_VM_MEASURED && need + FOOTER_SIZE >= have) {
        return ob_vm_expect_payload(reader, need);
    }
    /* The function asked for bytes beyond the payload and its footer, as more of the payload. */
    if (result == OB_VM_MEASURED && !footer_check(reader, bytes, need)) {
        return false;
    }
    if (result == OB_VM_MORE && need > have) {
        return ob_vm_expect(reader, need, step_measure, "payload");
    }
    if (result == OB_VM_REFUSED) {
        reader->at += need;
        return ob_vm_refuse_payload(reader, &error);
    }
    return ob_vm_refuse(reader, OB_VM_REFUSED_PAYLOAD, EINVAL, "Section '%s' can't be measured",
                        reader->name);
}

static bool step_measure(ObVmReader *reader, const uint8_t *bytes)
{
    return payload_measure(reader, bytes, reader->need);
}

/* -------------------------------------------------------------------- header */

/* QEMU 8.2 and later send no section twice.  Earlier releases do so for some devices, since two of
 * them could have the same name and instance.  Registered sections would be loaded twice. */
static bool section_count(ObVmReader *reader)
{
    const ObVmSection *section = &reader->section;
    char *key = g_strdup_printf("%" PRIu32 " %s", section->instance, section->name);

    reader->occurrence = GPOINTER_TO_UINT(g_hash_table_lookup(reader->seen, key));
    g_hash_table_replace(reader->seen, key, GUINT_TO_POINTER(reader->occurrence + 1));
    if (reader->occurrence &&
        (reader->value == OB_VM_START || (known_find(reader) && !reader->prefer_description))) {
        return ob_vm_refuse(reader, OB_VM_DUPLICATE, EINVAL, "Section '%s' %" PRIu32 " comes twice",
                            section->name, section->instance);
    }
    if (reader->occurrence == 1) {
        ob_vm_note(reader, "section '%s' %" PRIu32 " comes twice, as QEMU before 8.2 sends some",
                   section->name, section->instance);
    }
    return true;
}

bool ob_vm_section_note(ObVmReader *reader)
{
    const ObVmSection *section = &reader->section;

    if (!section_count(reader)) {
        return false;
    }
    if (!g_hash_table_add(reader->ids, GUINT_TO_POINTER(section->id))) {
        return ob_vm_refuse(reader, OB_VM_DUPLICATE, EINVAL,
                            "Section '%s' %" PRIu32 " has id %" PRIu32
                            ", which another section already has",
                            section->name, section->instance, section->id);
    }
    if (++reader->sections > SECTIONS_MAX) {
        return ob_vm_refuse(reader, OB_VM_TOO_LARGE, EINVAL,
                            "Too many sections, expected at most %u", SECTIONS_MAX);
    }
    return true;
}

bool ob_vm_section_begin(ObVmReader *reader)
{
    HW_ERROR(error, 400);

    if (reader->events->section_begin &&
        !reader->events->section_begin(reader->opaque, &reader->section, &error)) {
        return ob_vm_refuse_payload(reader, &error);
    }
    return true;
}

static bool described_read(ObVmReader *reader, bool known)
{
    uint64_t size = OB_VM_SIZE_UNKNOWN;
    const json_t *description = reader->description
                                    ? ob_vm_description_device(reader->description, reader->name,
                                                               reader->section.instance,
                                                               reader->occurrence, &size)
                                    : NULL;

    if (!known && !description) {
        return ob_vm_refuse(reader, OB_VM_UNKNOWN_SECTION, EINVAL, OB_VM_UNKNOWN_SENTENCE,
                            reader->name, reader->section.instance);
    }
    if (!ob_vm_section_begin(reader)) {
        return false;
    }
    reader->devices_begun = true;
    reader->section_description = (json_t *)description;
    if (known && !(reader->prefer_description && description)) {
        return payload_measure(reader, NULL, 0);
    }
    if (size == OB_VM_SIZE_UNKNOWN) {
        return ob_vm_refuse(reader, OB_VM_UNKNOWN_SECTION, EINVAL,
                            "The vmdescription does not have the size of section '%s' %" PRIu32,
                            reader->name, reader->section.instance);
    }
    return ob_vm_expect_payload(reader, size);
}

static bool device_read(ObVmReader *reader)
{
    bool known = known_find(reader) != NULL;

    if (!known && ob_vm_is_early(reader)) {
        return ob_vm_section_note(reader) && ob_vm_read_early(reader);
    }
    if ((!known || reader->prefer_description) && !reader->description && !reader->no_description) {
        return ob_vm_hold(reader);
    }
    return ob_vm_section_note(reader) && described_read(reader, known);
}

static bool step_section_name(ObVmReader *reader, const uint8_t *bytes)
{
    size_t length = reader->name_length;
    ObVmSection *section = &reader->section;

    g_byte_array_append(reader->header, bytes, (guint)reader->need);
    if (!ob_vm_take_name(reader, bytes, length)) {
        return false;
    }
    reader->in_section = true;
    section->name = reader->name;
    section->instance = hw_load_be32(bytes + length);
    section->version = hw_load_be32(bytes + length + 4);
    section->payload_offset = reader->at + reader->need;
    if (reader->value == OB_VM_START) {
        return ob_vm_read_start(reader);
    }
    if (strcmp(reader->name, OB_VM_RAM) == 0) {
        return ob_vm_refuse(reader, OB_VM_ORDER, EINVAL,
                            "Section 'ram' is whole, expected START, PART and END");
    }
    if (reader->ram.parts && !reader->ram.ended) {
        return ob_vm_refuse(reader, OB_VM_BACKGROUND_SNAPSHOT, EOPNOTSUPP,
                            "Section '%s' %" PRIu32 " comes before the end of section 'ram', as in "
                            "a background snapshot",
                            reader->name, section->instance);
    }
    return device_read(reader);
}

static bool step_section_id(ObVmReader *reader, const uint8_t *bytes)
{
    g_byte_array_append(reader->header, bytes, (guint)reader->need);
    reader->section.id = hw_load_be32(bytes);
    reader->name_length = bytes[4];
    if (reader->name_length == 0) {
        reader->at += 4;
        return ob_vm_refuse(reader, OB_VM_BAD_NAME, EINVAL,
                            "Unable to read ID string for section %" PRIu32, reader->section.id);
    }
    return ob_vm_expect(reader, reader->name_length + 8, step_section_name,
                        "name, instance and version of a section");
}

static bool step_part(ObVmReader *reader, const uint8_t *bytes)
{
    uint32_t id = hw_load_be32(bytes);

    if (!reader->ram.started || reader->ram.ended || id != reader->ram.id) {
        return ob_vm_read_iterable_part(reader, id);
    }
    g_strlcpy(reader->name, OB_VM_RAM, sizeof(reader->name));
    reader->section.id = id;
    reader->section.instance = 0;
    reader->in_section = true;
    return ob_vm_ram_begin(reader, reader->value);
}

/* ---------------------------------------------------------------------- types */

static bool step_description(ObVmReader *reader, const uint8_t *bytes)
{
    if (reader->events->description) {
        reader->events->description(reader->opaque, (const char *)bytes, reader->need);
    }
    reader->step = NULL;
    return true;
}

static bool step_description_length(ObVmReader *reader, const uint8_t *bytes)
{
    uint32_t length = hw_load_be32(bytes);

    if (length > 0 && length <= reader->limit) {
        return ob_vm_expect(reader, length, step_description, "vmdescription");
    }
    reader->warning = g_strdup_printf("The vmdescription section has %" PRIu32
                                      " bytes, expected 1 to %zu",
                                      length, reader->limit);
    reader->step = NULL;
    return true;
}

/* The stream is complete: from here on the reader only warns. */
static bool step_after_end(ObVmReader *reader, const uint8_t *bytes)
{
    if (bytes[0] == OB_VM_DESCRIPTION) {
        return ob_vm_expect(reader, 4, step_description_length, "length of the vmdescription");
    }
    reader->warning = g_strdup_printf("Expected vmdescription section, but got %u", bytes[0]);
    if (reader->events->trailing) {
        reader->events->trailing(reader->opaque, bytes, 1);
    }
    reader->step = NULL;
    return true;
}

static bool stream_end(ObVmReader *reader)
{
    HW_ERROR(error, 400);

    if (reader->ram.started && !reader->ram.ended) {
        return ob_vm_refuse(reader, OB_VM_ORDER, EINVAL,
                            "The stream ends before the end of section 'ram'");
    }
    if (ob_vm_iterable_unended(reader)) {
        return ob_vm_refuse(reader, OB_VM_ORDER, EINVAL,
                            "The stream ends before the end of section '%s'",
                            ob_vm_iterable_unended(reader));
    }
    if (reader->events->end && !reader->events->end(reader->opaque, &error)) {
        reader->field = "end of the sections";
        return ob_vm_refuse_payload(reader, &error);
    }
    reader->ended = true;
    return ob_vm_expect(reader, 1, step_after_end, "vmdescription");
}

static bool step_type(ObVmReader *reader, const uint8_t *bytes)
{
    reader->value = bytes[0];
    reader->section.offset = reader->at;
    g_byte_array_set_size(reader->header, 0);
    g_byte_array_append(reader->header, bytes, 1);
    switch (bytes[0]) {
    case OB_VM_START:
    case OB_VM_FULL:
        return ob_vm_expect(reader, 5, step_section_id, "id of a section");
    case OB_VM_PART:
    case OB_VM_END:
        return ob_vm_expect(reader, 4, step_part, "id of a section");
    case OB_VM_COMMAND:
        return ob_vm_read_command(reader);
    case OB_VM_EOF:
        return stream_end(reader);
    default:
        return ob_vm_refuse(reader, OB_VM_UNKNOWN_TYPE, EINVAL, "Unknown savevm section type %u",
                            bytes[0]);
    }
}

bool ob_vm_next_section(ObVmReader *reader)
{
    reader->in_section = false;
    return ob_vm_expect(reader, 1, step_type, "type of a section");
}
