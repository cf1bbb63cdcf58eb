/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/run/trace.h"

#include "hw-api/device/error.h"
#include "qtest/host/io/log.h"
#include "qtest/host/options/suggest.h"

#include <glib.h>
#include <inttypes.h>
#include <string.h>

#define EVENT_MAX 160

struct ObTrace {
    ObHost *host;
    GPtrArray *patterns; /* TracePattern */
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

/* ------------------------------------------------------------------- names */

static void event_name(char *name, const HwDeviceClass *cls, const char *place, bool is_write)
{
    g_snprintf(name, EVENT_MAX, "%s_%s_%s", cls->name, place, is_write ? "write" : "read");
    for (char *c = name; *c; c++) {
        *c = g_ascii_isalnum(*c) ? g_ascii_tolower(*c) : '_';
    }
}

typedef struct EventVisitor {
    void (*each)(void *opaque, const char *event);
    void *opaque;
} EventVisitor;

static void place_visit(const EventVisitor *visitor, const HwDeviceClass *cls, const char *place)
{
    char name[EVENT_MAX];

    for (int is_write = 0; is_write < 2; is_write++) {
        event_name(name, cls, place, is_write);
        visitor->each(visitor->opaque, name);
    }
}

/* `part`: a device of this class, whose regions are final; or NULL. */
static void class_visit(const EventVisitor *visitor, const HwDeviceClass *cls,
                        const HwInstance *part)
{
    for (uint32_t i = 0; i < cls->regions.count; i++) {
        const HwRegion *region = &cls->regions.entries[i];

        if (region->kind == HW_REGION_RAM || (part && !part->regions[i].enabled)) {
            continue; /* accesses to it don't trap */
        }
        place_visit(visitor, cls, region->name);
        for (uint32_t j = 0; j < region->registers.count; j++) {
            place_visit(visitor, cls, region->registers.entries[j].name);
        }
    }
}

void ob_trace_list(const ObHost *host, void (*each)(void *opaque, const char *event), void *opaque)
{
    const EventVisitor visitor = { each, opaque };
    const HwInstance *part;
    const HwClass *cls;

    for (uint32_t i = 0; (part = ob_host_part_at(host, i)); i++) {
        class_visit(&visitor, &part->cls->table, part);
    }
    for (uint32_t i = 0; (cls = ob_host_class_at(host, i)); i++) {
        class_visit(&visitor, &cls->table, NULL);
    }
}

/* ---------------------------------------------------------------- accesses */

static bool event_is_shown(const ObTrace *trace, const char *name)
{
    for (guint i = trace->patterns->len; i-- > 0;) {
        const TracePattern *pattern = trace->patterns->pdata[i];

        if (g_pattern_spec_match_string(pattern->spec, name)) {
            return pattern->shows;
        }
    }
    return false;
}

/* A pattern that matches the region's event shows all of its registers. */
static bool access_is_shown(const ObTrace *trace, const HwRegionState *region,
                            const HwAccess *access)
{
    char name[EVENT_MAX];

    if (trace->patterns->len == 0) {
        return false;
    }
    event_name(name, region->cls, region->table->name, access->is_write);
    if (event_is_shown(trace, name)) {
        return true;
    }
    if (!access->reg) {
        return false;
    }
    event_name(name, region->cls, access->reg->name, access->is_write);
    return event_is_shown(trace, name);
}

/* Formats "CTRL_START"; "CTRL_START+1" for a part of it; without a register the place's name, or
 * "mmio+0x4". */
static void place_format(const HwRegionState *region, const HwAccess *access, char *text,
                         size_t capacity)
{
    const char *place = access->reg ? NULL : hw_region_place_name(region, access->offset);

    if (place) {
        g_snprintf(text, capacity, "%s", place);
    } else if (!access->reg) {
        g_snprintf(text, capacity, "%s+0x%" PRIx64, region->table->name, access->offset);
    } else if (access->offset == access->reg->offset) {
        g_snprintf(text, capacity, "%s", access->reg->name);
    } else {
        g_snprintf(text, capacity, "%s+%" PRIu64, access->reg->name,
                   access->offset - access->reg->offset);
    }
}

/* Shifts a part of a register to its place in the register, so that its fields have names. */
static void value_format(const HwAccess *access, char *text, size_t capacity)
{
    uint64_t shift = access->reg ? 8 * (access->offset - access->reg->offset) : 0;

    if (access->reg) {
        hw_register_format(access->reg, (uint32_t)(access->value << shift), text, capacity);
    } else {
        g_snprintf(text, capacity, "0x%" PRIx64, access->value);
    }
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

static void access_observe(HwRegionState *region, const HwAccess *access, void *opaque)
{
    const ObTrace *trace = opaque;
    char place[96];
    char value[256];

    if (access_is_shown(trace, region, access)) {
        place_format(region, access, place, sizeof(place));
        value_format(access, value, sizeof(value));
        ob_log_line("%s %s %s %s", region->instance->id, place, access->is_write ? "<-" : "->",
                    value);
    }
    if (trace->guest_errors && access->is_write) {
        guest_error_log(region, access);
    }
}

/* -------------------------------------------------------------------- life */

static void trace_observe(ObTrace *trace)
{
    bool wanted = trace->guest_errors || trace->patterns->len > 0;

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
    if (trace) {
        ob_host_observe_accesses(trace->host, NULL, NULL);
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
