/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/section/layout.h"

#include <glib.h>
#include <inttypes.h>
#include <string.h>

#include "qtest/stream/codec/fields.h"

typedef struct Comparison {
    const ObVmLayoutSide *stream, *own;
    GHashTable *stream_numbers, *own_numbers; /* path -> uint64_t; NULL: not collected yet */
    unsigned asked;
    int64_t by_size;                /* bytes that fields of both sides differ by */
    int64_t by_field;               /* bytes of the fields that one side has alone */
    bool unsure;                    /* such a field may depend on a value in front of it */
    char *size_first, *field_first; /* the first differences, in words */
} Comparison;

/* Bounds on the work for a description that fits nothing. */
#define AHEAD_MAX 256u
#define TOLD_MAX  64u

/* Fields of one name in a row: QEMU describes the elements of some arrays one by one. */
typedef struct Run {
    const char *name;
    const json_t *first;
    const json_t *inner; /* the struct's description; NULL: a plain value */
    uint64_t count;
    size_t next; /* the index after the run */
} Run;

/* Types whose size does not depend on the value.  Other types have functions of their own. */
static const char *const fixed_types[] = {
    "bool",   "int8",   "int16",  "int32",         "int64",   "uint8", "uint16", "uint32",
    "uint64", "buffer", "struct", "unused_buffer", "float64", "timer", "bitmap",
};

