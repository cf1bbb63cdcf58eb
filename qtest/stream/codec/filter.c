/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/codec/filter.h"

#include <stdlib.h>
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "qtest/stream/codec/description.h"

/* A range of the stream that `bytes` replaces. */
typedef struct Edit {
    uint64_t offset;
    uint64_t length;
    GByteArray *bytes;
} Edit;

typedef struct Redescribed {
    char *name;
    uint32_t instance;
    json_t *description;
} Redescribed;

struct ObVmFilter {
    const ObVmFilterEvents *events;
    void *opaque;
    ObVmSink *sink;
    void *sink_opaque;
    ObVmReader *reader;
    char *machine;
    GByteArray *head;    /* the bytes before the list of blocks has come; NULL: they went on */
    bool started;        /* `start` was called */
    bool is_mapped;      /* ... for one block */
    uint64_t fed;        /* bytes of the stream so far */
    uint64_t passed;     /* the first `passed` of them went to the sink unchanged */
    GByteArray *tail;    /* the bytes that have not gone to the sink */
    GArray *edits;       /* Edit, ascending */
    GArray *redescribed; /* Redescribed */
    char *json;          /* the stream's description; NULL until it has been read */
    size_t json_size;
    uint64_t trailing; /* bytes after the description */
    bool flushed;      /* the tail went to the sink: all later bytes are trailing */
    bool gave_up;
};

static void edit_clear(void *opaque)
{
    g_byte_array_unref(((Edit *)opaque)->bytes);
}

static void redescribed_clear(void *opaque)
{
    Redescribed *redescribed = opaque;

    g_free(redescribed->name);
    json_decref(redescribed->description);
}

/* ----------------------------------------------------------------------- events */

static bool filter_section(void *opaque, const ObVmSection *section, const uint8_t *payload,
                           size_t size, const json_t *description, HwError *error)
{
    ObVmFilter *filter = opaque;
    ObVmRewritten rewritten = { 0 };
    bool ok = filter->events->rewrite(filter->opaque, section, payload, size, description,
                                      &rewritten, error);

    if (rewritten.payload) {
        Edit edit = { section->payload_offset, size, rewritten.payload };

        g_array_append_val(filter->edits, edit);
    }
    if (rewritten.description) {
        Redescribed redescribed = { g_strdup(section->name), section->instance,
                                    rewritten.description };

        g_array_append_val(filter->redescribed, redescribed);
    }
    return ok;
}

static bool filter_end(void *opaque, HwError *error)
{
    ObVmFilter *filter = opaque;

    return !filter->events->finish || filter->events->finish(filter->opaque, error);
}

static void filter_description(void *opaque, const char *json, size_t size)
{
    ObVmFilter *filter = opaque;

    filter->json = g_memdup2(json, size);
    filter->json_size = size;
}

static void filter_trailing(void *opaque, const uint8_t *bytes, size_t size)
{
    (void)bytes;
    ((ObVmFilter *)opaque)->trailing += size;
}

static bool filter_machine(void *opaque, const char *name, HwError *error)
{
    (void)error;
    ((ObVmFilter *)opaque)->machine = g_strdup(name);
    return true;
}

static bool filter_ram_blocks(void *opaque, const ObVmBlock *blocks, uint32_t count, HwError *error)
{
    ObVmFilter *filter = opaque;
    bool is_first = !filter->started;

    filter->started = true;
    return filter->is_mapped || !filter->events->start ||
           filter->events->start(filter->opaque, is_first ? filter->machine : NULL, blocks, count,
                                 error);
}

/* The pages of a mapped block lie in front of the next block's header. */
static bool filter_ram_block(void *opaque, const ObVmBlock *block, HwError *error)
{
    ObVmFilter *filter = opaque;
    bool ok;

    filter->is_mapped = false;
    ok = filter_ram_blocks(opaque, block, 1, error);
    filter->is_mapped = true;
    return ok;
}

