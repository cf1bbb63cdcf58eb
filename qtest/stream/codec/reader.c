/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The reader's engine: collects the bytes that a step needs, runs steps, refuses. */
#include "qtest/stream/codec/reader-internal.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "hw-api/device/bytes.h"

#define LIMIT_DEFAULT (32u << 20)
#define NOTES_MAX     16u

static void known_clear(void *known)
{
    g_free(((ObVmKnown *)known)->name);
}

static bool step_header(ObVmReader *reader, const uint8_t *bytes);

ObVmReader *ob_vm_reader_new(const ObVmEvents *events, void *opaque)
{
    ObVmReader *reader = g_new0(ObVmReader, 1);

    reader->events = events;
    reader->opaque = opaque;
    reader->limit = LIMIT_DEFAULT;
    reader->known = g_array_new(FALSE, TRUE, sizeof(ObVmKnown));
    g_array_set_clear_func(reader->known, known_clear);
    reader->gathered = g_byte_array_new();
    reader->header = g_byte_array_new();
    reader->page_bits = OB_VM_PAGE_BITS;
    reader->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    reader->ids = g_hash_table_new(NULL, NULL);
    reader->iterables = g_array_new(FALSE, TRUE, sizeof(ObVmIterable));
    reader->notes = g_ptr_array_new_with_free_func(g_free);
    reader->ram.blocks = g_array_new(FALSE, TRUE, sizeof(ObVmBlock));
    reader->ram.indices = g_hash_table_new(g_str_hash, g_str_equal);
    ob_vm_expect(reader, 8, step_header, "magic and version");
    return reader;
}

void ob_vm_reader_free(ObVmReader *reader)
{
    if (!reader) {
        return;
    }
    for (guint i = 0; i < reader->ram.blocks->len; i++) {
        g_free((char *)g_array_index(reader->ram.blocks, ObVmBlock, i).name);
    }
    g_array_unref(reader->ram.blocks);
    g_hash_table_unref(reader->ram.indices);
    g_array_unref(reader->known);
    g_byte_array_unref(reader->gathered);
    g_byte_array_unref(reader->header);
    g_hash_table_unref(reader->seen);
    g_hash_table_unref(reader->ids);
    g_ptr_array_unref(reader->notes);
    g_array_unref(reader->iterables);
    if (reader->held.bytes) {
        g_byte_array_unref(reader->held.bytes);
    }
    json_decref(reader->held.best);
    ob_vm_description_free(reader->description);
    g_free(reader->warning);
    g_free(reader);
}

void ob_vm_reader_know(ObVmReader *reader, const char *name, uint32_t instance,
                       ObVmMeasureFunction *measure, void *opaque)
{
    ObVmKnown known = { g_strdup(name), instance, measure, opaque };

    g_array_append_val(reader->known, known);
}

void ob_vm_reader_prefer_description(ObVmReader *reader)
{
    reader->prefer_description = true;
}

void ob_vm_reader_accept_mapped(ObVmReader *reader, uint64_t base)
{
    reader->accept_mapped = true;
    reader->base = base;
}

uint64_t ob_vm_reader_skip(const ObVmReader *reader)
{
    return reader->step ? reader->skip : 0;
}

void ob_vm_reader_skipped(ObVmReader *reader, uint64_t size)
{
    reader->skip -= size;
    reader->at += size;
}

void ob_vm_reader_set_limit(ObVmReader *reader, size_t bytes)
{
    reader->limit = bytes;
}

const ObVmRefusal *ob_vm_reader_refusal(const ObVmReader *reader)
{
    return &reader->refusal;
}

const char *ob_vm_reader_warning(const ObVmReader *reader)
{
    return reader->warning;
}

const char *ob_vm_reader_note(const ObVmReader *reader, unsigned index)
{
    return index < reader->notes->len ? reader->notes->pdata[index] : NULL;
}

void ob_vm_note(ObVmReader *reader, const char *format, ...)
{
    va_list arguments;

    if (reader->notes->len < NOTES_MAX) {
        va_start(arguments, format);
        g_ptr_array_add(reader->notes, g_strdup_vprintf(format, arguments));
        va_end(arguments);
    }
}

