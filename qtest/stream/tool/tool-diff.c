/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/tool/tool.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "hw-api/host/run/region.h"
#include "qtest/text/json.h"

#define OFFSETS_SHOWN 4u
#define SHOWN         16u

typedef struct Diff {
    ToolDiffList *list;
    const ObModelSection *section;
    char *owner;           /* the section's name and instance */
    bool system_registers; /* true: compared by their ids, not as fields */
    GHashTable *values;    /* the first stream's: key -> ObVmValue, copied */
    GHashTable *counts;    /* path -> the number of its fields so far */
} Diff;

/* ----------------------------------------------------------------------- RAM */

static uint64_t page_digest(const ObModelBlock *block, uint64_t page)
{
    return block->digests ? block->digests[page] : 0;
}

static bool differs_at(const ObModelBlock *a, const ObModelBlock *b, uint64_t unit)
{
    return a->bytes && b->bytes ? a->bytes[unit] != b->bytes[unit]
                                : page_digest(a, unit) != page_digest(b, unit);
}

static void G_GNUC_PRINTF(3, 4) block_add(Diff *diff, const char *name, const char *format, ...)
{
    g_autofree char *owner = g_strdup_printf("ram %s", name);
    g_autofree char *text = NULL;
    va_list arguments;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    tool_diff_add_text(diff->list, owner, "%s", text);
}

/* Compares bytes if both streams' bytes were kept, else pages. */
static void block_diff(Diff *diff, const ObModelBlock *a, const ObModelBlock *b, uint32_t page_size)
{
    bool by_byte = a->bytes && b->bytes;
    uint64_t units = by_byte ? a->length : a->digests || b->digests ? a->length / page_size : 0;
    uint64_t count = 0;
    GString *offsets = g_string_new(NULL);

    for (uint64_t i = 0; i < units; i++) {
        if (differs_at(a, b, i) && count++ < OFFSETS_SHOWN) {
            g_string_append_printf(offsets, "%s0x%" PRIx64, count > 1 ? ", " : "",
                                   by_byte ? i : i * page_size);
        }
    }
    if (count) {
        block_add(diff, a->name, "%" PRIu64 " %s differ, at %s%s", count,
                  by_byte ? "bytes" : "pages", offsets->str, count > OFFSETS_SHOWN ? ", ..." : "");
    }
    g_string_free(offsets, TRUE);
}

static void ram_diff(Diff *diff, const ObModel *a, const ObModel *b)
{
    for (guint i = 0; i < a->blocks->len; i++) {
        const ObModelBlock *block = a->blocks->pdata[i];
        const ObModelBlock *other = ob_model_block(b, block->name);

        if (!other) {
            block_add(diff, block->name, "only in the first stream");
        } else if (block->length != other->length) {
            block_add(diff, block->name, "0x%" PRIx64 " bytes, then 0x%" PRIx64, block->length,
                      other->length);
        } else if (a->page_size == b->page_size) {
            block_diff(diff, block, other, a->page_size);
        }
    }
    for (guint i = 0; i < b->blocks->len; i++) {
        const ObModelBlock *block = b->blocks->pdata[i];

        if (!ob_model_block(a, block->name)) {
            block_add(diff, block->name, "only in the second stream");
        }
    }
}

/* -------------------------------------------------------------------- fields */

static void value_free(void *opaque)
{
    g_free((char *)((ObVmValue *)opaque)->path);
    g_free(opaque);
}

/* The path, with a number if it repeats: some of QEMU's sections send several fields of a name. */
static char *value_key(Diff *diff, const char *path)
{
    guint count = GPOINTER_TO_UINT(g_hash_table_lookup(diff->counts, path)) + 1;

    g_hash_table_insert(diff->counts, g_strdup(path), GUINT_TO_POINTER(count));
    return count == 1 ? g_strdup(path) : g_strdup_printf("%s (%u)", path, count);
}

static void value_collect(void *opaque, const ObVmValue *value)
{
    ObVmValue *copy;

    if (((Diff *)opaque)->system_registers && tool_is_of_system_registers(value)) {
        return;
    }
    copy = g_memdup2(value, sizeof(*value));
    copy->path = value_key(opaque, value->path);
    g_hash_table_replace(((Diff *)opaque)->values, (char *)copy->path, copy);
}

