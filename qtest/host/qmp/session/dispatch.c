/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/qmp/session/dispatch.h"

#include <stdarg.h>
#include <string.h>

/* The members of one request. */
typedef struct QmpRequest {
    json_t *execute; /* from member execute or exec-oob */
    bool is_oob;
} QmpRequest;

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

static json_t *qmp_capabilities(ObQmpTerms *terms, ObQmpCall *call)
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
        terms->has_oob = true;
    }
    terms->has_negotiated = true;
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

static json_t *qmp_execute(ObQmpTerms *terms, ObQmpCall *call, const QmpRequest *request)
{
    const char *name = json_string_value(request->execute);
    const ObQmpCommand *command = command_find(name);
    bool negotiates = command && is_negotiation(command);

    if (!terms->has_negotiated && !negotiates) {
        return ob_qmp_fail(call, OB_QMP_NOT_FOUND,
                           "Expecting capabilities negotiation with 'qmp_capabilities'");
    }
    if (terms->has_negotiated && negotiates) {
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
    return negotiates ? qmp_capabilities(terms, call) : command_answer(call, command);
}

/* ----------------------------------------------------------------- requests */

static bool member_read(const ObQmpTerms *terms, ObQmpCall *call, QmpRequest *request,
                        const char *name, json_t *value)
{
    bool is_oob = strcmp(name, "exec-oob") == 0;

    if (strcmp(name, "id") == 0) {
        return true;
    }
    if (strcmp(name, "execute") == 0 || (is_oob && terms->has_oob)) {
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

static bool request_read(const ObQmpTerms *terms, ObQmpCall *call, QmpRequest *request,
                         json_t *value)
{
    const char *name;
    json_t *member;

    if (!json_is_object(value)) {
        return ob_qmp_fail(call, OB_QMP_GENERIC, "QMP input must be a JSON object");
    }
    json_object_foreach(value, name, member)
    {
        if (!member_read(terms, call, request, name, member)) {
            return false;
        }
    }
    return request->execute ||
           ob_qmp_fail(call, OB_QMP_GENERIC, "QMP input lacks member 'execute'");
}

json_t *ob_qmp_dispatch(ObQmpTerms *terms, ObQmpCall *call, json_t *value)
{
    QmpRequest request = { 0 };
    json_t *result = NULL;

    if (request_read(terms, call, &request, value)) {
        result = qmp_execute(terms, call, &request);
    }
    if (!result && !call->error_class && !call->later) {
        ob_qmp_fail(call, OB_QMP_GENERIC, "The command has no answer");
    }
    return result;
}
