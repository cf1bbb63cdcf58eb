/* SPDX-License-Identifier: GPL-2.0-or-later */
/* explain --log: the causes of failed migrations, from the lines of a log alone. */
#include <inttypes.h>

#include "qtest/stream/log/log.h"
#include "qtest/stream/tool/tool.h"
#include "qtest/text/json.h"
#include "qtest/text/show.h"

#define SHOWN 300 /* characters of a line */

/* A line that follows from another line is the cause only if that line is missing. */
static bool is_shown(const ObLog *log, const ObLogFinding *finding)
{
    return finding->pattern->rank == OB_LOG_NOTE || finding->pattern->rank == log->best;
}

static bool finding_print(const ObLog *log, const ObLogFinding *finding)
{
    if (!is_shown(log, finding)) {
        return false;
    }
    ob_text_printf("line %" PRIu64 ": %.*s", finding->line, SHOWN, finding->text);
    if (finding->count > 1) {
        ob_text_printf(" (and %" PRIu64 " more lines of this kind)", finding->count - 1);
    }
    ob_text_printf("\n%s  %s\n",
                   finding->pattern->rank == OB_LOG_NOTE ? "note: " : "cause:", finding->cause);
    if (finding->remedy) {
        ob_text_printf("remedy: %s\n", finding->remedy);
    }
    return finding->pattern->rank != OB_LOG_NOTE;
}

static void unknown_print(const ObLog *log)
{
    if (log->unknown_count) {
        ob_text_printf("%" PRIu64 " lines of QEMU or libvirt are not known here:\n",
                       log->unknown_count);
    }
    for (guint i = 0; i < log->unknown->len; i++) {
        ob_text_printf("    %.*s\n", SHOWN, (char *)log->unknown->pdata[i]);
    }
}

static int log_print(const ObLog *log, const char *path)
{
    bool any = false;

    if (log->skipped) {
        ob_text_printf("%s: only the last %u MiB were read\n", path, OB_LOG_BYTES >> 20);
    }
    for (guint i = 0; i < log->findings->len; i++) {
        any |= finding_print(log, log->findings->pdata[i]);
    }
    unknown_print(log);
    if (!any) {
        ob_text_printf("%s: none of %" PRIu64 " lines tells of a failed migration\n", path,
                       log->lines);
    }
    return any ? TOOL_BAD : TOOL_FINE;
}

/* ------------------------------------------------------------------------ JSON */

static json_t *finding_json(const ObLog *log, const ObLogFinding *finding)
{
    const char *kind = finding->pattern->rank == OB_LOG_NOTE ? "note"
                       : is_shown(log, finding)              ? "cause"
                                                             : "follows";

    return json_pack("{s:I, s:I, s:o, s:o, s:o, s:o?}", "line", (json_int_t)finding->line, "count",
                     (json_int_t)finding->count, "kind", ob_json_text(kind), "text",
                     ob_json_text(finding->text), "cause", ob_json_text(finding->cause), "remedy",
                     ob_json_text(finding->remedy));
}

static int log_json(const ObLog *log, const char *path)
{
    g_autofree char *file = g_filename_display_name(path);
    json_t *findings = json_array(), *unknown = json_array(), *root;
    bool any = false;

    for (guint i = 0; i < log->findings->len; i++) {
        const ObLogFinding *finding = log->findings->pdata[i];

        json_array_append_new(findings, finding_json(log, finding));
        any |= finding->pattern->rank != OB_LOG_NOTE;
    }
    for (guint i = 0; i < log->unknown->len; i++) {
        json_array_append_new(unknown, ob_json_text(log->unknown->pdata[i]));
    }
    root = json_pack("{s:o, s:I, s:I, s:o, s:I, s:o}", "log", ob_json_text(file), "lines",
                     (json_int_t)log->lines, "bytes-skipped", (json_int_t)log->skipped, "findings",
                     findings, "unknown-lines", (json_int_t)log->unknown_count, "unknown", unknown);
    ob_json_print(root, stdout);
    json_decref(root);
    return any ? TOOL_BAD : TOOL_FINE;
}

int tool_explain_log(const ToolArguments *arguments)
{
    HW_ERROR(error, 400);
    ObLog *log = ob_log_read(arguments->log, &error);
    int status;

    if (!log) {
        ob_text_fprintf(stderr, "outboard-stream: %s\n", error.text);
        return TOOL_TROUBLE;
    }
    status = (arguments->given & TOOL_JSON ? log_json : log_print)(log, arguments->log);
    ob_log_free(log);
    return status;
}