uint64_t ob_vm_reader_offset(const ObVmReader *reader)
{
    if (reader->held.bytes) {
        return reader->held.offset + reader->held.bytes->len;
    }
    return reader->at + reader->gathered->len;
}

/* An offset of 0 means that nothing was held: byte 0 is the stream's magic, not a section. */
uint64_t ob_vm_reader_held_from(const ObVmReader *reader)
{
    return reader->held.offset ? reader->held.offset : UINT64_MAX;
}

uint32_t ob_vm_reader_page_size(const ObVmReader *reader)
{
    return UINT32_C(1) << reader->page_bits;
}

/* ------------------------------------------------------------------ refusal */

static bool refuse_at(ObVmReader *reader, ObVmReason reason, int error, const char *sentence)
{
    ObVmRefusal *refusal = &reader->refusal;

    refusal->reason = reason;
    refusal->error = error;
    refusal->offset = reader->at;
    g_strlcpy(refusal->sentence, sentence, sizeof(refusal->sentence));
    g_strlcpy(refusal->field, reader->field, sizeof(refusal->field));
    if (reader->in_section) {
        g_strlcpy(refusal->section, reader->name, sizeof(refusal->section));
        refusal->instance = reader->section.instance;
    }
    reader->step = NULL;
    return false;
}

bool ob_vm_refuse(ObVmReader *reader, ObVmReason reason, int error, const char *format, ...)
{
    g_autofree char *sentence = NULL;
    va_list arguments;

    va_start(arguments, format);
    sentence = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return refuse_at(reader, reason, error, sentence);
}

bool ob_vm_refuse_payload(ObVmReader *reader, const HwError *error)
{
    return refuse_at(reader, OB_VM_REFUSED_PAYLOAD, EINVAL,
                     error->text[0] ? error->text : "refused without a reason");
}

bool ob_vm_take_name(ObVmReader *reader, const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (!g_ascii_isprint(bytes[i])) {
            reader->at += i;
            return ob_vm_refuse(reader, OB_VM_BAD_NAME, EINVAL,
                                "Invalid name: it contains byte 0x%02x, expected printable ASCII",
                                bytes[i]);
        }
    }
    memcpy(reader->name, bytes, length);
    reader->name[length] = 0;
    return true;
}

/* ------------------------------------------------------------------- engine */

bool ob_vm_expect(ObVmReader *reader, size_t need, ObVmStep *step, const char *field)
{
    reader->step = step;
    reader->need = need;
    reader->field = field;
    if (need > reader->limit) {
        return ob_vm_refuse(reader, OB_VM_TOO_LARGE, EINVAL,
                            "Too large: %zu bytes, expected at most %zu", need, reader->limit);
    }
    return true;
}

bool ob_vm_expect_more(ObVmReader *reader, size_t need)
{
    reader->keep = true;
    return ob_vm_expect(reader, need, reader->step, reader->field);
}

/* Takes the step's missing bytes from `bytes`.  Returns the step's bytes once they are all
 * there, else NULL. */
static const uint8_t *gather(ObVmReader *reader, const uint8_t **bytes, size_t *size)
{
    size_t missing = reader->need - reader->gathered->len;
    size_t taken = MIN(missing, *size);
    const uint8_t *complete = NULL;

    if (reader->gathered->len == 0 && taken == missing) {
        complete = *bytes;
    } else {
        g_byte_array_append(reader->gathered, *bytes, (guint)taken);
        complete = taken == missing ? reader->gathered->data : NULL;
    }
    *bytes += taken;
    *size -= taken;
    return complete;
}

static bool step_run(ObVmReader *reader, const uint8_t *bytes)
{
    size_t used = reader->need;

    if (!reader->step(reader, bytes)) {
        return false;
    }
    if (!reader->keep) {
        reader->at += used;
        g_byte_array_set_size(reader->gathered, 0);
    } else if (reader->gathered->len == 0) {
        g_byte_array_append(reader->gathered, bytes, (guint)used);
    }
    reader->keep = false;
    return true;
}

