/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A move: the machine is saved as a stream, put back as if it were another, and loads.  Memory that
 * streams have stays where it is, since its copy would take most of the time.
 */
#include <string.h>

#include "hw-api/host/run/state.h"
#include "qtest/lab/oracles.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/state/load.h"
#include "qtest/machine/state/save.h"

/* The fields that devices save, one after the other. */
typedef struct Saved {
    GByteArray *bytes;
    GArray *fields; /* Field */
    const HwInstance *instance;
} Saved;

typedef struct Field {
    const HwInstance *instance;
    const char *name;
    guint begin; /* in the bytes; the next field begins at its end */
} Field;

static void name_note(Saved *saved, const char *name)
{
    const Field field = { saved->instance, name, saved->bytes->len };

    g_array_append_val(saved->fields, field);
}

static void field_note(void *opaque, const HwStateField *field, const uint8_t *bytes)
{
    Saved *saved = opaque;

    name_note(saved, field->name);
    g_byte_array_append(saved->bytes, bytes,
                        field->type == HW_STATE_BYTES ? field->size : field->size * field->count);
}

static void subsection_note(void *opaque, const HwState *state)
{
    name_note(opaque, state->name);
}

static void subsection_end(void *opaque)
{
    (void)opaque;
}

static void saved_clear(Saved *saved)
{
    g_byte_array_unref(saved->bytes);
    g_array_unref(saved->fields);
}

static Saved devices_save(ObLabTarget *t)
{
    Saved saved = { g_byte_array_new(), g_array_new(false, false, sizeof(Field)), NULL };
    const HwStateSink sink = { &saved, field_note, subsection_note, subsection_end };

    for (guint i = 0; i < t->devices->len; i++) {
        HwInstance *instance = t->devices->pdata[i];

        if (hw_instance_state(instance)) {
            saved.instance = instance;
            hw_state_save(instance, &sink, NULL);
        }
    }
    return saved;
}

static guint field_end(const Saved *saved, guint i)
{
    return i + 1 < saved->fields->len ? g_array_index(saved->fields, Field, i + 1).begin
                                      : saved->bytes->len;
}

static bool saved_differ(const Saved *first, const Saved *second, ObLabFinding *finding)
{
    for (guint i = 0; i < first->fields->len && i < second->fields->len; i++) {
        const Field *a = &g_array_index(first->fields, Field, i);
        const Field *b = &g_array_index(second->fields, Field, i);
        guint size = field_end(first, i) - a->begin;

        if (strcmp(a->name, b->name) != 0 || size != field_end(second, i) - b->begin ||
            memcmp(first->bytes->data + a->begin, second->bytes->data + b->begin, size) != 0) {
            return ob_lab_found(finding, OB_LAB_SAVED,
                                "%s: saved, loaded and saved again, '%s' has other bytes",
                                a->instance->id, a->name);
        }
    }
    return first->fields->len != second->fields->len &&
           ob_lab_found(finding, OB_LAB_SAVED,
                        "saved, loaded and saved again, the state has %u fields instead of %u",
                        second->fields->len, first->fields->len);
}

/* ------------------------------------------------------------------------- streams */

static bool stream_append(void *opaque, const uint8_t *bytes, size_t size)
{
    g_byte_array_append(opaque, bytes, (guint)size);
    return true;
}

static bool machine_save(ObHost *host, GByteArray *stream, ObLabFinding *finding)
{
    HW_ERROR(error, 256);
    ObSave *save = ob_save_new(host, stream_append, stream, &error);
    bool good = save && ob_save_finish(save, "running", &error);

    ob_save_free(save);
    return good ||
           !ob_lab_found(finding, OB_LAB_SAVED, "the machine can't be saved: %s", error.text);
}

static bool machine_load(ObHost *host, const GByteArray *stream, ObLabFinding *finding)
{
    ObLoad *load = ob_load_new(host);
    char reason[200];
    bool good;

    ob_load_set_own(load);
    ob_load_feed(load, stream->data, stream->len);
    good = ob_load_finish(load);
    if (!good) {
        ob_load_explain(load, reason, sizeof(reason));
    }
    ob_load_free(load);
    return good ||
           !ob_lab_found(finding, OB_LAB_SAVED, "the machine refuses its own state: %s", reason);
}

static bool is_same(const ObLabJudge *judge, const Saved *before, uint64_t lines,
                    ObLabFinding *finding)
{
    Saved after = devices_save(judge->target);
    bool differs = ob_lab_asks(judge, OB_LAB_SAVED) && saved_differ(before, &after, finding);

    saved_clear(&after);
    if (!differs && ob_lab_asks(judge, OB_LAB_MOVED) && judge->target->lines != lines) {
        ob_lab_found_line(finding, OB_LAB_MOVED, judge->target, lines);
        differs = ob_lab_found(finding, OB_LAB_MOVED,
                               "after a move an interrupt line has another "
                               "level");
    }
    return !differs;
}

/* Returns the blocks' flags, for blocks_show(). */
static GArray *blocks_hide(const ObHost *host)
{
    GArray *were = g_array_new(false, false, sizeof(bool));

    for (guint i = 0; i < host->blocks->len; i++) {
        ObRamBlock *block = host->blocks->pdata[i];

        g_array_append_val(were, block->in_stream);
        block->in_stream = false;
    }
    return were;
}

static void blocks_show(const ObHost *host, GArray *were)
{
    for (guint i = 0; i < host->blocks->len; i++) {
        ((ObRamBlock *)host->blocks->pdata[i])->in_stream = g_array_index(were, bool, i);
    }
    g_array_unref(were);
}

static bool stream_move(ObLabTarget *t, ObLabFinding *finding)
{
    g_autoptr(GByteArray) stream = g_byte_array_new();
    GArray *were = blocks_hide(t->host);
    bool good = machine_save(t->host, stream, finding);

    blocks_show(t->host, were);
    if (!good) {
        return false;
    }
    ob_lab_restore_around_ram(t);
    were = blocks_hide(t->host);
    good = machine_load(t->host, stream, finding);
    blocks_show(t->host, were);
    return good;
}

bool ob_lab_move(const ObLabJudge *judge, ObLabFinding *finding)
{
    ObLabTarget *t = judge->target;
    uint64_t lines;
    Saved before;
    bool good;

    ob_host_quiesce(t->host);
    while (ob_host_poll(t->host)) {}
    lines = t->lines;
    before = devices_save(t);
    good = stream_move(t, finding);
    while (good && ob_host_poll(t->host)) {}
    good = good && is_same(judge, &before, lines, finding);
    saved_clear(&before);
    return !good;
}