static bool filter_command(void *opaque, uint32_t command, const uint8_t *bytes, size_t size,
                           HwError *error)
{
    ObVmFilter *filter = opaque;

    return !filter->events->command ||
           filter->events->command(filter->opaque, command, bytes, size, error);
}

/* Sections that come in parts pass unchanged. */
static void filter_iterable(void *opaque, const ObVmSection *section, const uint8_t *bytes,
                            size_t size)
{
    (void)opaque, (void)section, (void)bytes, (void)size;
}

static const ObVmEvents reader_events = {
    .iterable = filter_iterable,
    .command = filter_command,
    .machine = filter_machine,
    .ram_blocks = filter_ram_blocks,
    .ram_block = filter_ram_block,
    .section = filter_section,
    .end = filter_end,
    .description = filter_description,
    .trailing = filter_trailing,
};

ObVmFilter *ob_vm_filter_new(const ObVmFilterEvents *events, void *opaque, ObVmSink *sink,
                             void *sink_opaque)
{
    ObVmFilter *filter = g_new0(ObVmFilter, 1);

    filter->events = events;
    filter->opaque = opaque;
    filter->sink = sink;
    filter->sink_opaque = sink_opaque;
    filter->reader = ob_vm_reader_new(&reader_events, filter);
    filter->head = g_byte_array_new();
    filter->tail = g_byte_array_new();
    filter->edits = g_array_new(FALSE, FALSE, sizeof(Edit));
    g_array_set_clear_func(filter->edits, edit_clear);
    filter->redescribed = g_array_new(FALSE, FALSE, sizeof(Redescribed));
    g_array_set_clear_func(filter->redescribed, redescribed_clear);
    return filter;
}

void ob_vm_filter_free(ObVmFilter *filter)
{
    if (filter) {
        ob_vm_reader_free(filter->reader);
        g_clear_pointer(&filter->head, g_byte_array_unref);
        g_byte_array_unref(filter->tail);
        g_free(filter->machine);
        g_array_unref(filter->edits);
        g_array_unref(filter->redescribed);
        g_free(filter->json);
        g_free(filter);
    }
}

void ob_vm_filter_accept_mapped(ObVmFilter *filter, uint64_t base)
{
    ob_vm_reader_accept_mapped(filter->reader, base);
}

const char *ob_vm_filter_note(const ObVmFilter *filter, unsigned index)
{
    return ob_vm_reader_note(filter->reader, index);
}

const ObVmRefusal *ob_vm_filter_refusal(const ObVmFilter *filter)
{
    return ob_vm_reader_refusal(filter->reader);
}

/* ------------------------------------------------------------------ description */

static void device_replace(json_t *devices, const Redescribed *redescribed)
{
    for (size_t i = 0; i < json_array_size(devices); i++) {
        const json_t *device = json_array_get(devices, i);

        if (ob_vm_json_number(device, "instance_id") == redescribed->instance &&
            strcmp(ob_vm_json_text(device, "name"), redescribed->name) == 0) {
            json_array_set(devices, i, redescribed->description);
        }
    }
}

/* Replaces the description and the length in front of it; jansson and QEMU format JSON alike. */
static void description_edit(ObVmFilter *filter)
{
    size_t values;
    json_t *root = ob_vm_description_parse(filter->json, filter->json_size, &values);
    Edit edit = { filter->fed - filter->trailing - filter->json_size - 4, filter->json_size + 4,
                  g_byte_array_new() };
    uint8_t length[4];
    char *text;

    for (guint i = 0; i < filter->redescribed->len; i++) {
        device_replace(json_object_get(root, "devices"),
                       &g_array_index(filter->redescribed, Redescribed, i));
    }
    text = json_dumps(root, 0);
    hw_store_be32(length, (uint32_t)strlen(text));
    g_byte_array_append(edit.bytes, length, sizeof(length));
    g_byte_array_append(edit.bytes, (const uint8_t *)text, (guint)strlen(text));
    g_array_append_val(filter->edits, edit);
    free(text);
    json_decref(root);
}

