/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/qmp/qmp.h"

#include "qtest/host/qmp/json-reader.h"

#include <stdarg.h>
#include <string.h>
#include "qtest/text/json.h"

/* For a message that can't be made: only lack of memory is left as a reason. */
#define LOST_REPLY "{\"error\": {\"class\": \"GenericError\", \"desc\": \"out of memory\"}}"

struct ObQmp {
    ObSystem *system;
    bool (*send)(void *opaque, const char *bytes, size_t count);
    int (*take_fd)(void *opaque); /* NULL: peers pass none */
    void *opaque;
    ObJsonReader *reader;
    GByteArray *backlog; /* input that came while suspended */
    bool suspended;      /* the peer does not read its replies */
    bool has_negotiated;
    bool has_oob;
    bool pretty;
};

/* The members of one request. */
typedef struct QmpRequest {
    json_t *id;
    json_t *execute; /* from member execute or exec-oob */
    bool is_oob;
} QmpRequest;

/* In ASCII, as QEMU sends it: a client's terminal may show it. */
static void qmp_send(ObQmp *qmp, json_t *message)
{
    char *text = json_dumps(message, JSON_ENSURE_ASCII | (qmp->pretty ? JSON_INDENT(4) : 0));
    g_autofree char *line = g_strconcat(text ? text : LOST_REPLY, "\r\n", NULL);

    qmp->suspended |= !qmp->send(qmp->opaque, line, strlen(line));
    free(text);
    json_decref(message);
}

json_t *ob_qmp_version(void)
{
    return json_pack("{s:{s:i, s:i, s:i}, s:o}", "qemu", "major", OB_QEMU_MAJOR, "minor",
                     OB_QEMU_MINOR, "micro", OB_QEMU_MICRO, "package",
                     ob_json_text("outboard " OB_VERSION));
}

/* ----------------------------------------------------------------- commands */

json_t *ob_qmp_fail(ObQmpCall *call, const char *error_class, const char *format, ...)
{
    va_list args;

    call->error_class = error_class;
    va_start(args, format);
    g_vsnprintf(call->error, sizeof(call->error), format, args);
    va_end(args);
    return NULL;
}

const char *ob_qmp_string(const ObQmpCall *call, const char *name)
{
    return json_string_value(json_object_get(call->arguments, name));
}

static json_t *qmp_capabilities(ObQmp *qmp, ObQmpCall *call)
{
    json_t *enable = json_object_get(call->arguments, "enable");
    json_t *capability;
    size_t i;

    json_array_foreach(enable, i, capability)
    {
        if (strcmp(json_string_value(capability), "oob") != 0) {
            return ob_qmp_fail(call, OB_QMP_GENERIC,
                               "Parameter 'enable' does not accept value '%s'",
                               json_string_value(capability));
        }
        qmp->has_oob = true;
    }
    qmp->has_negotiated = true;
    return json_object();
}

static const ObQmpCommand *command_find(const char *name)
{
    const ObQmpCommand *command = ob_qmp_commands;

    while (command->name && strcmp(command->name, name) != 0) {
        command++;
    }
    return command->name ? command : NULL;
}

/* qmp_capabilities belongs to the session. */
static bool is_negotiation(const ObQmpCommand *command)
{
    return !command->handler && !command->absent;
}

static json_t *command_answer(ObQmpCall *call, const ObQmpCommand *command)
{
    return command->handler ? command->handler(call)
                            : ob_qmp_fail(call, OB_QMP_GENERIC, "%s", command->absent);
}

json_t *ob_qmp_run(ObQmpCall *call, const char *name)
{
    const ObQmpCommand *command = command_find(name);

    return command && !is_negotiation(command) && ob_qmp_is_available(call, name) &&
                   ob_qmp_check_arguments(call, command)
               ? command_answer(call, command)
               : NULL;
}

static json_t *qmp_execute(ObQmp *qmp, ObQmpCall *call, const QmpRequest *request)
{
    const char *name = json_string_value(request->execute);
    const ObQmpCommand *command = command_find(name);
    bool negotiates = command && is_negotiation(command);

    if (!qmp->has_negotiated && !negotiates) {
        return ob_qmp_fail(call, OB_QMP_NOT_FOUND,
                           "Expecting capabilities negotiation with 'qmp_capabilities'");
    }
    if (qmp->has_negotiated && negotiates) {
        return ob_qmp_fail(call, OB_QMP_NOT_FOUND,
                           "Capabilities negotiation is already complete, command ignored");
    }
    if (!command) {
        return ob_qmp_fail(call, OB_QMP_NOT_FOUND, "The command %s has not been found", name);
    }
    if (request->is_oob && !command->is_oob) {
        return ob_qmp_fail(call, OB_QMP_GENERIC, "The command %s does not support OOB", name);
    }
    if (!ob_qmp_is_available(call, name) || !ob_qmp_check_arguments(call, command)) {
        return NULL;
    }
    return negotiates ? qmp_capabilities(qmp, call) : command_answer(call, command);
}

/* ----------------------------------------------------------------- requests */

