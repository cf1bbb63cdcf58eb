/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The devices' state: both machines are saved as migration streams, and the fields compared. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/host/run/state.h"
#include "qtest/client/drivers/migration.h"
#include "qtest/lab/tool/lockstep/pair.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/state/save.h"
#include "qtest/stream/codec/fields.h"
#include "qtest/stream/codec/model.h"
#include "qtest/text/json.h"

enum { ELEMENTS = 64 };

/* -------------------------------------------------------------------------------- streams */

static bool stream_append(void *opaque, const uint8_t *bytes, size_t size)
{
    g_byte_array_append(opaque, bytes, (guint)size);
    return true;
}

static bool ours_save(ObHost *host, const char *path, HwError *error)
{
    g_autoptr(GByteArray) stream = g_byte_array_new();
    ObSave *save = ob_save_new(host, stream_append, stream, error);
    bool good = save && ob_save_finish(save, "prelaunch", error);

    ob_save_free(save);
    return good && (g_file_set_contents(path, (const char *)stream->data, stream->len, NULL) ||
                    hw_error_set(error, "%s can't be written", path));
}

static bool theirs_save(ObClient *c, const char *path, HwError *error)
{
    g_autofree char *uri = g_strdup_printf("exec:cat >%s", path);

    json_decref(ob_client_qmp(c, "migrate", json_pack("{s:o}", "uri", ob_json_text(uri)), NULL));
    ob_migration_complete(c);
    return !ob_client_failed(c) || hw_error_set(error, "the program beside is not saved");
}

static ObModel *model_of(const LabPair *p, const char *path, HwError *error)
{
    return ob_model_read(path, p->target->host->sets->pdata[0], error);
}

/* ---------------------------------------------------------------------------------- fields */

typedef struct Compare {
    LabPair *pair;
    LabDifference *difference;
    const char *section;
    GHashTable *ours; /* path -> text */
    bool differs;
} Compare;

typedef void Each(Compare *c, const char *path, char *text);

/* The elements of a short array have their own paths: "regs[12]". */
static void elements_each(Compare *c, const ObVmValue *value, Each *each)
{
    bool is_array = value->count > 1 && value->count <= ELEMENTS && ob_vm_value_is_number(value);

    for (uint64_t i = 0; i < (is_array ? value->count : 1); i++) {
        ObVmValue one = *value;
        g_autofree char *path = is_array ? g_strdup_printf("%s[%" PRIu64 "]", value->path, i)
                                         : g_strdup(value->path);

        if (is_array) {
            one.count = 1;
            one.bytes += i * one.size;
        }
        each(c, path, ob_vm_value_format(&one, 0));
    }
}

static void text_note(Compare *c, const char *path, char *text)
{
    g_hash_table_insert(c->ours, g_strdup(path), text);
}

static void value_collect(void *opaque, const ObVmValue *value)
{
    elements_each(opaque, value, text_note);
}

static void field_differs(Compare *c, const char *path, const char *ours, const char *theirs)
{
    g_autofree char *place = g_strdup_printf("%s:%s", c->section, path);

    if (!c->differs && !lab_known_find(c->pair->knowns, LAB_KNOWN_FIELD, place)) {
        c->differs = lab_differs(c->difference, 0, place,
                                 "state: %s is %.200s in process, %.200s beside", place, ours,
                                 theirs);
    }
}

static void text_compare(Compare *c, const char *path, char *text)
{
    const char *ours = g_hash_table_lookup(c->ours, path);

    if (g_strcmp0(ours, text) != 0) {
        field_differs(c, path, ours ? ours : "missing", text);
    }
    g_hash_table_remove(c->ours, path);
    g_free(text);
}

static void value_compare(void *opaque, const ObVmValue *value)
{
    elements_each(opaque, value, text_compare);
}

static void rest_compare(Compare *c)
{
    GHashTableIter iterator;
    void *path, *text;

    g_hash_table_iter_init(&iterator, c->ours);
    while (g_hash_table_iter_next(&iterator, &path, &text)) {
        field_differs(c, path, text, "missing");
    }
}

/* A section without a description has one field, its bytes. */
static void section_values(const ObModelSection *section, const json_t *description,
                           ObVmValueFunction *each, Compare *c)
{
    const ObVmValue whole = { "bytes", "buffer", 1, section->size, section->payload, 0 };

    if (description) {
        ob_vm_fields_each(description, section->payload, section->size, each, c);
    } else {
        each(c, &whole);
    }
}

/* Fields with other names at the same places are the same: without subsections of one alone, both are
 * read by one description. */
static void section_compare(Compare *c, const ObModelSection *ours, const ObModelSection *theirs)
{
    bool is_alike = theirs && ours->version == theirs->version && ours->size == theirs->size;

    c->section = ours->name;
    if (!theirs) {
        field_differs(c, "section", "there", "missing");
        return;
    }
    if (is_alike && memcmp(ours->payload, theirs->payload, ours->size) == 0) {
        c->pair->counts.sections++;
        return;
    }
    c->ours = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    section_values(ours, is_alike ? theirs->description : ours->description, value_collect, c);
    section_values(theirs, theirs->description, value_compare, c);
    rest_compare(c);
    c->pair->counts.sections++;
    g_hash_table_unref(c->ours);
}

/* A section of our devices, or of a part of the machine that is looked at. */
static bool is_looked_at(const LabPair *p, const ObModelSection *section)
{
    const char *slash = strrchr(section->name, '/');
    const char *name = slash ? slash + 1 : section->name;

    for (guint i = 0; i < p->target->devices->len; i++) {
        const HwState *state = hw_instance_state(p->target->devices->pdata[i]);

        if (state && strcmp(state->name, name) == 0) {
            return true;
        }
    }
    return false;
}

static bool models_differ(LabPair *p, const ObModel *ours, const ObModel *theirs,
                          LabDifference *difference)
{
    Compare c = { .pair = p, .difference = difference };

    for (guint i = 0; i < ours->sections->len; i++) {
        const ObModelSection *section = ours->sections->pdata[i];

        if (is_looked_at(p, section)) {
            section_compare(&c, section,
                            ob_model_section(theirs, section->name, section->instance));
        }
    }
    return c.differs;
}

static bool streams_differ(LabPair *p, const char *folder, LabDifference *difference,
                           HwError *error)
{
    g_autofree char *ours = g_build_filename(folder, "ours", NULL);
    g_autofree char *theirs = g_build_filename(folder, "theirs", NULL);
    ObModel *first = NULL, *second = NULL;
    bool differs = false;

    if (ours_save(p->target->host, ours, error) && theirs_save(p->other.client, theirs, error)) {
        first = model_of(p, ours, error);
        second = model_of(p, theirs, error);
        differs = first && second && models_differ(p, first, second, difference);
    }
    ob_model_free(first);
    ob_model_free(second);
    return differs;
}

bool lab_pair_states_differ(LabPair *pair, LabDifference *difference)
{
    ObScratch *scratch = ob_scratch_new();
    HW_ERROR(error, 500);
    bool differs;

    *difference = (LabDifference) { .is_state = true };
    differs = scratch && streams_differ(pair, ob_scratch_path(scratch), difference, &error);
    if (!differs && *error.text) {
        differs = lab_differs(difference, 0, "end", "state: %s", error.text);
    }
    ob_scratch_free(scratch);
    return differs;
}
