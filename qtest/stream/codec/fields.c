/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/codec/fields.h"

#include <glib.h>
#include <inttypes.h>
#include <string.h>

#include "qtest/stream/codec/format.h"

typedef struct Walk {
    const uint8_t *bytes;
    uint64_t size;
    uint64_t at;
    ObVmValueFunction *each;
    void *opaque;
} Walk;

static bool fields_walk(Walk *walk, const json_t *owner, const char *prefix);

static char *element_path(const char *path, uint64_t index, uint64_t count)
{
    return count > 1 ? g_strdup_printf("%s[%" PRIu64 "].", path, index)
                     : g_strdup_printf("%s.", path);
}

/* `inner` describes each element: a struct, or a value that QEMU computes when it saves. */
static bool struct_walk(Walk *walk, const json_t *inner, const char *path, uint64_t size,
                        uint64_t count)
{
    for (uint64_t i = 0; i < count && size; i++) {
        g_autofree char *prefix = element_path(path, i, count);
        uint64_t end = walk->at + size;

        if (!fields_walk(walk, inner, prefix) || walk->at > end) {
            return false;
        }
        walk->at = end;
    }
    return true;
}

static bool field_walk(Walk *walk, const json_t *field, const char *prefix)
{
    const json_t *inner = json_object_get(field, "struct");
    const json_t *index = json_object_get(field, "index");
    uint64_t size = ob_vm_field_size(field), count = ob_vm_field_count(field), total;
    g_autofree char *path = index ? g_strdup_printf("%s%s[%" PRIu64 "]", prefix,
                                                    ob_vm_json_text(field, "name"),
                                                    ob_vm_json_number(field, "index"))
                                  : g_strconcat(prefix, ob_vm_json_text(field, "name"), NULL);
    /* A description may give any number of elements without bytes: there is nothing to read. */
    ObVmValue value = {
        path,    ob_vm_json_text(field, "type"), size, size ? count : 0, walk->bytes + walk->at,
        walk->at
    };

    /* The path is copied for each element of an array of structs, so its length is bounded. */
    if (strlen(path) > OB_VM_NAME_MAX || __builtin_mul_overflow(size, count, &total) ||
        total > walk->size - walk->at) {
        return false;
    }
    if (inner || json_object_get(field, "fields")) {
        return struct_walk(walk, inner ? inner : field, path, size, count);
    }
    walk->each(walk->opaque, &value);
    walk->at += total;
    return true;
}

static bool subsection_walk(Walk *walk, const json_t *subsection)
{
    const char *name = ob_vm_json_text(subsection, "vmsd_name");
    uint64_t header = 1 + 1 + strlen(name) + 4;
    g_autofree char *prefix = g_strdup_printf("%s: ", name);

    if (header > walk->size - walk->at) {
        return false;
    }
    walk->at += header;
    return fields_walk(walk, subsection, prefix);
}

static bool fields_walk(Walk *walk, const json_t *owner, const char *prefix)
{
    const json_t *fields = json_object_get(owner, "fields");
    const json_t *subsections = json_object_get(owner, "subsections");

    for (size_t i = 0; i < json_array_size(fields); i++) {
        if (!field_walk(walk, json_array_get(fields, i), prefix)) {
            return false;
        }
    }
    for (size_t i = 0; i < json_array_size(subsections); i++) {
        if (!subsection_walk(walk, json_array_get(subsections, i))) {
            return false;
        }
    }
    return true;
}

bool ob_vm_fields_each(const json_t *device, const uint8_t *payload, size_t size,
                       ObVmValueFunction *each, void *opaque)
{
    Walk walk = { payload, size, 0, each, opaque };

    return fields_walk(&walk, device, "") && walk.at == size;
}

/* -------------------------------------------------------------------- values */

bool ob_vm_value_is_number(const ObVmValue *value)
{
    return strstr(value->type, "buffer") == NULL && strcmp(value->type, "GByteArray") != 0 &&
           (value->size == 1 || value->size == 2 || value->size == 4 || value->size == 8);
}

uint64_t ob_vm_value_number(const ObVmValue *value, uint64_t index)
{
    const uint8_t *bytes = value->bytes + index * value->size;
    uint64_t number = 0;

    for (uint64_t i = 0; i < value->size; i++) {
        number = number << 8 | bytes[i];
    }
    if (g_str_has_prefix(value->type, "int") && value->size < 8 &&
        number >> (8 * value->size - 1)) {
        number |= UINT64_MAX << (8 * value->size);
    }
    return number;
}

static void number_append(GString *text, const ObVmValue *value, uint64_t index)
{
    uint64_t number = ob_vm_value_number(value, index);

    if (strcmp(value->type, "bool") == 0) {
        g_string_append(text, number ? "true" : "false");
    } else if (g_str_has_prefix(value->type, "int")) {
        g_string_append_printf(text, "%" PRId64, (int64_t)number);
    } else {
        g_string_append_printf(text, number < 10 ? "%" PRIu64 : "0x%" PRIx64, number);
    }
}

/* True for printable text that is padded with zeros. */
static bool is_text(const uint8_t *bytes, uint64_t size)
{
    uint64_t length = strnlen((const char *)bytes, size);

    for (uint64_t i = 0; i < size; i++) {
        if (i < length ? !g_ascii_isprint(bytes[i]) || bytes[i] == '"' : bytes[i] != 0) {
            return false;
        }
    }
    return length > 0;
}

static void bytes_append(GString *text, const uint8_t *bytes, uint64_t size, uint64_t most)
{
    if (is_text(bytes, size)) {
        g_string_append_printf(text, "\"%.*s\"", (int)MIN(size, INT_MAX), (const char *)bytes);
        return;
    }
    for (uint64_t i = 0; i < size && (!most || i < most); i++) {
        g_string_append_printf(text, i ? " %02x" : "%02x", bytes[i]);
    }
    if (most && size > most) {
        g_string_append_printf(text, " ... (%" PRIu64 " bytes)", size);
    } else if (size == 0) {
        g_string_append(text, "(no bytes)");
    }
}

char *ob_vm_value_format(const ObVmValue *value, uint64_t most)
{
    GString *text = g_string_new(NULL);

    if (!ob_vm_value_is_number(value)) {
        bytes_append(text, value->bytes, value->size * value->count, most);
    } else if (value->count == 1) {
        number_append(text, value, 0);
    } else {
        g_string_append_c(text, '[');
        for (uint64_t i = 0; i < value->count && (!most || i < most); i++) {
            g_string_append(text, i ? ", " : "");
            number_append(text, value, i);
        }
        if (most && value->count > most) {
            g_string_append_printf(text, ", ... (%" PRIu64 ")", value->count);
        }
        g_string_append_c(text, ']');
    }
    return g_string_free(text, FALSE);
}
