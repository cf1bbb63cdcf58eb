/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One move: a second program is started, gets the machine by migration, and becomes the
 * client's program.  The client itself transfers the test's changes that a stream lacks.
 */
#include "qtest/client/transport/anywhere.h"

#include <inttypes.h>
#include <string.h>

#define END_TIMEOUT_MS 2000 /* from a refused stream to the end of the process */

/* clang-format off */
#define EVENTS_ON "{\"execute\":\"migrate-set-capabilities\",\"arguments\":{\"capabilities\":" \
                  "[{\"capability\":\"events\",\"state\":true}]}}"
/* clang-format on */
#define DO_NOTHING "{\"execute\":\"query-status\"}"

/* ----------------------------------------------------------------- the two programs */

static bool program_execute(ObSocket *s, const char *command)
{
    json_t *answer = ob_transport_socket.qmp(s, command);
    json_t *refusal = json_object_get(answer, "error");
    bool done = answer && !refusal;

    if (refusal) {
        ob_client_fail(s->client, "migrate_every: %s refused %s: %s", s->name, command,
                       json_string_value(json_object_get(refusal, "desc")));
    }
    json_decref(answer);
    return done;
}

static bool program_execute_uri(ObSocket *s, const char *command)
{
    g_autofree char *text = g_strdup_printf(
        "{\"execute\":\"%s\",\"arguments\":{\"uri\":\"unix:%s/stream\"}}", command,
        ob_scratch_path(s->anywhere->directory));

    return program_execute(s, text);
}

/* Waits until the migration ends.  Returns false if the client failed meanwhile. */
static bool program_await(ObSocket *s, bool *completed)
{
    bool failed = false;

    for (*completed = false; !*completed && !failed;) {
        json_t *event = ob_transport_socket.qmp_event(s, "MIGRATION", s->timeout_ms);
        const char *status = json_string_value(
            json_object_get(json_object_get(event, "data"), "status"));

        *completed = !g_strcmp0(status, "completed");
        failed = !g_strcmp0(status, "failed");
        if (!event) {
            ob_client_fail(s->client, "migrate_every: the migration of %s has not ended in time",
                           s->name);
            return false;
        }
        json_decref(event);
    }
    return true;
}

/* Events arrive before the answer to the next command. */
static bool program_hide_events(ObSocket *s, size_t from)
{
    static const char *const hidden[] = { "MIGRATION", "STOP", "RESUME", NULL };

    if (!program_execute(s, DO_NOTHING)) {
        return false;
    }
    for (size_t i = json_array_size(s->qmp.events); i-- > from;) {
        json_t *event = json_array_get(s->qmp.events, i);

        if (g_strv_contains(hidden, json_string_value(json_object_get(event, "event")))) {
            json_array_remove(s->qmp.events, i);
        }
    }
    return true;
}

/* ------------------------------------------------------------------------- the move */

static ObSocket *target_start(ObSocket *s)
{
    ObAnywhere *a = s->anywhere;
    ObStart start = a->start;
    g_autofree char *more = start.next_arguments ? start.next_arguments(start.next_opaque) : NULL;
    g_autofree char *arguments = g_strdup_printf("%s -incoming defer", more ? more : a->arguments);
    HW_ERROR(error, 4096);
    ObSocket *target;

    start.arguments = arguments;
    target = ob_socket_start(&start, a->program, &error);
    if (!target) {
        ob_client_fail(s->client, "migrate_every: %s", error.text);
        return NULL;
    }
    target->client = s->client;
    target->anywhere = a;
    return target;
}

/* Prepares the target before the stream comes, so that it announces lines that rise when devices
 * load their state. */
static bool target_prepare(ObSocket *s, ObSocket *target)
{
    const ObAnywhere *a = s->anywhere;

    if (a->intercept.path &&
        !ob_transport_socket.irq_intercept(target, a->intercept.path, a->intercept.outputs,
                                           a->intercept.name)) {
        ob_client_fail(s->client, "migrate_every: can't intercept %s again", a->intercept.path);
        return false;
    }
    return program_execute(target, EVENTS_ON) && program_execute_uri(target, "migrate-incoming");
}

/* The sender gives its reason by QMP, the receiver on stderr. */
static bool move_failed(ObSocket *s, ObSocket *target)
{
    json_t *answer = ob_transport_socket.qmp(s, "{\"execute\":\"query-migrate\"}");
    const char *reason = json_string_value(
        json_object_get(json_object_get(answer, "return"), "error-desc"));
    g_autofree char *end = NULL;

    ob_process_wait(target->process, END_TIMEOUT_MS);
    end = ob_process_describe(target->process);
    ob_client_fail(s->client, "%s can't migrate: %s; the receiver %s", s->name,
                   reason ? reason : "the stream was sent, and refused", end);
    json_decref(answer);
    return false;
}

static bool stream_move(ObSocket *s, ObSocket *target)
{
    size_t events;
    bool sent, loaded;

    if (!target_prepare(s, target) || !program_execute(s, EVENTS_ON)) {
        return false;
    }
    events = json_array_size(s->qmp.events);
    if (!program_execute_uri(s, "migrate") || !program_await(s, &sent) ||
        (sent && !program_await(target, &loaded))) {
        return false;
    }
    if (!sent || !loaded) {
        return move_failed(s, target);
    }
    return program_hide_events(s, events) && program_hide_events(target, 0);
}

static bool inputs_restore(ObSocket *target)
{
    const GArray *inputs = target->anywhere->inputs;

    for (guint i = 0; i < inputs->len; i++) {
        const ObInput *input = &g_array_index(inputs, ObInput, i);

        if (!ob_transport_socket.irq_set(target, input->path, input->name, input->line,
                                         input->level)) {
            ob_client_fail(target->client, "migrate_every: can't drive %s %" PRIu32 " again",
                           input->path, input->line);
            return false;
        }
    }
    return true;
}

/* Exchanges the programs.  `s` stays the client's link and keeps its events. */
static void programs_exchange(ObSocket *s, ObSocket *target)
{
    ObSocket source = *s;

    json_array_extend(source.qmp.events, target->qmp.events);
    s->wire = target->wire;
    s->qmp.wire = target->qmp.wire;
    s->process = target->process;
    memcpy(s->irqs, target->irqs, sizeof(s->irqs));
    target->wire = source.wire;
    target->qmp.wire = source.qmp.wire;
    target->process = source.process;
}

void ob_anywhere_move(ObSocket *s)
{
    ObSocket *target = target_start(s);
    g_autofree char *reason = NULL;

    if (!target) {
        return;
    }
    if (stream_move(s, target) && inputs_restore(target)) {
        programs_exchange(s, target);
        if (!ob_transport_socket.quit(target, &reason)) {
            ob_client_fail(s->client, "migrate_every: after its migration, %s", reason);
        }
    }
    target->anywhere = NULL;
    ob_transport_socket.free(target);
}