bool ob_vm_run(ObVmReader *reader, const uint8_t *bytes, size_t size)
{
    while (reader->step && !reader->held.bytes) {
        const uint8_t *complete;
        size_t skipped = size && !reader->skip ? ob_vm_ram_skip_zeros(reader, bytes, size) : 0;

        if (reader->skip) {
            skipped = MIN(reader->skip, size);
            ob_vm_reader_skipped(reader, skipped);
        }
        if (skipped) {
            bytes += skipped;
            size -= skipped;
        }
        if (size == 0 && reader->need > reader->gathered->len) {
            return true;
        }
        complete = gather(reader, &bytes, &size);
        if (complete && !step_run(reader, complete)) {
            return false;
        }
    }
    if (reader->held.bytes) {
        return ob_vm_held_feed(reader, bytes, size);
    }
    if (size && reader->events->trailing) {
        reader->events->trailing(reader->opaque, bytes, size);
    }
    reader->at += size;
    return true;
}

bool ob_vm_reader_feed(ObVmReader *reader, const uint8_t *bytes, size_t size)
{
    if (reader->refusal.reason) {
        return false;
    }
    if (reader->held.bytes) {
        return ob_vm_held_feed(reader, bytes, size);
    }
    return ob_vm_run(reader, bytes, size);
}

/* -------------------------------------------------------------------- finish */

/* Joins QEMU's messages for a truncated stream in one sentence. */
static bool refuse_truncated(ObVmReader *reader)
{
    g_autofree char *of = NULL;

    if (reader->in_section && strcmp(reader->name, OB_VM_RAM) == 0) {
        of = g_strdup_printf("error while loading state section id %" PRIu32 "(ram): ",
                             reader->section.id);
    } else if (reader->in_section) {
        of = g_strdup_printf("error while loading state for instance 0x%" PRIx32
                             " of device '%s': ",
                             reader->section.instance, reader->name);
    }
    reader->at += reader->gathered->len;
    return ob_vm_refuse(reader, OB_VM_TRUNCATED, EIO,
                        "%sInput/output error: the stream ends here, after %u of %zu bytes",
                        of ? of : "", reader->gathered->len, reader->need);
}

bool ob_vm_reader_finish(ObVmReader *reader)
{
    if (reader->refusal.reason || reader->finished) {
        return !reader->refusal.reason;
    }
    reader->finished = true;
    if (reader->held.bytes && !ob_vm_held_finish(reader)) {
        return false;
    }
    if (!reader->ended) {
        return refuse_truncated(reader);
    }
    if (reader->step && !reader->warning) {
        reader->warning = reader->need == 1
                              ? g_strdup("Expected vmdescription section, but got 0")
                              : g_strdup_printf("The vmdescription section is cut: %u of %zu bytes",
                                                reader->gathered->len, reader->need);
    }
    return true;
}

/* -------------------------------------------------------------------- header */

/* A TLS record of RFC 8446, section 5.1: its type, and the first byte of its version. */
enum { TLS_HANDSHAKE = 0x16, TLS_MAJOR = 3 };

static bool step_header(ObVmReader *reader, const uint8_t *bytes)
{
    uint32_t version = hw_load_be32(bytes + 4);

    if (bytes[0] == TLS_HANDSHAKE && bytes[1] == TLS_MAJOR) {
        return ob_vm_refuse(reader, OB_VM_TLS, EINVAL,
                            "Not a migration stream: it begins with a TLS handshake");
    }
    if (hw_load_be32(bytes) != OB_VM_MAGIC) {
        return ob_vm_refuse(reader, OB_VM_NO_STREAM, EINVAL, "Not a migration stream");
    }
    if (version == OB_VM_VERSION) {
        return ob_vm_read_configuration(reader);
    }
    reader->at += 4;
    return ob_vm_refuse(reader, OB_VM_STREAM_VERSION, EOPNOTSUPP,
                        version == 2 ? "SaveVM v2 format is obsolete and don't work anymore"
                                     : "Unsupported migration stream version");
}