static bool type_is_fixed(const char *type)
{
    for (size_t i = 0; i < G_N_ELEMENTS(fixed_types); i++) {
        if (strcmp(type, fixed_types[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* ------------------------------------------------------------------- sizes */

static const json_t *inner_of(const json_t *field)
{
    const json_t *inner = json_object_get(field, "struct");

    return inner ? inner : json_object_get(field, "fields") ? field : NULL;
}

static bool run_at(const json_t *fields, size_t index, Run *run)
{
    const json_t *field = json_array_get(fields, index);

    *run = (Run) { ob_vm_json_text(field, "name"), field, inner_of(field), 0, index };
    while (field && strcmp(ob_vm_json_text(field, "name"), run->name) == 0) {
        run->count += ob_vm_field_count(field);
        field = json_array_get(fields, ++run->next);
    }
    return run->first != NULL;
}

/* The size of the fields without subsections, which a destination reads only if they come. */
static uint64_t fields_size(const json_t *owner)
{
    const json_t *fields = json_object_get(owner, "fields");
    uint64_t sum = 0;

    for (size_t i = 0; i < json_array_size(fields); i++) {
        const json_t *field = json_array_get(fields, i), *inner = inner_of(field);

        sum += ob_vm_field_count(field) * (inner ? fields_size(inner) : ob_vm_field_size(field));
    }
    return sum;
}

static uint64_t run_size(const Run *run)
{
    return run->count * (run->inner ? fields_size(run->inner) : ob_vm_field_size(run->first));
}

/* ---------------------------------------------------------------- numbers */

static void number_collect(void *opaque, const ObVmValue *value)
{
    uint64_t number;

    if (value->count == 1 && ob_vm_value_is_number(value)) {
        number = ob_vm_value_number(value, 0);
        g_hash_table_replace(opaque, g_strdup(value->path), g_memdup2(&number, sizeof(number)));
    }
}

static GHashTable *numbers_collect(const ObVmLayoutSide *side)
{
    GHashTable *numbers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

    ob_vm_fields_each(side->description, side->payload, side->size, number_collect, numbers);
    return numbers;
}

/* True if a field has these values: it tells the length of an array, so any length loads. */
static bool is_told(Comparison *c, uint64_t stream, uint64_t own)
{
    GHashTableIter iterator;
    void *path, *number;

    if (c->asked++ > TOLD_MAX) {
        return false;
    }
    if (!c->stream_numbers) {
        c->stream_numbers = numbers_collect(c->stream);
        c->own_numbers = numbers_collect(c->own);
    }
    g_hash_table_iter_init(&iterator, c->stream_numbers);
    while (g_hash_table_iter_next(&iterator, &path, &number)) {
        const uint64_t *other = g_hash_table_lookup(c->own_numbers, path);

        if (*(uint64_t *)number == stream && other && *other == own) {
            return true;
        }
    }
    return false;
}

/* ------------------------------------------------------------- comparison */

static void fields_compare(Comparison *c, const json_t *stream, const json_t *own,
                           uint64_t elements);

static void first_set(char **first, char *words)
{
    if (*first) {
        g_free(words);
    } else {
        *first = words;
    }
}

static void sizes_compare(Comparison *c, const Run *a, const Run *b, uint64_t elements)
{
    uint64_t size_a = run_size(a), size_b = run_size(b);

    if (size_a == size_b || !type_is_fixed(ob_vm_json_text(a->first, "type")) ||
        is_told(c, a->count, b->count) || is_told(c, size_a, size_b)) {
        return;
    }
    c->by_size += (int64_t)((size_a - size_b) * elements);
    first_set(&c->size_first,
              a->count != b->count
                  ? g_strdup_printf("array %s[%" PRIu64 "] here, %s[%" PRIu64 "] in the stream",
                                    b->name, b->count, a->name, a->count)
                  : g_strdup_printf("field %s has %" PRIu64 " bytes here, %" PRIu64
                                    " in the stream",
                                    b->name, size_b, size_a));
}

static void runs_compare(Comparison *c, const Run *a, const Run *b, uint64_t elements)
{
    if (a->inner && b->inner && a->count == b->count) {
        fields_compare(c, a->inner, b->inner, elements * a->count);
    } else {
        sizes_compare(c, a, b, elements);
    }
}

static bool name_is_later(const json_t *fields, size_t from, const char *name)
{
    for (size_t i = from; i < json_array_size(fields) && i < from + AHEAD_MAX; i++) {
        if (strcmp(ob_vm_json_text(json_array_get(fields, i), "name"), name) == 0) {
            return true;
        }
    }
    return false;
}

static void alone(Comparison *c, const Run *run, bool in_stream, uint64_t elements)
{
    int64_t size = (int64_t)(run_size(run) * elements);

    c->by_field += in_stream ? size : -size;
    c->unsure |= c->asked > TOLD_MAX ||
                 (in_stream ? is_told(c, run->count, 0) : is_told(c, 0, run->count));
    first_set(&c->field_first,
              g_strdup_printf("field %s only %s", run->name, in_stream ? "in the stream" : "here"));
}

static void fields_compare(Comparison *c, const json_t *stream, const json_t *own,
                           uint64_t elements)
{
    const json_t *list_a = json_object_get(stream, "fields"),
                 *list_b = json_object_get(own, "fields");
    size_t i = 0, j = 0;
    Run a, b;

    while (true) {
        bool has_a = run_at(list_a, i, &a), has_b = run_at(list_b, j, &b);

        if (has_a && has_b && strcmp(a.name, b.name) == 0) {
            runs_compare(c, &a, &b, elements);
            i = a.next;
            j = b.next;
        } else if (has_a && (!has_b || name_is_later(list_a, i, b.name))) {
            alone(c, &a, true, elements);
            i = a.next;
        } else if (has_b) {
            alone(c, &b, false, elements);
            j = b.next;
        } else {
            return;
        }
    }
}

char *ob_vm_layout_compare(const ObVmLayoutSide *stream, const ObVmLayoutSide *own, bool *certain)
{
    Comparison c = { .stream = stream, .own = own };
    char *first = NULL;

    fields_compare(&c, stream->description, own->description, 1);
    *certain = !c.unsure;
    if (c.by_size + c.by_field != 0) {
        first = g_strdup(c.by_size ? c.size_first : c.field_first);
    }
    g_free(c.size_first);
    g_free(c.field_first);
    g_clear_pointer(&c.stream_numbers, g_hash_table_unref);
    g_clear_pointer(&c.own_numbers, g_hash_table_unref);
    return first;
}