static bool member_read(ObQmp *qmp, ObQmpCall *call, QmpRequest *request, const char *name,
                        json_t *value)
{
    bool is_oob = strcmp(name, "exec-oob") == 0;

    if (strcmp(name, "id") == 0) {
        return true;
    }
    if (strcmp(name, "execute") == 0 || (is_oob && qmp->has_oob)) {
        if (request->execute) {
            return ob_qmp_fail(call, OB_QMP_GENERIC,
                               "QMP input member 'exec-oob' clashes with 'execute'");
        }
        if (!json_is_string(value)) {
            return ob_qmp_fail(call, OB_QMP_GENERIC, "QMP input member '%s' must be a string",
                               name);
        }
        request->execute = value;
        request->is_oob = is_oob;
        return true;
    }
    if (strcmp(name, "arguments") == 0) {
        call->arguments = value;
        return json_is_object(value) ||
               ob_qmp_fail(call, OB_QMP_GENERIC, "QMP input member 'arguments' must be an object");
    }
    return ob_qmp_fail(call, OB_QMP_GENERIC, "QMP input member '%s' is unexpected", name);
}

static bool request_read(ObQmp *qmp, ObQmpCall *call, QmpRequest *request, json_t *value)
{
    const char *name;
    json_t *member;

    if (!json_is_object(value)) {
        return ob_qmp_fail(call, OB_QMP_GENERIC, "QMP input must be a JSON object");
    }
    request->id = json_object_get(value, "id");
    json_object_foreach(value, name, member)
    {
        if (!member_read(qmp, call, request, name, member)) {
            return false;
        }
    }
    return request->execute ||
           ob_qmp_fail(call, OB_QMP_GENERIC, "QMP input lacks member 'execute'");
}

static json_t *error_reply(const ObQmpCall *call)
{
    return json_pack("{s:{s:o, s:o}}", "error", "class", ob_json_text(call->error_class), "desc",
                     ob_json_text(call->error));
}

static bool qmp_request(void *opaque, json_t *value, const char *error)
{
    ObQmp *qmp = opaque;
    ObQmpCall call = { .system = qmp->system, .qmp = qmp };
    QmpRequest request = { 0 };
    json_t *result = NULL;
    json_t *reply;

    if (!value) {
        ob_qmp_fail(&call, OB_QMP_GENERIC, "%s", error);
    } else if (request_read(qmp, &call, &request, value)) {
        result = qmp_execute(qmp, &call, &request);
    }
    if (!result && !call.error_class) {
        ob_qmp_fail(&call, OB_QMP_GENERIC, "The command has no answer");
    }
    reply = result ? json_pack("{s:o}", "return", result) : error_reply(&call);
    if (request.id) {
        json_object_set(reply, "id", request.id);
    }
    qmp_send(qmp, reply);
    json_decref(value);
    return !qmp->suspended;
}

/* ----------------------------------------------------------------- sessions */

ObQmp *ob_qmp_new(ObSystem *system, bool (*send)(void *opaque, const char *bytes, size_t count),
                  void *opaque)
{
    ObQmp *qmp = g_new0(ObQmp, 1);

    qmp->system = system;
    qmp->send = send;
    qmp->opaque = opaque;
    qmp->reader = ob_json_reader_new(qmp_request, qmp);
    qmp->backlog = g_byte_array_new();
    g_ptr_array_add(system->sessions, qmp);
    return qmp;
}

void ob_qmp_free(ObQmp *qmp)
{
    if (qmp) {
        g_ptr_array_remove(qmp->system->sessions, qmp);
        ob_json_reader_free(qmp->reader);
        g_byte_array_unref(qmp->backlog);
        g_free(qmp);
    }
}

void ob_qmp_set_pretty(ObQmp *qmp, bool pretty)
{
    qmp->pretty = pretty;
}

void ob_qmp_set_fd_source(ObQmp *qmp, int (*take_fd)(void *opaque))
{
    qmp->take_fd = take_fd;
}

int ob_qmp_take_fd(const ObQmpCall *call)
{
    return call->qmp && call->qmp->take_fd ? call->qmp->take_fd(call->qmp->opaque) : -1;
}

void ob_qmp_open(ObQmp *qmp)
{
    ob_qmp_close(qmp);
    qmp->has_oob = false;
    qmp_send(qmp, json_pack("{s:{s:o, s:[o]}}", "QMP", "version", ob_qmp_version(), "capabilities",
                            ob_json_text("oob")));
}

void ob_qmp_input(ObQmp *qmp, const char *bytes, size_t count)
{
    size_t taken = qmp->suspended ? 0 : ob_json_reader_feed(qmp->reader, bytes, count);

    g_byte_array_append(qmp->backlog, (const guint8 *)bytes + taken, count - taken);
}

void ob_qmp_resume(ObQmp *qmp)
{
    size_t taken;

    qmp->suspended = false;
    taken = ob_json_reader_feed(qmp->reader, (const char *)qmp->backlog->data, qmp->backlog->len);
    g_byte_array_remove_range(qmp->backlog, 0, taken);
}

void ob_qmp_close(ObQmp *qmp)
{
    qmp->has_negotiated = false;
    qmp->suspended = false;
    g_byte_array_set_size(qmp->backlog, 0);
    ob_json_reader_reset(qmp->reader);
}

/* ------------------------------------------------------------------- events */

void ob_qmp_event(ObSystem *system, const char *name, json_t *data)
{
    int64_t now = g_get_real_time();
    json_t *event = json_pack("{s:{s:I, s:I}, s:o, s:o*}", "timestamp", "seconds",
                              (json_int_t)(now / G_USEC_PER_SEC), "microseconds",
                              (json_int_t)(now % G_USEC_PER_SEC), "event", ob_json_text(name),
                              "data", data);

    for (guint i = 0; i < system->sessions->len; i++) {
        ObQmp *qmp = system->sessions->pdata[i];

        if (qmp->has_negotiated) {
            qmp_send(qmp, json_incref(event));
        }
    }
    json_decref(event);
}
