/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A filter between the sockets of two QEMUs. */
#include "qtest/stream/tool/tool.h"

#include <signal.h>
#include <stdio.h>

#include "hw-api/device/error.h"
#include "qtest/stream/arm/cpu-filter.h"
#include "qtest/stream/tool/relay.h"
#include "qtest/stream/tool/report.h"
#include "qtest/text/show.h"

#define BUFFER_SIZE (256u << 10)

typedef struct Relayed {
    ObRelay relay;
    ObCpuFilter cpus;
    ObVmFilter *filter;
} Relayed;

/* ---------------------------------------------------------------------- events */

static bool relayed_rewrite(void *opaque, const ObVmSection *section, const uint8_t *payload,
                            size_t size, const json_t *description, ObVmRewritten *rewritten,
                            HwError *error)
{
    return ob_cpu_filter_events.rewrite(&((Relayed *)opaque)->cpus, section, payload, size,
                                        description, rewritten, error);
}

/* Postcopy has a second kind of stream, whose devices come without a description. */
static bool relayed_command(void *opaque, uint32_t command, const uint8_t *bytes, size_t size,
                            HwError *error)
{
    Relayed *s = opaque;

    (void)bytes;
    s->relay.returns |= command == OB_VM_OPEN_RETURN_PATH;
    return command != OB_VM_POSTCOPY_ADVISE ||
           hw_error_set(error,
                        "the source has capability '%s' on, expected off: a relay can't pass "
                        "postcopy on",
                        size ? "postcopy-ram" : "dirty-bitmaps");
}

static bool relayed_start(void *opaque, const char *machine, const ObVmBlock *blocks,
                          uint32_t count, HwError *error)
{
    Relayed *s = opaque;

    if (!s->relay.returns) {
        s->cpus.report(s->cpus.opaque, "warning: the source has capability 'return-path' off: it "
                                       "will not learn of a refusal of its devices");
        if (s->cpus.strict) {
            return hw_error_set(error, "the source has capability 'return-path' off, expected on");
        }
    }
    return ob_cpu_filter_events.start(&s->cpus, machine, blocks, count, error);
}

static bool relayed_finish(void *opaque, HwError *error)
{
    return ob_cpu_filter_events.finish(&((Relayed *)opaque)->cpus, error);
}

static const ObVmFilterEvents relayed_events = { .rewrite = relayed_rewrite,
                                                 .start = relayed_start,
                                                 .finish = relayed_finish,
                                                 .command = relayed_command };

/* After a refusal nothing more goes out, and a destination that got nothing can still be used. */
static bool relayed_sink(void *opaque, const uint8_t *bytes, size_t size)
{
    Relayed *s = opaque;

    return ob_vm_filter_refusal(s->filter)->reason || ob_relay_write(&s->relay, bytes, size);
}

/* -------------------------------------------------------------------- streaming */

static bool relayed_feed(Relayed *s, const uint8_t *bytes, size_t size)
{
    bool ok = size ? ob_vm_filter_feed(s->filter, bytes, size) : ob_vm_filter_finish(s->filter);

    if (ok && size == 0) {
        ob_relay_write_end(&s->relay);
    }
    s->relay.complete = ob_vm_filter_is_complete(s->filter);
    return ok;
}

static void stream_relay(Relayed *s)
{
    g_autofree uint8_t *buffer = g_malloc(BUFFER_SIZE);
    ssize_t count;

    do {
        count = ob_relay_read(&s->relay, buffer, BUFFER_SIZE);
    } while (count >= 0 && relayed_feed(s, buffer, (size_t)count));
}

static int complain(const char *text, const char *end)
{
    ob_text_fprintf(stderr, "outboard-stream: relay: %s%s\n", text, end);
    return TOOL_BAD;
}

static int refusal_print(const Relayed *s, const ObVmRefusal *refusal)
{
    char text[700];

    if (refusal->reason == OB_VM_REFUSED_PAYLOAD) {
        g_strlcpy(text, refusal->sentence, sizeof(text));
    } else {
        ob_vm_refusal_format(refusal, text, sizeof(text));
    }
    return complain(text, s->relay.sent ? "; the destination gets a truncated stream"
                                        : "; the destination gets nothing");
}

/* The destination's last word; without the return path there is none. */
static int answer_judge(const Relayed *s)
{
    const ObVmReturnPath *path = &s->relay.path;

    if (!s->relay.returns) {
        return TOOL_FINE;
    }
    if (!path->shut) {
        return complain("the destination ended without an answer after the whole stream: its log "
                        "says why",
                        "");
    }
    return path->result ? complain("the destination refused the stream: its log says why", "")
                        : TOOL_FINE;
}

static int status_find(const Relayed *s)
{
    const ObVmRefusal *refusal = ob_vm_filter_refusal(s->filter);

    if (s->relay.problem[0]) {
        complain(s->relay.problem, "");
        return s->relay.is_trouble ? TOOL_TROUBLE : TOOL_BAD;
    }
    return refusal->reason ? refusal_print(s, refusal) : answer_judge(s);
}

static int relayed_run(Relayed *s)
{
    int status;

    if (ob_relay_await_source(&s->relay)) {
        stream_relay(s);
    }
    status = status_find(s);
    if (status != TOOL_FINE) {
        ob_relay_refuse(&s->relay);
    }
    return status;
}

static int report_run(const ToolArguments *arguments, const ObDestination *destination,
                      ToolReport *report)
{
    HW_ERROR(error, 400);
    Relayed s = { .cpus = { .destination = destination,
                            .policy = arguments->policy,
                            .strict = arguments->given & TOOL_STRICT,
                            .report = tool_report_line,
                            .opaque = report },
                  .relay.timeout = arguments->timeout ? arguments->timeout * 1000 : -1 };
    int status = TOOL_TROUBLE;

    s.filter = ob_vm_filter_new(&relayed_events, &s, relayed_sink, &s);
    if (ob_relay_open(&s.relay, arguments->listen, arguments->connect, &error)) {
        status = relayed_run(&s);
        tool_report_notes(s.filter, report);
        tool_report_unused(arguments, status, report);
    } else {
        complain(error.text, "");
    }
    ob_relay_close(&s.relay);
    ob_vm_filter_free(s.filter);
    return status;
}

int tool_relay(const ToolArguments *arguments)
{
    HW_ERROR(error, 400);
    ObDestination *destination;
    ToolReport *report;
    int status = TOOL_TROUBLE;

    if (!arguments->listen || !arguments->connect) {
        return tool_usage_error("relay: an address is missing, expected %s",
                                arguments->listen ? "--connect ADDRESS" : "--listen ADDRESS");
    }
    destination = ob_destination_open(arguments->destination, &error);
    if (!destination) {
        ob_text_fprintf(stderr, "outboard-stream: %s\n", error.text);
        return TOOL_TROUBLE;
    }
    signal(SIGPIPE, SIG_IGN);
    report = tool_report_open(arguments);
    if (report) {
        status = tool_report_close(report, report_run(arguments, destination, report));
    }
    ob_destination_free(destination);
    return status;
}
