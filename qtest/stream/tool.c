/* SPDX-License-Identifier: GPL-2.0-or-later */
/* outboard-stream: looks into migration streams.  outboard-stream.rst describes it. */
#include "qtest/stream/tool.h"

#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PROGRAM "outboard-stream"
#define DEFAULT_SET "outboard-devices.so"

typedef struct Arguments {
    const char *command;
    const char *set_path;       /* NULL: not given */
    bool json;
    char **files;
    int count;
} Arguments;

static const char usage[] =
    "usage: " PROGRAM " dump [--json] [--set FILE] STREAM\n"
    "       " PROGRAM " diff [--set FILE] STREAM STREAM\n"
    "       " PROGRAM " check [--set FILE] STREAM\n"
    "       " PROGRAM " explain [--set FILE] STREAM\n"
    "\n"
    "Looks into migration streams of QEMU and of Outboard's host; '-' is standard input.\n"
    "\n"
    "  dump      RAM blocks, and sections with their fields' names and values\n"
    "  diff      what is not the same in two streams\n"
    "  check     what each device of a set would say to its section\n"
    "  explain   why a stream is refused, what causes that, what to do\n"
    "\n"
    "  --set FILE   the set of devices, for names of registers: else " DEFAULT_SET "\n"
    "               beside this program, if it is there\n"
    "  --json       one JSON object\n"
    "\n"
    "Exit status: 0 fine, 1 the stream is refused or the streams differ, 2 trouble.\n";

static int usage_error(const char *format, const char *detail)
{
    fputs(PROGRAM ": ", stderr);
    fprintf(stderr, format, detail);
    fputs("; see --help\n", stderr);
    return TOOL_TROUBLE;
}

/* ----------------------------------------------------------------------- set */

