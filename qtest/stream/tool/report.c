/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/tool/report.h"

#include <errno.h>
#include <string.h>

#include "qtest/stream/tool/tool.h"
#include "qtest/text/show.h"

void tool_report_line(void *opaque, const char *line)
{
    ob_text_fprintf(opaque, "%s\n", line);
}

void tool_report_notes(const ObVmFilter *filter, FILE *report)
{
    const char *note;

    for (unsigned i = 0; (note = ob_vm_filter_note(filter, i)); i++) {
        ob_text_fprintf(report, "warning: %s\n", note);
    }
}

void tool_report_unused(const ToolArguments *arguments, int status, FILE *report)
{
    const char *unused = status == TOOL_TROUBLE ? NULL : ob_filter_policy_unused(arguments->policy);

    if (unused) {
        ob_text_fprintf(report, "warning: policy: '%s' was not used\n", unused);
    }
}

static void report_complain(const char *path)
{
    ob_text_fprintf(stderr, "outboard-stream: %s: can't be written: %s\n", path, g_strerror(errno));
}

FILE *tool_report_open(const char *path)
{
    FILE *report = path ? fopen(path, "we") : stderr;

    if (!report) {
        report_complain(path);
    }
    return report;
}

bool tool_report_close(const char *path, FILE *report)
{
    if (report == stderr || fclose(report) == 0) {
        return true;
    }
    report_complain(path);
    return false;
}
