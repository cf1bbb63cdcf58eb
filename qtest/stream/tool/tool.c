/* SPDX-License-Identifier: GPL-2.0-or-later */
/* outboard-stream: looks into migration streams.  outboard-stream.rst describes it. */
#include "qtest/stream/tool/tool.h"

#include <glib.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hw-api/host/load/default-plugin.h"
#include "qtest/text/show.h"

#define PROGRAM "outboard-stream"

/* ----------------------------------------------------------------------- set */

/* NULL: there is no plugin, and the tool works without its names. */
static char *default_set(void)
{
    char *path = hw_default_plugin(HW_OWN_PROGRAM);

    if (path && access(path, R_OK) != 0) {
        free(path);
        path = NULL;
    }
    return path;
}

/* Opens the plugin; *set stays NULL if none is given or found. */
static bool set_open(const ToolArguments *arguments, HwPluginSet **set)
{
    char *found = arguments->set_path ? NULL : default_set();
    const char *path = arguments->set_path ? arguments->set_path : found;
    HW_ERROR(error, 400);
    bool good;

    *set = path ? hw_plugin_set_inspect(path, &error) : NULL;
    good = *set || !path;
    if (!good) {
        ob_text_fprintf(stderr, PROGRAM ": %s\n", error.text);
    }
    free(found);
    return good;
}

const HwRegister *tool_register(const ObModelSection *section, const ObVmValue *value,
                                uint64_t index)
{
    const HwStateFields *fields = &section->state->fields;
    const HwRegions *regions = &section->cls->regions;
    const HwStateField *field = NULL;

    for (uint32_t i = 0; i < fields->count; i++) {
        if (strcmp(fields->entries[i].name, value->path) == 0) {
            field = &fields->entries[i];
        }
    }
    for (uint32_t i = 0; field && i < regions->count; i++) {
        const HwRegion *region = &regions->entries[i];

        for (uint32_t j = 0;
             region->words == field->offset && value->size == 4 && j < region->registers.count;
             j++) {
            if (region->registers.entries[j].offset == 4 * index) {
                return &region->registers.entries[j];
            }
        }
    }
    return NULL;
}

/* ------------------------------------------------------------------ commands */

const char *tool_refusal_hint(const ObVmRefusal *refusal)
{
    return refusal->reason != OB_VM_UNKNOWN_SECTION
               ? ""
               : "; the description with its length is missing: the stream is truncated, or QEMU "
                 "ran "
                 "with -machine suppress-vmdesc=on";
}

int tool_verdict(const ObModel *model, const char *path)
{
    char text[2048];

    for (guint i = 0; i < model->notes->len; i++) {
        ob_text_fprintf(stderr, "%s: warning: %s\n", path, (char *)model->notes->pdata[i]);
    }
    if (model->warning) {
        ob_text_fprintf(stderr, "%s: warning: %s\n", path, model->warning);
    }
    if (!model->refusal.reason) {
        return TOOL_FINE;
    }
    ob_vm_refusal_format(&model->refusal, text, sizeof(text));
    ob_text_fprintf(stderr, "%s: %s%s\n", path, text, tool_refusal_hint(&model->refusal));
    return TOOL_BAD;
}

static ObModel *model_check(ObModel *model, const HwError *error)
{
    if (!model) {
        ob_text_fprintf(stderr, PROGRAM ": %s\n", error->text);
    }
    return model;
}

ObModel *tool_model_open(const ToolArguments *arguments, const HwPluginSet *set)
{
    HW_ERROR(error, 400);

    return model_check(ob_model_read_snapshot(arguments->files[0], arguments->snapshot, set,
                                              &error),
                       &error);
}

static ObModel *model_open_with_pages(const char *path, const HwPluginSet *set)
{
    HW_ERROR(error, 400);

    return model_check(ob_model_read_pages(path, set, &error), &error);
}

/* The common part of the commands that read one stream and may use a plugin. */
static int one_run(const ToolArguments *arguments,
                   int (*run)(const ObModel *model, const char *path, const HwPluginSet *set))
{
    HwPluginSet *set;
    ObModel *model;
    int status = TOOL_TROUBLE;

    if (!set_open(arguments, &set)) {
        return TOOL_TROUBLE;
    }
    model = tool_model_open(arguments, set);
    if (model) {
        status = run(model, arguments->files[0], set);
    }
    ob_model_free(model);
    hw_plugin_set_free(set);
    return status;
}

