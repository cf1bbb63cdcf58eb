/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/tool/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "qtest/stream/arm/cpu-filter.h"
#include "qtest/text/show.h"

#define BUFFER_SIZE (256u << 10)
#define PIPE_SIZE   (1 << 20) /* the limit for an ordinary user */

static bool output_write(void *opaque, const uint8_t *bytes, size_t size)
{
    int *error = opaque;

    while (size) {
        ssize_t count = write(STDOUT_FILENO, bytes, size);

        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            *error = errno;
            return false;
        }
        bytes += count;
        size -= (size_t)count;
    }
    return true;
}

static void report_line(void *opaque, const char *line)
{
    ob_text_fprintf(opaque, "%s\n", line);
}

/* ---------------------------------------------------------------------- streaming */

static int refusal_print(const ObVmFilter *filter, int write_error)
{
    const ObVmRefusal *refusal = ob_vm_filter_refusal(filter);
    char text[700];

    if (!refusal->reason) {
        ob_text_fprintf(stderr, "outboard-stream: standard output: %s\n", g_strerror(write_error));
        return TOOL_TROUBLE;
    }
    /* The report already names the places of the changes that are not permitted. */
    if (refusal->reason == OB_VM_REFUSED_PAYLOAD) {
        g_strlcpy(text, refusal->sentence, sizeof(text));
    } else {
        ob_vm_refusal_format(refusal, text, sizeof(text));
    }
    ob_text_fprintf(stderr,
                    "outboard-stream: filter: %s%s; the destination gets a truncated stream\n",
                    text, tool_refusal_hint(refusal));
    return TOOL_BAD;
}

static int stream_pass(ObVmFilter *filter, const int *write_error)
{
    g_autofree uint8_t *buffer = g_malloc(BUFFER_SIZE);
    ssize_t count;

    while ((count = read(STDIN_FILENO, buffer, BUFFER_SIZE)) != 0) {
        if (count < 0 && errno != EINTR) {
            ob_text_fprintf(stderr, "outboard-stream: standard input: %s\n", g_strerror(errno));
            return TOOL_TROUBLE;
        }
        if (count > 0 && !ob_vm_filter_feed(filter, buffer, (size_t)count)) {
            return refusal_print(filter, *write_error);
        }
    }
    return ob_vm_filter_finish(filter) ? TOOL_FINE : refusal_print(filter, *write_error);
}

/* Larger pipes need fewer reads and writes.  Other files are left as they are. */
static void pipes_widen(void)
{
    fcntl(STDIN_FILENO, F_SETPIPE_SZ, PIPE_SIZE);
    fcntl(STDOUT_FILENO, F_SETPIPE_SZ, PIPE_SIZE);
}

static void notes_report(const ObVmFilter *filter, FILE *report)
{
    const char *note;

    for (unsigned i = 0; (note = ob_vm_filter_note(filter, i)); i++) {
        ob_text_fprintf(report, "warning: %s\n", note);
    }
}

static int filter_run(const ToolArguments *arguments, const ObDestination *destination,
                      FILE *report)
{
    ObCpuFilter cpus = { .destination = destination,
                         .policy = arguments->policy,
                         .strict = arguments->given & TOOL_STRICT,
                         .report = report_line,
                         .opaque = report };
    int write_error = 0, status;
    ObVmFilter *filter = ob_vm_filter_new(&ob_cpu_filter_events, &cpus, output_write, &write_error);
    const char *unused;

    pipes_widen();
    status = stream_pass(filter, &write_error);
    notes_report(filter, report);
    ob_vm_filter_free(filter);
    unused = status == TOOL_TROUBLE ? NULL : ob_filter_policy_unused(arguments->policy);
    if (unused) {
        ob_text_fprintf(report, "warning: policy: '%s' was not used\n", unused);
    }
    return status;
}

static void report_complain(const char *path)
{
    ob_text_fprintf(stderr, "outboard-stream: %s: can't be written: %s\n", path, g_strerror(errno));
}

static FILE *report_open(const char *path)
{
    FILE *report = path ? fopen(path, "we") : stderr;

    if (!report) {
        report_complain(path);
    }
    return report;
}

static bool report_close(const char *path, FILE *report)
{
    if (report == stderr || fclose(report) == 0) {
        return true;
    }
    report_complain(path);
    return false;
}

int tool_filter(const ToolArguments *arguments)
{
    HW_ERROR(error, 400);
    ObDestination *destination = ob_destination_open(arguments->destination, &error);
    FILE *report = NULL;
    int status = TOOL_TROUBLE, write_error = 0;

    if (!destination) {
        ob_text_fprintf(stderr, "outboard-stream: %s\n", error.text);
    } else {
        report = report_open(arguments->report);
    }
    signal(SIGPIPE, SIG_IGN);
    if (report) {
        status = filter_run(arguments, destination, report);
        status = report_close(arguments->report, report) ? status : MAX(status, TOOL_TROUBLE);
    } else {
        ob_vm_filter_give_up(output_write, &write_error);
    }
    ob_destination_free(destination);
    return status;
}
