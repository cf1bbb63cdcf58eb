/* SPDX-License-Identifier: GPL-2.0-or-later */
/* HMP commands about objects and CPUs. */
#include "qtest/host/qmp/hmp-internal.h"
#include "qtest/host/run/objects.h"

void ob_hmp_object_add(ObHmpCall *call)
{
    HW_ERROR(error, 512);
    ObKeyval *values = ob_keyval_new(ob_hmp_string(call, "object"), "qom-type", &error);

    if (!values || !ob_objects_add(call->system, values, &error)) {
        ob_hmp_print(call, "Error: %s\n", error.text);
    }
}

static void text_print(ObHmpCall *call, const json_t *entry, const char *name, const char *format)
{
    const json_t *value = json_object_get(entry, name);

    if (json_is_integer(value)) {
        g_autofree char *number = g_strdup_printf("%" JSON_INTEGER_FORMAT,
                                                  json_integer_value(value));
        ob_hmp_print(call, "%s%s\n", format, number);
    } else if (value) {
        ob_hmp_print(call, "%s%s\n", format,
                     json_is_string(value) ? json_string_value(value)
                     : json_is_true(value) ? "true"
                                           : "false");
    }
}

/* A row of the answer's member, and the words in front of it. */
typedef struct Row {
    const char *member;
    const char *words;
} Row;

static void rows_print(ObHmpCall *call, const json_t *entry, const Row *rows)
{
    for (; rows->member; rows++) {
        text_print(call, entry, rows->member, rows->words);
    }
}

void ob_hmp_info_memdev(ObHmpCall *call)
{
    static const Row rows[] = {
        { "id", "memory backend: " }, { "size", "  size:  " },        { "merge", "  merge: " },
        { "dump", "  dump: " },       { "prealloc", "  prealloc: " }, { "share", "  share: " },
        { "reserve", "  reserve: " }, { "policy", "  policy: " },     { 0 },
    };
    json_t *list = ob_hmp_call_qmp(call, "query-memdev", NULL);
    json_t *entry;
    size_t i;

    json_array_foreach(list, i, entry)
    {
        rows_print(call, entry, rows);
        ob_hmp_print(call, "  host nodes: \n");
    }
    ob_hmp_print(call, "\n");
    json_decref(list);
}

void ob_hmp_info_iothreads(ObHmpCall *call)
{
    static const Row rows[] = {
        { "thread-id", "  thread_id=" },         { "poll-max-ns", "  poll-max-ns=" },
        { "poll-grow", "  poll-grow=" },         { "poll-shrink", "  poll-shrink=" },
        { "aio-max-batch", "  aio-max-batch=" }, { 0 },
    };
    json_t *list = ob_hmp_call_qmp(call, "query-iothreads", NULL);
    json_t *entry;
    size_t i;

    json_array_foreach(list, i, entry)
    {
        ob_hmp_print(call, "%s:\n", json_string_value(json_object_get(entry, "id")));
        rows_print(call, entry, rows);
    }
    json_decref(list);
}

/* QEMU quotes the values. */
static void quoted_print(ObHmpCall *call, const char *indent, const char *name, const json_t *value)
{
    if (json_is_string(value)) {
        ob_hmp_print(call, "%s%s: \"%s\"\n", indent, name, json_string_value(value));
    } else if (value) {
        ob_hmp_print(call, "%s%s: \"%" JSON_INTEGER_FORMAT "\"\n", indent, name,
                     json_integer_value(value));
    }
}

static void place_print(ObHmpCall *call, const json_t *place)
{
    static const char *const levels[] = { "node-id",    "socket-id", "die-id",
                                          "cluster-id", "core-id",   "thread-id" };

    ob_hmp_print(call, "  CPUInstance Properties:\n");
    for (size_t i = 0; i < G_N_ELEMENTS(levels); i++) {
        quoted_print(call, "    ", levels[i], json_object_get(place, levels[i]));
    }
}

void ob_hmp_info_hotpluggable_cpus(ObHmpCall *call)
{
    json_t *list = ob_hmp_call_qmp(call, "query-hotpluggable-cpus", NULL);
    json_t *entry;
    size_t i;

    if (list) {
        ob_hmp_print(call, "Hotpluggable CPUs:\n");
    }
    json_array_foreach(list, i, entry)
    {
        quoted_print(call, "  ", "type", json_object_get(entry, "type"));
        quoted_print(call, "  ", "vcpus_count", json_object_get(entry, "vcpus-count"));
        quoted_print(call, "  ", "qom_path", json_object_get(entry, "qom-path"));
        place_print(call, json_object_get(entry, "props"));
    }
    json_decref(list);
}