static int dump_model(const ObModel *model, const char *path, const HwPluginSet *set)
{
    (void)set;
    return tool_dump(model, path);
}

static int dump_model_json(const ObModel *model, const char *path, const HwPluginSet *set)
{
    (void)set;
    return tool_dump_json(model, path);
}

static int dump_run(const ToolArguments *arguments)
{
    return one_run(arguments, arguments->given & TOOL_JSON ? dump_model_json : dump_model);
}

static int check_model(const ObModel *model, const char *path, const HwPluginSet *set)
{
    if (!set) {
        return tool_usage_error("%s: the plugin is missing, expected --set FILE", "check");
    }
    return tool_check(model, path, set, false);
}

static int check_model_json(const ObModel *model, const char *path, const HwPluginSet *set)
{
    if (!set) {
        return check_model(model, path, set);
    }
    return tool_check(model, path, set, true);
}

static int check_run(const ToolArguments *arguments)
{
    return one_run(arguments, arguments->given & TOOL_JSON ? check_model_json : check_model);
}

static int explain_model(const ObModel *model, const char *path, const HwPluginSet *set)
{
    (void)set;
    return tool_explain(model, path);
}

static int explain_model_json(const ObModel *model, const char *path, const HwPluginSet *set)
{
    (void)set;
    return tool_explain_json(model, path);
}

static int explain_run(const ToolArguments *arguments)
{
    if (arguments->log) {
        return tool_explain_log(arguments);
    }
    return one_run(arguments, arguments->given & TOOL_JSON ? explain_model_json : explain_model);
}

static int diff_run(const ToolArguments *arguments)
{
    char **files = arguments->files;
    HwPluginSet *set;
    ObModel *first, *second;
    int status = TOOL_TROUBLE;

    if (strcmp(files[0], "-") == 0 && strcmp(files[1], "-") == 0) {
        return tool_usage_error("%s: only one of the streams can be standard input", "diff");
    }
    if (!set_open(arguments, &set)) {
        return TOOL_TROUBLE;
    }
    first = model_open_with_pages(files[0], set);
    second = first ? model_open_with_pages(files[1], set) : NULL;
    if (second) {
        status = tool_diff(first, second, arguments);
    }
    ob_model_free(first);
    ob_model_free(second);
    hw_plugin_set_free(set);
    return status;
}

const ToolCommand tool_commands[] = {
    { "dump", 1, 1, TOOL_JSON | TOOL_SET | TOOL_SNAPSHOT, dump_run },
    { "diff", 2, 2, TOOL_SET | TOOL_JSON | TOOL_VERBOSE, diff_run },
    { "check", 1, 1, TOOL_SET | TOOL_JSON | TOOL_SNAPSHOT, check_run },
    { "explain", 1, 1, TOOL_SET | TOOL_LOG | TOOL_JSON | TOOL_SNAPSHOT, explain_run },
    { "doctor", 1, 1, TOOL_JSON | TOOL_VERBOSE | TOOL_DEST | TOOL_POLICY | TOOL_SNAPSHOT,
      tool_doctor },
    { "filter", 0, 0, TOOL_JSON | TOOL_DEST | TOOL_POLICY | TOOL_REPORT | TOOL_STRICT | TOOL_PASS,
      tool_filter },
    { "relay", 0, 0,
      TOOL_JSON | TOOL_DEST | TOOL_POLICY | TOOL_REPORT | TOOL_STRICT | TOOL_PASS | TOOL_LISTEN |
          TOOL_CONNECT | TOOL_TIMEOUT,
      tool_relay },
    { "matrix", 0, 1, TOOL_JSON, tool_matrix },
    { 0 },
};

int main(int argc, char **argv)
{
    ToolArguments arguments = { 0 };
    int status;

    json_set_alloc_funcs(g_malloc, g_free); /* no part of a listing is lost without memory */
    status = tool_arguments_parse(&arguments, argc, argv);

    if (status < 0) {
        status = arguments.command->run(&arguments);
        /* An earlier flush may have failed too: commands flush before they write to stderr. */
        if (fflush(stdout) != 0 || ferror(stdout)) {
            fputs(PROGRAM ": not all of the output could be written\n", stderr);
            status = TOOL_TROUBLE;
        }
    }
    tool_arguments_clear(&arguments);
    return status;
}
