/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Only the description at the stream's end tells the length of some sections.  The reader holds
 * all bytes from the first such section on until the description has come.
 *
 * Nothing marks the beginning of the description, so the reader tries each place that looks like
 * its beginning (a candidate).  The right candidate divides all held bytes into sections with
 * their footers, up to the end byte in front of it.
 */
#include "qtest/stream/codec/reader-internal.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "hw-api/device/bytes.h"

#define ATTEMPTS_MAX 32u
#define FOOTER_SIZE  5u

/* Offsets from the last footer on: 0x7e, id, 0 (end), 6 (description), length, '{'. */
enum { MARK_END = 5, MARK_TYPE = 6, MARK_LENGTH = 7, MARK_JSON = 11, MARK_SIZE = 12 };

bool ob_vm_hold(ObVmReader *reader)
{
    ObVmHeld *held = &reader->held;

    held->bytes = g_byte_array_new();
    held->offset = reader->section.offset;
    held->candidate = SIZE_MAX;
    g_byte_array_append(held->bytes, reader->header->data, reader->header->len);
    return true;
}

/* ------------------------------------------------------------------ does it fit */

/* How often a section came before: ahead of the held bytes, and among them in `counts`. */
static uint32_t occurrence_count(const ObVmReader *reader, GHashTable *counts, const char *name,
                                 uint32_t instance)
{
    char *key = g_strdup_printf("%" PRIu32 " %s", instance, name);
    guint held = GPOINTER_TO_UINT(g_hash_table_lookup(counts, key));
    guint before = GPOINTER_TO_UINT(g_hash_table_lookup(reader->seen, key));

    g_hash_table_replace(counts, key, GUINT_TO_POINTER(held + 1));
    return before + held;
}

/* The size of the section at `bytes`; 0: the description does not have such a section. */
static uint64_t section_size(const ObVmReader *reader, const ObVmDescription *description,
                             GHashTable *repeated, const uint8_t *bytes, size_t available)
{
    char name[OB_VM_NAME_MAX + 1];
    size_t header, length;
    uint32_t instance;
    uint64_t payload;

    if (available < 6 || bytes[0] != OB_VM_FULL) {
        return 0;
    }
    length = bytes[5];
    header = 6 + length + 8;
    if (available < header) {
        return 0;
    }
    memcpy(name, bytes + 6, length);
    name[length] = 0;
    instance = hw_load_be32(bytes + 6 + length);
    ob_vm_description_device(description, name, instance,
                             occurrence_count(reader, repeated, name, instance), &payload);
    if (payload == OB_VM_SIZE_UNKNOWN || payload > available - header ||
        available - header - payload < FOOTER_SIZE || bytes[header + payload] != OB_VM_FOOTER ||
        hw_load_be32(bytes + header + payload + 1) != hw_load_be32(bytes + 1)) {
        return 0;
    }
    return header + payload + FOOTER_SIZE;
}

static bool description_fits(const ObVmReader *reader, const ObVmDescription *description,
                             const uint8_t *bytes, size_t size)
{
    g_autoptr(GHashTable) repeated = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    size_t at = 0;

    while (at < size) {
        uint64_t section = section_size(reader, description, repeated, bytes + at, size - at);

        if (!section) {
            return false;
        }
        at += section;
    }
    return true;
}

/* ------------------------------------------------------------------ candidates */

/* Finds the next candidate from `scanned` on; false: there is none yet. */
static bool candidate_find(const ObVmReader *reader, ObVmHeld *held)
{
    const uint8_t *bytes = held->bytes->data;

    while (held->scanned + MARK_SIZE <= held->bytes->len) {
        const uint8_t *mark = memchr(bytes + held->scanned, OB_VM_FOOTER,
                                     held->bytes->len - MARK_SIZE + 1 - held->scanned);
        uint32_t length;

        if (!mark) {
            held->scanned = held->bytes->len - MARK_SIZE + 1;
            return false;
        }
        held->scanned = (size_t)(mark - bytes) + 1;
        length = hw_load_be32(mark + MARK_LENGTH);
        if (mark[MARK_END] == OB_VM_EOF && mark[MARK_TYPE] == OB_VM_DESCRIPTION &&
            mark[MARK_JSON] == '{' && length <= reader->limit) {
            held->candidate = (size_t)(mark - bytes);
            held->candidate_end = held->candidate + MARK_JSON + length;
            return true;
        }
    }
    return false;
}

