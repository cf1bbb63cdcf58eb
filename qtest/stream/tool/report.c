/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/tool/report.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "qtest/stream/tool/tool.h"
#include "qtest/text/json.h"
#include "qtest/text/show.h"

struct ToolReport {
    FILE *file;
    const char *path; /* NULL: standard error */
    json_t *lines;    /* NULL: the file gets each line at once */
};

/* Lines say by their words what they are. */
static const char *kind_of(const char *line)
{
    return g_str_has_prefix(line, "warning: ")       ? "warning"
           : strstr(line, "not permitted: ") != NULL ? "refusal"
                                                     : "change";
}

void tool_report_line(void *opaque, const char *line)
{
    ToolReport *report = opaque;

    if (report->lines) {
        json_t *told = json_pack("{s:o, s:o}", "kind", ob_json_text(kind_of(line)), "text",
                                 ob_json_text(line));

        json_array_append_new(report->lines, told);
    } else {
        ob_text_fprintf(report->file, "%s\n", line);
    }
}

void tool_report_notes(const ObVmFilter *filter, ToolReport *report)
{
    const char *note;

    for (unsigned i = 0; (note = ob_vm_filter_note(filter, i)); i++) {
        g_autofree char *line = g_strconcat("warning: ", note, NULL);

        tool_report_line(report, line);
    }
}

void tool_report_unused(const ToolArguments *arguments, int status, ToolReport *report)
{
    const char *unused = status == TOOL_TROUBLE ? NULL : ob_filter_policy_unused(arguments->policy);

    if (unused) {
        g_autofree char *line = g_strdup_printf("warning: policy: '%s' was not used", unused);

        tool_report_line(report, line);
    }
}

static void report_complain(const char *path)
{
    ob_text_fprintf(stderr, "outboard-stream: %s: can't be written: %s\n", path, g_strerror(errno));
}

ToolReport *tool_report_open(const ToolArguments *arguments)
{
    const char *path = arguments->report;
    FILE *file = path ? fopen(path, "we") : stderr;
    ToolReport *report;

    if (!file) {
        report_complain(path);
        return NULL;
    }
    report = g_new0(ToolReport, 1);
    report->file = file;
    report->path = path;
    report->lines = arguments->given & TOOL_JSON ? json_array() : NULL;
    return report;
}

int tool_report_close(ToolReport *report, int status)
{
    if (report->lines) {
        json_t *root = json_pack("{s:i, s:o}", "status", status, "lines", report->lines);

        ob_json_print(root, report->file);
        json_decref(root);
    }
    if (report->path && fclose(report->file) != 0) {
        report_complain(report->path);
        status = MAX(status, TOOL_TROUBLE);
    }
    g_free(report);
    return status;
}
