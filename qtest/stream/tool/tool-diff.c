/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/tool/tool.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "hw-api/host/run/region.h"
#include "qtest/text/show.h"

#define OFFSETS_SHOWN 4u
#define SHOWN         16u

typedef struct Diff {
    unsigned differences;
    const ObModelSection *section;
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
        ob_text_printf("ram %s: %" PRIu64 " %s differ, at %s%s\n", a->name, count,
                       by_byte ? "bytes" : "pages", offsets->str,
                       count > OFFSETS_SHOWN ? ", ..." : "");
        diff->differences++;
    }
    g_string_free(offsets, TRUE);
}

static void ram_diff(Diff *diff, const ObModel *a, const ObModel *b)
{
    for (guint i = 0; i < a->blocks->len; i++) {
        const ObModelBlock *block = a->blocks->pdata[i];
        const ObModelBlock *other = ob_model_block(b, block->name);

        if (!other) {
            ob_text_printf("ram %s: only in the first stream\n", block->name);
            diff->differences++;
        } else if (block->length != other->length) {
            ob_text_printf("ram %s: 0x%" PRIx64 " bytes, then 0x%" PRIx64 "\n", block->name,
                           block->length, other->length);
            diff->differences++;
        } else if (a->page_size == b->page_size) {
            block_diff(diff, block, other, a->page_size);
        }
    }
    for (guint i = 0; i < b->blocks->len; i++) {
        const ObModelBlock *block = b->blocks->pdata[i];

        if (!ob_model_block(a, block->name)) {
            ob_text_printf("ram %s: only in the second stream\n", block->name);
            diff->differences++;
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
            hw_register_format(reg, first, text[0], sizeof(text[0]));
            hw_register_format(reg, second, text[1], sizeof(text[1]));
            ob_text_printf("%s %" PRIu32 ": %s.%s: %s, then %s\n", diff->section->name,
                           diff->section->instance, a->path, reg->name, text[0], text[1]);
            any = true;
        }
    }
    return any;
}

static void other_value_diff(Diff *diff, const ObVmValue *b)
{
    g_autofree char *key = value_key(diff, b->path);
    const ObVmValue *a = g_hash_table_lookup(diff->values, key);
    g_autofree char *first = a ? ob_vm_value_format(a, SHOWN) : NULL;
    g_autofree char *second = ob_vm_value_format(b, SHOWN);

    if (a && a->size * a->count == b->size * b->count &&
        memcmp(a->bytes, b->bytes, a->size * a->count) == 0) {
        g_hash_table_remove(diff->values, key);
        return;
    }
    diff->differences++;
    if (!a || (!tool_virtio_diff(diff->section, a, b) && !registers_diff(diff, a, b))) {
        ob_text_printf("%s %" PRIu32 ": %s: %s, then %s%s\n", diff->section->name,
                       diff->section->instance, key, first ? first : "nothing", second,
                       first && strcmp(first, second) == 0 ? " (further on)" : "");
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
        ob_text_printf("%s %" PRIu32 ": payload of %zu bytes, then %zu bytes\n", a->name,
                       a->instance, a->size, b->size);
        diff->differences++;
    }
}

static void section_diff(Diff *diff, const ObModelSection *a, const ObModelSection *b)
{
    GHashTableIter iterator;
    void *path;

    if (a->version != b->version) {
        ob_text_printf("%s %" PRIu32 ": version %" PRIu32 ", then %" PRIu32 "\n", a->name,
                       a->instance, a->version, b->version);
        diff->differences++;
    }
    if (!a->description || !b->description) {
        payload_diff(diff, a, b);
        return;
    }
    diff->section = a;
    diff->system_registers = tool_has_system_registers(a) && tool_has_system_registers(b);
    if (diff->system_registers) {
        diff->differences += tool_system_registers_diff(a, b);
    }
    diff->values = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, value_free);
    diff->counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    ob_vm_fields_each(a->description, a->payload, a->size, value_collect, diff);
    g_hash_table_remove_all(diff->counts);
    ob_vm_fields_each(b->description, b->payload, b->size, value_diff, diff);
    g_hash_table_iter_init(&iterator, diff->values);
    while (g_hash_table_iter_next(&iterator, &path, NULL)) {
        ob_text_printf("%s %" PRIu32 ": %s: only in the first stream\n", a->name, a->instance,
                       (char *)path);
        diff->differences++;
    }
    g_hash_table_unref(diff->values);
    g_hash_table_unref(diff->counts);
}

static void sections_diff(Diff *diff, const ObModel *a, const ObModel *b)
{
    for (guint i = 0; i < a->sections->len; i++) {
        const ObModelSection *section = a->sections->pdata[i];
        const ObModelSection *other = ob_model_section(b, section->name, section->instance);

        if (other) {
            section_diff(diff, section, other);
        } else {
            ob_text_printf("%s %" PRIu32 ": only in the first stream\n", section->name,
                           section->instance);
            diff->differences++;
        }
    }
    for (guint i = 0; i < b->sections->len; i++) {
        const ObModelSection *section = b->sections->pdata[i];

        if (!ob_model_section(a, section->name, section->instance)) {
            ob_text_printf("%s %" PRIu32 ": only in the second stream\n", section->name,
                           section->instance);
            diff->differences++;
        }
    }
}

int tool_diff(const ObModel *a, const ObModel *b, const char *path_a, const char *path_b)
{
    Diff diff = { 0 };
    int refused = tool_verdict(a, path_a) | tool_verdict(b, path_b);

    if (g_strcmp0(a->machine, b->machine) != 0) {
        ob_text_printf("machine: %s, then %s\n", a->machine ? a->machine : "none",
                       b->machine ? b->machine : "none");
        diff.differences++;
    }
    if (a->page_size != b->page_size) {
        ob_text_printf("page size: %" PRIu32 ", then %" PRIu32 "\n", a->page_size, b->page_size);
        diff.differences++;
    }
    ram_diff(&diff, a, b);
    sections_diff(&diff, a, b);
    return diff.differences ? TOOL_BAD : refused;
}
