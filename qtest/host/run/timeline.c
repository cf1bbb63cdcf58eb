/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/run/timeline.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include <glib.h>

#include "hw-api/device/error.h"
#include "hw-api/host/run/events.h"
#include "hw-api/host/run/instance.h"
#include "qtest/host/io/log.h"
#include "qtest/text/json.h"

#define MACHINE 1 /* the process in the file */

struct ObTimeline {
    ObHost *host;
    FILE *file;
    char *path;
    GHashTable *threads; /* id of a device -> its thread's number */
    bool has_events;
    int64_t time; /* ns */
};

/* ------------------------------------------------------------------------ events */

/* Takes the event.  A line for each, since a device that crashes leaves a file without an end, which
 * the viewers accept. */
static void event_write(ObTimeline *t, json_t *event)
{
    char *text = event ? json_dumps(event, JSON_COMPACT | JSON_REAL_PRECISION(15)) : NULL;

    if (text) {
        fprintf(t->file, "%s%s", t->has_events ? ",\n" : "[\n", text);
        fflush(t->file);
        t->has_events = true;
    }
    free(text);
    json_decref(event);
}

/* The format's unit is a microsecond. */
static double time_next(ObTimeline *t)
{
    int64_t now = ob_host_clock_now(t->host);

    t->time = now > t->time ? now : t->time + 1;
    return (double)t->time / 1000;
}

/* `phase` is the format's letter for the kind of an event.  Takes `arguments`. */
static json_t *event_new(const char *phase, const char *name, json_t *arguments)
{
    return json_pack("{s:o, s:o, s:i, s:o}", "name", ob_json_text(name), "ph", ob_json_text(phase),
                     "pid", MACHINE, "args", arguments);
}

static void name_write(ObTimeline *t, const char *kind, int thread, const char *name)
{
    json_t *event = event_new("M", kind, json_pack("{s:o}", "name", ob_json_text(name)));

    json_object_set_new(event, "tid", json_integer(thread));
    event_write(t, event);
}

/* A device gets its thread with its first access, so one that is plugged in has one too. */
static int thread_of(ObTimeline *t, const char *id)
{
    int thread = GPOINTER_TO_INT(g_hash_table_lookup(t->threads, id));

    if (!thread) {
        thread = (int)g_hash_table_size(t->threads) + 1;
        g_hash_table_insert(t->threads, g_strdup(id), GINT_TO_POINTER(thread));
        name_write(t, "thread_name", thread, id);
    }
    return thread;
}

static const char *place_of(const HwRegionState *region, const HwAccess *access)
{
    const char *place = access->reg ? access->reg->name
                                    : hw_region_place_name(region, access->offset);

    return place ? place : region->table->name;
}

static json_t *access_arguments(const HwRegionState *region, const HwAccess *access)
{
    g_autofree char *value = g_strdup_printf("0x%" PRIx64, access->value);
    g_autofree char *offset = g_strdup_printf("0x%" PRIx64, access->offset);
    char text[HW_ACCESS_TEXT_MAX];

    hw_access_format(region, access, text);
    return json_pack("{s:o, s:o, s:o, s:i}", "text", ob_json_text(text), "value",
                     ob_json_text(value), "offset", ob_json_text(offset), "size",
                     (int)access->size);
}

void ob_timeline_access(ObTimeline *t, const HwRegionState *region, const HwAccess *access)
{
    g_autofree char *name = g_strdup_printf("%s %s", place_of(region, access),
                                            access->is_write ? "write" : "read");
    int thread = thread_of(t, region->instance->id);
    json_t *event = event_new("X", name, access_arguments(region, access));

    json_object_set_new(event, "ts", json_real(time_next(t)));
    json_object_set_new(event, "dur", json_real(0.001));
    json_object_set_new(event, "tid", json_integer(thread));
    event_write(t, event);
}

static void line_write(ObTimeline *t, uint32_t line, bool level)
{
    g_autofree char *name = g_strdup_printf("irq%u", line);
    json_t *event = event_new("C", name, json_pack("{s:i}", "level", (int)level));

    json_object_set_new(event, "ts", json_real(time_next(t)));
    event_write(t, event);
}

static void line_changed(void *opaque, uint32_t line, bool level)
{
    line_write(opaque, line, level);
}

/* -------------------------------------------------------------------------- life */

static void begin(ObTimeline *t)
{
    g_autofree char *name = g_strdup_printf("machine %s", ob_host_machine(t->host)->name);

    name_write(t, "process_name", 0, name);
    for (uint32_t i = 0; i < ob_host_machine(t->host)->irq_lines; i++) {
        if (ob_host_irq_level(t->host, i)) {
            line_write(t, i, true);
        }
    }
}

ObTimeline *ob_timeline_new(ObHost *host, const char *path, HwError *error)
{
    FILE *file = fopen(path, "we");
    ObTimeline *t;

    if (!file) {
        hw_error_set(error, "perfetto: can't write '%s': %s", path, strerror(errno));
        return NULL;
    }
    t = g_new0(ObTimeline, 1);
    t->host = host;
    t->file = file;
    t->path = g_strdup(path);
    t->threads = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    t->time = -1;
    begin(t);
    ob_host_observe_irqs(host, line_changed, t);
    return t;
}

void ob_timeline_free(ObTimeline *t)
{
    bool good;

    if (!t) {
        return;
    }
    ob_host_observe_irqs(t->host, NULL, t);
    fputs("\n]\n", t->file);
    good = !ferror(t->file);
    if (fclose(t->file) != 0 || !good) {
        ob_report_warning("perfetto: '%s' is not complete: %s", t->path, strerror(errno));
    }
    g_hash_table_unref(t->threads);
    g_free(t->path);
    g_free(t);
}