static bool registers_diff(Diff *diff, const ObVmValue *a, const ObVmValue *b)
{
    bool any = false;

    for (uint64_t i = 0; diff->section->cls && i < a->count && a->count == b->count; i++) {
        const HwRegister *reg = tool_register(diff->section, a, i);
        uint32_t first = (uint32_t)ob_vm_value_number(a, i);
        uint32_t second = (uint32_t)ob_vm_value_number(b, i);
        char text[2][512];

        if (reg && first != second) {
            g_autofree char *path = g_strdup_printf("%s.%s", a->path, reg->name);

            hw_register_format(reg, first, text[0], sizeof(text[0]));
            hw_register_format(reg, second, text[1], sizeof(text[1]));
            tool_diff_add(diff->list, diff->owner, path, text[0], text[1]);
            any = true;
        }
    }
    return any;
}

/* Arrays of the same length: each element that differs, which the list folds later. */
static bool elements_diff(Diff *diff, const char *key, const ObVmValue *a, const ObVmValue *b)
{
    bool are_arrays = a->count > 1 && a->count == b->count && a->size == b->size &&
                      ob_vm_value_is_number(a) && ob_vm_value_is_number(b);

    for (uint64_t i = 0; are_arrays && i < a->count; i++) {
        ObVmValue one = *a, other = *b;

        one.count = other.count = 1;
        one.bytes += i * a->size;
        other.bytes += i * b->size;
        if (memcmp(one.bytes, other.bytes, a->size) != 0) {
            g_autofree char *path = g_strdup_printf("%s[%" PRIu64 "]", key, i);
            g_autofree char *first = ob_vm_value_format(&one, SHOWN);
            g_autofree char *second = ob_vm_value_format(&other, SHOWN);

            tool_diff_add(diff->list, diff->owner, path, first, second);
        }
    }
    return are_arrays;
}

static void values_add(Diff *diff, const char *key, const ObVmValue *a, const ObVmValue *b)
{
    g_autofree char *first = a ? ob_vm_value_format(a, SHOWN) : NULL;
    g_autofree char *second = ob_vm_value_format(b, SHOWN);
    g_autofree char *further = g_strdup_printf("%s (further on)", second);

    tool_diff_add(diff->list, diff->owner, key, first,
                  first && strcmp(first, second) == 0 ? further : second);
}

static void other_value_diff(Diff *diff, const ObVmValue *b)
{
    g_autofree char *key = value_key(diff, b->path);
    const ObVmValue *a = g_hash_table_lookup(diff->values, key);
    bool same = a && a->size * a->count == b->size * b->count &&
                memcmp(a->bytes, b->bytes, a->size * a->count) == 0;

    if (!same && (!a || (!tool_virtio_diff(diff->list, diff->section, diff->owner, a, b) &&
                         !registers_diff(diff, a, b) && !elements_diff(diff, key, a, b)))) {
        values_add(diff, key, a, b);
    }
    g_hash_table_remove(diff->values, key);
}

static void value_diff(void *opaque, const ObVmValue *b)
{
    Diff *diff = opaque;

    if (!diff->system_registers || !tool_is_of_system_registers(b)) {
        other_value_diff(diff, b);
    }
}

static void payload_diff(Diff *diff, const ObModelSection *a, const ObModelSection *b)
{
    if (a->size != b->size || memcmp(a->payload, b->payload, a->size) != 0) {
        tool_diff_add_text(diff->list, diff->owner, "payload of %zu bytes, then %zu bytes", a->size,
                           b->size);
    }
}

static void fields_diff(Diff *diff, const ObModelSection *a, const ObModelSection *b)
{
    GHashTableIter iterator;
    void *path;

    diff->system_registers = tool_has_system_registers(a) && tool_has_system_registers(b);
    if (diff->system_registers) {
        tool_system_registers_diff(diff->list, diff->owner, a, b);
    }
    diff->values = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, value_free);
    diff->counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    ob_vm_fields_each(a->description, a->payload, a->size, value_collect, diff);
    g_hash_table_remove_all(diff->counts);
    ob_vm_fields_each(b->description, b->payload, b->size, value_diff, diff);
    g_hash_table_iter_init(&iterator, diff->values);
    while (g_hash_table_iter_next(&iterator, &path, NULL)) {
        tool_diff_add_alone(diff->list, diff->owner, path);
    }
    g_hash_table_unref(diff->values);
    g_hash_table_unref(diff->counts);
}

