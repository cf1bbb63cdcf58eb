/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/run/trace.h"

#include "hw-api/device/error.h"
#include "hw-api/host/coverage/coverage.h"
#include "hw-api/host/run/events.h"
#include "qtest/host/io/log.h"
#include "qtest/host/options/suggest.h"
#include "qtest/host/run/timeline.h"
#include "qtest/host/run/wave.h"

#include <glib.h>
#include <inttypes.h>
#include <string.h>

struct ObTrace {
    ObHost *host;
    GPtrArray *patterns;  /* TracePattern */
    ObWave *wave;         /* gets the accesses instead of the log; NULL: none */
    ObTimeline *timeline; /* likewise */
    HwCoverage *coverage; /* NULL: none */
    bool guest_errors;
};

typedef struct TracePattern {
    GPatternSpec *spec;
    bool shows;
} TracePattern;

static void pattern_free(gpointer opaque)
{
    TracePattern *pattern = opaque;

    g_pattern_spec_free(pattern->spec);
    g_free(pattern);
}

void ob_trace_list(const ObHost *host, void (*each)(void *opaque, const char *event), void *opaque)
{
    const HwInstance *part;
    const HwClass *cls;

    for (uint32_t i = 0; (part = ob_host_part_at(host, i)); i++) {
        hw_events_visit(&part->cls->table, part, each, opaque);
    }
    for (uint32_t i = 0; (cls = ob_host_class_at(host, i)); i++) {
        hw_events_visit(&cls->table, NULL, each, opaque);
    }
}

/* ---------------------------------------------------------------- accesses */

static bool event_is_shown(const void *opaque, const char *name)
{
    const ObTrace *trace = opaque;

    for (guint i = trace->patterns->len; i-- > 0;) {
        const TracePattern *pattern = trace->patterns->pdata[i];

        if (g_pattern_spec_match_string(pattern->spec, name)) {
            return pattern->shows;
        }
    }
    return false;
}

static void guest_error_log(const HwRegionState *region, const HwAccess *access)
{
    char text[256];

    if (access->reg && access->dropped) {
        hw_register_format(access->reg, access->dropped, text, sizeof(text));
        ob_log_line("%s: %s: reserved or read-only bits written: %s", region->instance->id,
                    access->reg->name, text);
    } else if (!access->reg && region->table->kind == HW_REGION_REGISTERS) {
        ob_log_line("%s: %s: write of 0x%" PRIx64
                    ", %u bytes, where there is no register: 0x%" PRIx64,
                    region->instance->id, region->table->name, access->value, access->size,
                    access->offset);
    }
}

/* Files of their own take the place of the log. */
static void access_show(const ObTrace *trace, const HwRegionState *region, const HwAccess *access)
{
    char text[HW_ACCESS_TEXT_MAX];

    if (trace->wave) {
        ob_wave_access(trace->wave, region, access);
    }
    if (trace->timeline) {
        ob_timeline_access(trace->timeline, region, access);
    }
    if (!trace->wave && !trace->timeline) {
        hw_access_format(region, access, text);
        ob_log_line("%s", text);
    }
}

static void access_observe(HwRegionState *region, const HwAccess *access, void *opaque)
{
    const ObTrace *trace = opaque;

    if (trace->patterns->len && hw_access_is_shown(region, access, event_is_shown, trace)) {
        access_show(trace, region, access);
    }
    if (trace->guest_errors && access->is_write) {
        guest_error_log(region, access);
    }
    if (trace->coverage) {
        hw_coverage_note(trace->coverage, region, access);
    }
}

/* -------------------------------------------------------------------- life */

static void trace_observe(ObTrace *trace)
{
    bool wanted = trace->guest_errors || trace->patterns->len > 0 || trace->coverage;

    ob_host_observe_accesses(trace->host, wanted ? access_observe : NULL, trace);
}

ObTrace *ob_trace_new(ObHost *host, bool guest_errors)
{
    ObTrace *trace = g_new0(ObTrace, 1);

    trace->host = host;
    trace->guest_errors = guest_errors;
    trace->patterns = g_ptr_array_new_with_free_func(pattern_free);
    trace_observe(trace);
    return trace;
}

void ob_trace_free(ObTrace *trace)
{
    HW_ERROR(reason, 512);

    if (trace) {
        ob_host_observe_accesses(trace->host, NULL, NULL);
        ob_wave_free(trace->wave);
        ob_timeline_free(trace->timeline);
        if (!hw_coverage_end(trace->coverage, &reason)) {
            ob_report_warning("%s", reason.text);
        }
        g_ptr_array_free(trace->patterns, TRUE);
        g_free(trace);
    }
}

typedef struct TraceSearch {
    GPatternSpec *spec;
    ObSuggestion *suggestion;
    GStringChunk *names; /* owns the names for the suggestion */
    bool found;
} TraceSearch;

static void search_event(void *opaque, const char *event)
{
    TraceSearch *search = opaque;

    search->found = search->found || g_pattern_spec_match_string(search->spec, event);
    ob_suggestion_offer(search->suggestion, g_string_chunk_insert(search->names, event));
}

bool ob_trace_add(ObTrace *trace, const char *pattern, HwError *error)
{
    TracePattern *added = g_new0(TracePattern, 1);
    ObSuggestion suggestion;
    TraceSearch search = { .suggestion = &suggestion };

    added->shows = *pattern != '-';
    pattern += *pattern == '-';
    added->spec = g_pattern_spec_new(pattern);
    g_ptr_array_add(trace->patterns, added);
    trace_observe(trace);

    search.spec = added->spec;
    search.names = g_string_chunk_new(1024);
    ob_suggestion_start(&suggestion, pattern);
    ob_trace_list(trace->host, search_event, &search);
    if (!search.found) {
        hw_error_set(error, "no event matches '%s'%s", pattern, ob_suggestion_text(&suggestion));
    }
    g_string_chunk_free(search.names);
    return search.found;
}

/* ------------------------------------------------------------------------- waves */

typedef struct DeviceSearch {
    const ObTrace *trace;
    bool found;
} DeviceSearch;

static void search_device(void *opaque, const char *event)
{
    DeviceSearch *search = opaque;

    search->found = search->found || event_is_shown(search->trace, event);
}

static bool device_is_traced(void *opaque, const HwInstance *device)
{
    DeviceSearch search = { .trace = opaque };

    hw_events_visit(&device->cls->table, device, search_device, &search);
    return search.found;
}

bool ob_trace_wave(ObTrace *trace, const char *path, HwError *error)
{
    trace->wave = ob_wave_new(trace->host, path, device_is_traced, trace, error);
    return trace->wave;
}

bool ob_trace_timeline(ObTrace *trace, const char *path, HwError *error)
{
    trace->timeline = ob_timeline_new(trace->host, path, error);
    return trace->timeline;
}

bool ob_trace_coverage(ObTrace *trace, const char *path, HwError *error)
{
    trace->coverage = hw_coverage_new(path, error);
    trace_observe(trace);
    return trace->coverage;
}