static json_t *candidate_parse(ObVmHeld *held)
{
    size_t values = 0;
    json_t *root;

    if (++held->attempts > ATTEMPTS_MAX) {
        return NULL;
    }
    root = ob_vm_description_parse((const char *)held->bytes->data + held->candidate + MARK_JSON,
                                   held->candidate_end - held->candidate - MARK_JSON, &values);
    held->most_values = MAX(held->most_values, values);
    return root;
}

/* Reads the held bytes again, now with the description. */
static bool held_accept(ObVmReader *reader, ObVmDescription *description)
{
    g_autoptr(GByteArray) bytes = g_steal_pointer(&reader->held.bytes);

    reader->description = description;
    reader->at = reader->held.offset;
    g_byte_array_set_size(reader->gathered, 0);
    return ob_vm_next_section(reader) && ob_vm_run(reader, bytes->data, bytes->len);
}

/* Tries the candidate.  True if it is the right one; *ok is then the result of reading with it. */
static bool candidate_try(ObVmReader *reader, bool *ok)
{
    ObVmHeld *held = &reader->held;
    json_t *root = candidate_parse(held);
    ObVmDescription *description = root ? ob_vm_description_new(json_incref(root)) : NULL;

    if (description &&
        description_fits(reader, description, held->bytes->data, held->candidate + MARK_END)) {
        json_decref(root);
        *ok = held_accept(reader, description);
        return true;
    }
    if (description) {
        json_decref(held->best);
        held->best = json_incref(root);
    }
    ob_vm_description_free(description);
    json_decref(root);
    held->candidate = SIZE_MAX;
    return false;
}

static bool held_scan(ObVmReader *reader)
{
    ObVmHeld *held = &reader->held;
    bool ok = true;

    while (held->candidate != SIZE_MAX || candidate_find(reader, held)) {
        if (held->candidate_end > held->bytes->len && !reader->finished) {
            return true;
        }
        if (held->candidate_end > held->bytes->len) {
            held->candidate = SIZE_MAX;
        } else if (candidate_try(reader, &ok)) {
            return ok;
        }
    }
    return true;
}

bool ob_vm_held_feed(ObVmReader *reader, const uint8_t *bytes, size_t size)
{
    GByteArray *held = reader->held.bytes;

    if (size > reader->limit || held->len > reader->limit - size) {
        return ob_vm_refuse(reader, OB_VM_TOO_LARGE, EINVAL,
                            "No vmdescription within %zu bytes, and section '%s' is unknown",
                            reader->limit, reader->name);
    }
    if (size) {
        g_byte_array_append(held, bytes, (guint)size);
    }
    return held_scan(reader);
}

bool ob_vm_held_finish(ObVmReader *reader)
{
    ObVmHeld *held = &reader->held;

    if (!held_scan(reader)) {
        return false;
    }
    if (!held->bytes) {
        return true;
    }
    /* No candidate fits.  Read with the best one, which refuses the first bad section. */
    if (held->best) {
        return held_accept(reader, ob_vm_description_new(json_incref(held->best)));
    }
    if (held->most_values > OB_VM_VALUES_MAX) {
        return ob_vm_refuse(reader, OB_VM_TOO_LARGE, EINVAL,
                            "The vmdescription has %zu values, expected at most %u",
                            held->most_values, OB_VM_VALUES_MAX);
    }
    reader->no_description = true;
    return held_accept(reader, NULL);
}