/* ---------------------------------------------------------------------- passing */

static bool pass(ObVmFilter *filter, const uint8_t *bytes, size_t size)
{
    return size == 0 || filter->sink(filter->sink_opaque, bytes, size);
}

static bool tail_flush(ObVmFilter *filter)
{
    uint64_t at = 0;
    bool ok = true;

    if (filter->redescribed->len && filter->json) {
        description_edit(filter);
    }
    for (guint i = 0; ok && i < filter->edits->len; i++) {
        const Edit *edit = &g_array_index(filter->edits, Edit, i);
        uint64_t from = edit->offset - filter->passed;

        ok = pass(filter, filter->tail->data + at, from - at) &&
             pass(filter, edit->bytes->data, edit->bytes->len);
        at = from + edit->length;
    }
    ok = ok && pass(filter, filter->tail->data + at, filter->tail->len - at);
    g_byte_array_set_size(filter->tail, 0);
    filter->flushed = true;
    return ok;
}

void ob_vm_filter_give_up(ObVmSink *sink, void *sink_opaque)
{
    uint8_t magic[4];

    hw_store_be32(magic, OB_VM_MAGIC);
    sink(sink_opaque, magic, sizeof(magic));
}

static bool refused(ObVmFilter *filter)
{
    if (filter->passed == 0 && !filter->gave_up) {
        filter->gave_up = true;
        ob_vm_filter_give_up(filter->sink, filter->sink_opaque);
    }
    return false;
}

/* Passes on the last bytes of those that the reader has read, and keeps the devices. */
static bool read_pass(ObVmFilter *filter, const uint8_t *bytes, size_t size)
{
    uint64_t before = filter->fed - size, kept = ob_vm_reader_held_from(filter->reader);
    size_t head = size;

    if (!filter->flushed && kept < filter->fed) {
        head = kept > before ? kept - before : 0;
        g_byte_array_append(filter->tail, bytes + head, (guint)(size - head));
    }
    if (!pass(filter, bytes, head)) {
        return false;
    }
    filter->passed += head;
    return filter->flushed || !filter->json || tail_flush(filter);
}

/* Passes on what was kept until the user had a chance to refuse.  A stream without RAM, or one
 * that has ended, has no list of blocks to wait for. */
static bool head_pass(ObVmFilter *filter, bool ended)
{
    g_autoptr(GByteArray) head = NULL;

    if (!filter->head ||
        (!filter->started && !ended && ob_vm_reader_held_from(filter->reader) == UINT64_MAX)) {
        return true;
    }
    head = g_steal_pointer(&filter->head);
    return read_pass(filter, head->data, head->len);
}

bool ob_vm_filter_feed(ObVmFilter *filter, const uint8_t *bytes, size_t size)
{
    if (!ob_vm_reader_feed(filter->reader, bytes, size)) {
        return refused(filter);
    }
    filter->fed += size;
    if (filter->head) {
        g_byte_array_append(filter->head, bytes, (guint)size);
        return head_pass(filter, filter->json != NULL);
    }
    return read_pass(filter, bytes, size);
}

uint64_t ob_vm_filter_skip(const ObVmFilter *filter)
{
    return filter->head || filter->flushed || filter->tail->len ? 0
                                                                : ob_vm_reader_skip(filter->reader);
}

void ob_vm_filter_skipped(ObVmFilter *filter, uint64_t size)
{
    ob_vm_reader_skipped(filter->reader, size);
    filter->fed += size;
    filter->passed += size;
}

bool ob_vm_filter_is_complete(const ObVmFilter *filter)
{
    return filter->flushed;
}

bool ob_vm_filter_finish(ObVmFilter *filter)
{
    if (!ob_vm_reader_finish(filter->reader)) {
        return refused(filter);
    }
    if (!head_pass(filter, true)) {
        return false;
    }
    return filter->flushed || tail_flush(filter);
}
