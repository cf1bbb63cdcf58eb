/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/section/subsections.h"

#include <string.h>

#include "qtest/stream/codec/description.h"

/* A description can have thousands, and each is looked for among the others. */
#define NAMES_MAX 256u

/* ------------------------------------------------------------------- names */

static void names_collect(const json_t *owner, GPtrArray *names)
{
    const json_t *fields = json_object_get(owner, "fields");
    const json_t *subsections = json_object_get(owner, "subsections");

    for (size_t i = 0; i < json_array_size(fields); i++) {
        names_collect(json_object_get(json_array_get(fields, i), "struct"), names);
    }
    for (size_t i = 0; i < json_array_size(subsections); i++) {
        const json_t *subsection = json_array_get(subsections, i);
        const char *name = ob_vm_json_text(subsection, "vmsd_name");

        if (names->len < NAMES_MAX &&
            !g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL)) {
            g_ptr_array_add(names, g_strdup(name));
        }
        names_collect(subsection, names);
    }
}

GPtrArray *ob_vm_subsections(const json_t *description)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

    names_collect(description, names);
    return names;
}

/* ------------------------------------------------------------------- places */

/* The place of a subsection.  The parents' sizes shrink when it is cut out. */
typedef struct Search {
    const char *name;
    uint64_t at; /* the payload's offset so far */
    uint64_t found_at, found_size;
    bool cut; /* remove it from the description */
} Search;

static bool owner_search(Search *s, json_t *owner);

static uint64_t header_size(const char *name)
{
    return 1 + 1 + strlen(name) + 4;
}

/* An array that one struct describes has no subsections: QEMU then describes each element. */
static bool field_search(Search *s, json_t *field)
{
    json_t *inner = json_object_get(field, "struct");
    uint64_t before = s->at, size = ob_vm_field_size(field), count = ob_vm_field_count(field);

    if (inner && count == 1 && owner_search(s, inner)) {
        if (s->cut) {
            json_object_set_new(field, "size", json_integer((json_int_t)(size - s->found_size)));
        }
        return true;
    }
    s->at = before + size * count;
    return false;
}

static bool subsection_search(Search *s, json_t *list, size_t index)
{
    json_t *subsection = json_array_get(list, index);
    const char *name = ob_vm_json_text(subsection, "vmsd_name");
    uint64_t from = s->at;
    bool is_wanted = strcmp(name, s->name) == 0;

    s->at += header_size(name);
    if (owner_search(s, subsection)) {
        return true;
    }
    if (is_wanted) {
        s->found_at = from;
        s->found_size = s->at - from;
        if (s->cut) {
            json_array_remove(list, index);
        }
    }
    return is_wanted;
}

static bool owner_search(Search *s, json_t *owner)
{
    json_t *fields = json_object_get(owner, "fields");
    json_t *subsections = json_object_get(owner, "subsections");

    for (size_t i = 0; i < json_array_size(fields); i++) {
        if (field_search(s, json_array_get(fields, i))) {
            return true;
        }
    }
    for (size_t i = 0; i < json_array_size(subsections); i++) {
        if (subsection_search(s, subsections, i)) {
            if (s->cut && json_array_size(subsections) == 0) {
                json_object_del(owner, "subsections");
            }
            return true;
        }
    }
    return false;
}

/* ------------------------------------------------------------------ cutting */

unsigned ob_vm_subsection_cut(json_t *description, GByteArray *payload, const char *name)
{
    unsigned count = 0;
    Search s;

    while (s = (Search) { .name = name, .cut = true }, owner_search(&s, description)) {
        if (s.found_at > payload->len || s.found_size > payload->len - s.found_at) {
            break;
        }
        g_byte_array_remove_range(payload, (guint)s.found_at, (guint)s.found_size);
        count++;
    }
    return count;
}

static bool bytes_are_zero(const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (bytes[i]) {
            return false;
        }
    }
    return true;
}

/* Cuts them one by one out of a copy, and looks at each before. */
bool ob_vm_subsection_is_zero(const json_t *description, const uint8_t *payload, size_t size,
                              const char *name)
{
    g_autoptr(GByteArray) bytes = g_byte_array_append(g_byte_array_new(), payload, (guint)size);
    json_t *copy = json_deep_copy(description);
    bool zero = true;
    Search s;

    while (s = (Search) { .name = name, .cut = true }, zero && owner_search(&s, copy)) {
        uint64_t header = header_size(name);

        if (s.found_at > bytes->len || s.found_size > bytes->len - s.found_at) {
            break;
        }
        zero = bytes_are_zero(bytes->data + s.found_at + header, s.found_size - header);
        g_byte_array_remove_range(bytes, (guint)s.found_at, (guint)s.found_size);
    }
    json_decref(copy);
    return zero;
}
