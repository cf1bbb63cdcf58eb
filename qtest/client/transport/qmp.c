/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/client/transport/qmp.h"

#include <glib.h>
#include <string.h>

#include "qtest/client/transport/qmp-check.h"

void ob_qmp_init(ObQmp *qmp, int fd)
{
    *qmp = (ObQmp) { 0 };
    ob_wire_init(&qmp->wire, fd);
    qmp->events = json_array();
}

void ob_qmp_clear(ObQmp *qmp)
{
    ob_wire_clear(&qmp->wire);
    json_decref(qmp->events);
    qmp->events = NULL;
    ob_qmp_check_free(qmp->check);
    g_free(qmp->fault);
}

static void qmp_hear(ObQmp *qmp, const json_t *message)
{
    g_autofree char *fault = qmp->check ? ob_qmp_check_hear(qmp->check, message) : NULL;

    if (!qmp->fault) {
        qmp->fault = g_steal_pointer(&fault);
    }
}

/* A line that is not JSON counts as a closed connection: nothing after it can be trusted. */
static ObWireResult qmp_read(ObQmp *qmp, json_t **message, uint32_t timeout_ms)
{
    char *line;
    size_t length;
    ObWireResult result = ob_wire_line(&qmp->wire, &line, &length, timeout_ms);

    if (result != OB_WIRE_OK) {
        return result;
    }
    *message = json_loadb(line, length, 0, NULL);
    if (!*message) {
        return OB_WIRE_CLOSED;
    }
    qmp_hear(qmp, *message);
    return OB_WIRE_OK;
}

/* Reads the next message that is not an event, and keeps events. */
static ObWireResult qmp_answer(ObQmp *qmp, json_t **answer, uint32_t timeout_ms)
{
    for (;;) {
        ObWireResult result = qmp_read(qmp, answer, timeout_ms);

        if (result != OB_WIRE_OK || !json_object_get(*answer, "event")) {
            return result;
        }
        json_array_append_new(qmp->events, *answer);
        *answer = NULL;
    }
}

static ObWireResult qmp_ask(ObQmp *qmp, const char *text, json_t **answer, uint32_t timeout_ms)
{
    g_autofree char *line = g_strconcat(text, "\n", NULL);
    ObWireResult result = ob_wire_send(&qmp->wire, line, strlen(line), timeout_ms);

    return result == OB_WIRE_OK ? qmp_answer(qmp, answer, timeout_ms) : result;
}

/* Asks for the schema, and checks the events that came before it. */
static ObWireResult check_begin(ObQmp *qmp, uint32_t timeout_ms)
{
    json_t *answer = NULL;
    ObWireResult result = qmp_ask(qmp, "{\"execute\":\"query-qmp-schema\"}", &answer, timeout_ms);
    json_t *event;
    size_t i;

    if (result == OB_WIRE_OK) {
        qmp->check = ob_qmp_check_new(json_object_get(answer, "return"));
        json_array_foreach(qmp->events, i, event)
        {
            qmp_hear(qmp, event);
        }
    }
    json_decref(answer);
    return result;
}

ObWireResult ob_qmp_execute(ObQmp *qmp, const char *text, json_t **answer, uint32_t timeout_ms)
{
    ObWireResult result = OB_WIRE_OK;

    if (qmp->is_checked && !qmp->check) {
        result = check_begin(qmp, timeout_ms);
    }
    if (qmp->check) {
        ob_qmp_check_say(qmp->check, text);
    }
    return result == OB_WIRE_OK ? qmp_ask(qmp, text, answer, timeout_ms) : result;
}

static bool greeting_is_ours(const json_t *greeting)
{
    const json_t *version = json_object_get(json_object_get(greeting, "QMP"), "version");
    const char *package = json_string_value(json_object_get(version, "package"));

    return package && g_str_has_prefix(package, "outboard ");
}

ObWireResult ob_qmp_negotiate(ObQmp *qmp, uint32_t timeout_ms)
{
    json_t *answer = NULL;
    ObWireResult result = qmp_answer(qmp, &answer, timeout_ms);

    qmp->is_checked = greeting_is_ours(answer);
    g_clear_pointer(&answer, json_decref);
    if (result == OB_WIRE_OK) {
        result = qmp_ask(qmp, "{\"execute\":\"qmp_capabilities\"}", &answer, timeout_ms);
    }
    json_decref(answer);
    return result;
}

static json_t *qmp_take_event(ObQmp *qmp, const char *name)
{
    size_t index;
    json_t *event;

    json_array_foreach(qmp->events, index, event)
    {
        if (g_strcmp0(json_string_value(json_object_get(event, "event")), name) == 0) {
            json_incref(event);
            json_array_remove(qmp->events, index);
            return event;
        }
    }
    return NULL;
}

ObWireResult ob_qmp_wait_event(ObQmp *qmp, const char *name, json_t **event, uint32_t timeout_ms)
{
    int64_t deadline = g_get_monotonic_time() + (int64_t)timeout_ms * 1000;

    while (!(*event = qmp_take_event(qmp, name))) {
        int64_t left = (deadline - g_get_monotonic_time()) / 1000;
        json_t *message = NULL;
        ObWireResult result;

        if (left <= 0) {
            return OB_WIRE_TIMEOUT;
        }
        result = qmp_read(qmp, &message, (uint32_t)left);
        if (result != OB_WIRE_OK) {
            return result;
        }
        json_array_append_new(qmp->events, message);
    }
    return OB_WIRE_OK;
}