static char *section_owner(const ObModelSection *section)
{
    return g_strdup_printf("%s %" PRIu32, section->name, section->instance);
}

static void section_diff(Diff *diff, const ObModelSection *a, const ObModelSection *b)
{
    diff->section = a;
    diff->owner = section_owner(a);
    if (a->version != b->version) {
        tool_diff_add_text(diff->list, diff->owner, "version %" PRIu32 ", then %" PRIu32,
                           a->version, b->version);
    }
    if (a->description && b->description) {
        fields_diff(diff, a, b);
    } else {
        payload_diff(diff, a, b);
    }
    g_clear_pointer(&diff->owner, g_free);
}

static void section_alone(Diff *diff, const ObModelSection *section, const char *which)
{
    g_autofree char *owner = section_owner(section);

    tool_diff_add_text(diff->list, owner, "only in the %s stream", which);
}

static void sections_diff(Diff *diff, const ObModel *a, const ObModel *b)
{
    for (guint i = 0; i < a->sections->len; i++) {
        const ObModelSection *section = a->sections->pdata[i];
        const ObModelSection *other = ob_model_section(b, section->name, section->instance);

        if (other) {
            section_diff(diff, section, other);
        } else {
            section_alone(diff, section, "first");
        }
    }
    for (guint i = 0; i < b->sections->len; i++) {
        const ObModelSection *section = b->sections->pdata[i];

        if (!ob_model_section(a, section->name, section->instance)) {
            section_alone(diff, section, "second");
        }
    }
}

/* Sections in parts.  Each stream has each of them once. */
static void iterables_diff(Diff *diff, const ObModel *a, const ObModel *b, const char *order,
                           bool both)
{
    for (guint i = 0; i < a->iterables->len; i++) {
        const ObModelIterable *own = a->iterables->pdata[i];
        const ObModelIterable *other = ob_model_iterable(b, own->name);

        if (!other) {
            tool_diff_add_text(diff->list, own->name, "only in the %s stream", order);
        } else if (both && (own->size != other->size || own->digest != other->digest)) {
            tool_diff_add_text(diff->list, own->name, "%" PRIu64 " bytes, then %" PRIu64 "%s",
                               own->size, other->size, own->size == other->size ? " others" : "");
        }
    }
}

static void heads_diff(Diff *diff, const ObModel *a, const ObModel *b)
{
    if (g_strcmp0(a->machine, b->machine) != 0) {
        tool_diff_add_text(diff->list, "machine", "%s, then %s", a->machine ? a->machine : "none",
                           b->machine ? b->machine : "none");
    }
    if (a->page_size != b->page_size) {
        tool_diff_add_text(diff->list, "page size", "%" PRIu32 ", then %" PRIu32, a->page_size,
                           b->page_size);
    }
}

static void json_print(const ToolDiffList *list, const ToolArguments *arguments, bool refused)
{
    g_autofree char *first = g_filename_display_name(arguments->files[0]);
    g_autofree char *second = g_filename_display_name(arguments->files[1]);
    json_t *root = json_pack("{s:o, s:o, s:b, s:b, s:o}", "first", ob_json_text(first), "second",
                             ob_json_text(second), "same", list->len == 0 && !refused, "refused",
                             refused, "differences", tool_diff_json(list));

    ob_json_print(root, stdout);
    json_decref(root);
}

int tool_diff(const ObModel *a, const ObModel *b, const ToolArguments *arguments)
{
    g_autoptr(GPtrArray) list = tool_diff_list_new();
    Diff diff = { .list = list };
    int refused = tool_verdict(a, arguments->files[0]) | tool_verdict(b, arguments->files[1]);

    heads_diff(&diff, a, b);
    ram_diff(&diff, a, b);
    iterables_diff(&diff, a, b, "first", true);
    iterables_diff(&diff, b, a, "second", false);
    sections_diff(&diff, a, b);
    tool_diff_finish(list, arguments->given & TOOL_VERBOSE);
    if (arguments->given & TOOL_JSON) {
        json_print(list, arguments, refused);
    } else {
        tool_diff_print(list);
    }
    return list->len ? TOOL_BAD : refused;
}