static char *default_set(void)
{
    char self[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
    g_autofree char *directory = NULL;
    g_autofree char *path = NULL;

    if (length < 0) {
        return NULL;
    }
    self[length] = 0;
    directory = g_path_get_dirname(self);
    path = g_build_filename(directory, DEFAULT_SET, NULL);
    return access(path, R_OK) == 0 ? g_steal_pointer(&path) : NULL;
}

/* *set stays NULL where none is given or found. */
static bool set_open(const Arguments *arguments, HwPluginSet **set)
{
    g_autofree char *found = arguments->set_path ? NULL : default_set();
    const char *path = arguments->set_path ? arguments->set_path : found;
    char text[512] = "";
    HwError error = { .text = text, .capacity = sizeof(text) };

    *set = path ? hw_plugin_set_inspect(path, &error) : NULL;
    if (*set || !path) {
        return true;
    }
    fprintf(stderr, PROGRAM ": %s\n", text);
    return false;
}

const HwRegister *tool_register(const ObModelSection *section, const ObVmValue *value,
                                uint64_t index)
{
    const HwStateFields *fields = &section->state->fields;
    const HwRegions *regions = &section->cls->regions;
    const HwField *field = NULL;

    for (uint32_t i = 0; i < fields->count; i++) {
        if (strcmp(fields->entries[i].name, value->path) == 0) {
            field = &fields->entries[i];
        }
    }
    for (uint32_t i = 0; field && i < regions->count; i++) {
        const HwRegion *region = &regions->entries[i];

        for (uint32_t j = 0; region->words == field->offset && value->size == 4 &&
                             j < region->registers.count; j++) {
            if (region->registers.entries[j].offset == 4 * index) {
                return &region->registers.entries[j];
            }
        }
    }
    return NULL;
}

/* ------------------------------------------------------------------ commands */

int tool_verdict(const ObModel *model, const char *path)
{
    char text[2048];

    if (model->warning) {
        fprintf(stderr, "%s: warning: %s\n", path, model->warning);
    }
    if (!model->refusal.reason) {
        return TOOL_FINE;
    }
    ob_vm_refusal_format(&model->refusal, text, sizeof(text));
    fprintf(stderr, "%s: %s\n", path, text);
    return TOOL_BAD;
}

static ObModel *model_open(const char *path, const HwPluginSet *set)
{
    char text[512] = "";
    HwError error = { .text = text, .capacity = sizeof(text) };
    ObModel *model = ob_model_read(path, set, &error);

    if (!model) {
        fprintf(stderr, PROGRAM ": %s\n", text);
    }
    return model;
}

static int one_run(const Arguments *arguments, const ObModel *model, const HwPluginSet *set)
{
    const char *path = arguments->files[0];

    if (strcmp(arguments->command, "check") == 0) {
        return tool_check(model, path, set);
    }
    if (strcmp(arguments->command, "explain") == 0) {
        return tool_explain(model, path);
    }
    return arguments->json ? tool_dump_json(model, path) : tool_dump(model, path);
}

static int command_run(const Arguments *arguments, const HwPluginSet *set)
{
    ObModel *first = model_open(arguments->files[0], set);
    ObModel *second = first && arguments->count == 2 ? model_open(arguments->files[1], set) : NULL;
    int status = TOOL_TROUBLE;

    if (second) {
        status = tool_diff(first, second, arguments->files[0], arguments->files[1]);
    } else if (first && arguments->count == 1) {
        status = one_run(arguments, first, set);
    }
    ob_model_free(first);
    ob_model_free(second);
    if (fflush(stdout) != 0) {
        perror(PROGRAM ": standard output");
        return TOOL_TROUBLE;
    }
    return status;
}

/* ----------------------------------------------------------------- arguments */

/* -1: go on, else the exit status. */
static int arguments_parse(Arguments *arguments, int argc, char **argv)
{
    static const struct option options[] = {
        { "help", no_argument, NULL, 'h' },
        { "json", no_argument, NULL, 'j' },
        { "set", required_argument, NULL, 's' },
        { 0 },
    };
    int option;

    while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
        switch (option) {
        case 'h':
            fputs(usage, stdout);
            return TOOL_FINE;
        case 'j':
            arguments->json = true;
            break;
        case 's':
            arguments->set_path = optarg;
            break;
        default:
            return TOOL_TROUBLE;
        }
    }
    if (optind == argc) {
        return usage_error("%s", "no command");
    }
    arguments->command = argv[optind];
    arguments->files = argv + optind + 1;
    arguments->count = argc - optind - 1;
    return -1;
}

static int arguments_check(const Arguments *arguments)
{
    static const char *const commands[] = { "dump", "diff", "check", "explain", NULL };
    bool is_diff = strcmp(arguments->command, "diff") == 0;

    if (!g_strv_contains(commands, arguments->command)) {
        return usage_error("unknown command '%s'", arguments->command);
    }
    if (arguments->count != (is_diff ? 2 : 1)) {
        return usage_error(is_diff ? "%s: expected two streams" : "%s: expected one stream",
                           arguments->command);
    }
    if (is_diff && strcmp(arguments->files[0], "-") == 0 &&
        strcmp(arguments->files[1], "-") == 0) {
        return usage_error("%s: only one of the streams can be standard input", "diff");
    }
    if (arguments->json && strcmp(arguments->command, "dump") != 0) {
        return usage_error("%s has no --json", arguments->command);
    }
    return -1;
}

int main(int argc, char **argv)
{
    Arguments arguments = { 0 };
    HwPluginSet *set;
    int status = arguments_parse(&arguments, argc, argv);

    if (status < 0) {
        status = arguments_check(&arguments);
    }
    if (status >= 0) {
        return status;
    }
    if (!set_open(&arguments, &set)) {
        return TOOL_TROUBLE;
    }
    if (!set && strcmp(arguments.command, "check") == 0) {
        return usage_error("%s: no set of devices: give one with --set FILE", "check");
    }
    status = command_run(&arguments, set);
    hw_plugin_set_free(set);
    return status;
}
