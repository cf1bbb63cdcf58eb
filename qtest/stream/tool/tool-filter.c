/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/arm/cpu-filter.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "hw-api/device/error.h"
#include "qtest/stream/tool/input-copy.h"
#include "qtest/stream/tool/report.h"
#include "qtest/stream/tool/tool.h"
#include "qtest/text/show.h"

#define BUFFER_SIZE (256u << 10)
#define PIPE_SIZE   (1 << 20) /* the limit for an ordinary user */

/* Standard output, or a program that compresses to it. */
typedef struct Output {
    ObVmFilterProcess packer; /* its fd -1: none */
    int error;                /* an errno value */
} Output;

static bool output_write(void *opaque, const uint8_t *bytes, size_t size)
{
    Output *output = opaque;
    int fd = output->packer.fd >= 0 ? output->packer.fd : STDOUT_FILENO;

    while (size) {
        ssize_t count = write(fd, bytes, size);

        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            output->error = errno;
            return false;
        }
        bytes += count;
        size -= (size_t)count;
    }
    return true;
}

/* The output gets the input's container: libvirt's header unchanged, and the same compression. */
static bool output_begin(Output *output, const ObVmInput *input, HwError *error)
{
    if (!output_write(output, input->header->data, input->header->len)) {
        return hw_error_set(error, "standard output: %s", g_strerror(output->error));
    }
    return !input->packer || ob_vm_pack_start(&output->packer, input->packer, STDOUT_FILENO, error);
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

/* Pages of mapped-ram go from file to file; holes stay holes.  False: a write has failed. */
static bool pages_copy(ObVmFilter *filter, ObVmInput *input, Output *output)
{
    uint64_t size = ob_vm_filter_skip(filter);

    if (size && output->packer.fd < 0) {
        ob_vm_filter_skipped(filter, ob_vm_input_copy(input, size, STDOUT_FILENO, &output->error));
    }
    return output->error == 0;
}

static int stream_pass(ObVmFilter *filter, ObVmInput *input, Output *output)
{
    g_autofree uint8_t *buffer = g_malloc(BUFFER_SIZE);
    HW_ERROR(error, 400);
    ssize_t count;

    while ((count = ob_vm_input_read(input, buffer, BUFFER_SIZE, &error)) > 0) {
        if (!ob_vm_filter_feed(filter, buffer, (size_t)count) ||
            !pages_copy(filter, input, output)) {
            return refusal_print(filter, output->error);
        }
    }
    if (count < 0) {
        ob_text_fprintf(stderr, "outboard-stream: filter: %s\n", error.text);
        return TOOL_TROUBLE;
    }
    return ob_vm_filter_finish(filter) ? TOOL_FINE : refusal_print(filter, output->error);
}

/* Larger pipes need fewer reads and writes.  Other files are left as they are. */
static void pipes_widen(void)
{
    fcntl(STDIN_FILENO, F_SETPIPE_SZ, PIPE_SIZE);
    fcntl(STDOUT_FILENO, F_SETPIPE_SZ, PIPE_SIZE);
}

static void container_report(const ObVmInput *input, ToolReport *report)
{
    g_autofree char *damage = ob_vm_input_damage(input);

    if (input->is_libvirt && input->image.unfinished) {
        tool_report_line(report, "warning: libvirt's save was not finished: the image is marked "
                                 "'LibvirtQemudPart'");
    }
    if (damage) {
        g_autofree char *line = g_strconcat("warning: ", damage, NULL);

        tool_report_line(report, line);
    }
}

static int filter_run(const ToolArguments *arguments, const ObDestination *destination,
                      ObVmInput *input, Output *output, ToolReport *report)
{
    ObCpuFilter cpus = { .destination = destination,
                         .policy = arguments->policy,
                         .strict = arguments->given & TOOL_STRICT,
                         .report = tool_report_line,
                         .opaque = report };
    ObVmFilter *filter = ob_vm_filter_new(&ob_cpu_filter_events, &cpus, output_write, output);
    int status;

    ob_vm_filter_accept_mapped(filter, ob_vm_input_base(input));
    pipes_widen();
    status = stream_pass(filter, input, output);
    container_report(input, report);
    if (!ob_vm_process_end(&output->packer) && status == TOOL_FINE) {
        ob_text_fprintf(stderr, "outboard-stream: filter: %s can't compress the output\n",
                        output->packer.name);
        status = TOOL_TROUBLE;
    }
    tool_report_notes(filter, report);
    ob_vm_filter_free(filter);
    tool_report_unused(arguments, status, report);
    return status;
}

/* Opens both ends.  An empty output would let the destination wait for ever. */
static int ends_run(const ToolArguments *arguments, const ObDestination *destination,
                    ToolReport *report)
{
    HW_ERROR(error, 400);
    Output output = { .packer.fd = -1 };
    ObVmInput *input = ob_vm_input_open("-", &error);
    int status = TOOL_TROUBLE;

    if (input && output_begin(&output, input, &error)) {
        status = filter_run(arguments, destination, input, &output, report);
    } else {
        ob_text_fprintf(stderr, "outboard-stream: filter: %s\n", error.text);
        ob_vm_filter_give_up(output_write, &output);
    }
    ob_vm_input_close(input);
    return status;
}

int tool_filter(const ToolArguments *arguments)
{
    HW_ERROR(error, 400);
    ObDestination *destination = ob_destination_open(arguments->destination, &error);
    Output output = { .packer.fd = -1 };
    ToolReport *report = NULL;
    int status = TOOL_TROUBLE;

    if (!destination) {
        ob_text_fprintf(stderr, "outboard-stream: %s\n", error.text);
    } else {
        report = tool_report_open(arguments);
    }
    signal(SIGPIPE, SIG_IGN);
    if (report) {
        status = tool_report_close(report, ends_run(arguments, destination, report));
    } else {
        ob_vm_filter_give_up(output_write, &output);
    }
    ob_destination_free(destination);
    return status;
}
