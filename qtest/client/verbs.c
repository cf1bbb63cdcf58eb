/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Verbs that are passed on to the transport. */
#include "qtest/client/client-internal.h"
#include "qtest/text/json.h"

struct ObHost *ob_client_host(const ObClient *c)
{
    return c->carrier->host ? c->carrier->host(c->link) : NULL;
}

GPid ob_client_pid(const ObClient *c)
{
    return c->transport->pid(c->link);
}

bool ob_client_big_endian(ObClient *c)
{
    return c->transport->big_endian(c->link);
}

bool ob_client_irq_intercept_in(ObClient *c, const char *path)
{
    return c->transport->irq_intercept(c->link, path, false, NULL);
}

bool ob_client_irq_intercept_out(ObClient *c, const char *path, const char *name)
{
    return c->transport->irq_intercept(c->link, path, true, name);
}

bool ob_client_irq_get(ObClient *c, uint32_t line)
{
    ob_client_before_access(c);
    return c->transport->irq_get(c->link, line);
}

bool ob_client_set_irq_in(ObClient *c, const char *path, const char *name, uint32_t line,
                          bool level)
{
    return c->transport->irq_set(c->link, path, name, line, level);
}

int64_t ob_client_clock_step(ObClient *c, int64_t nanoseconds)
{
    ob_client_before_access(c);
    return c->transport->clock_step(c->link, nanoseconds);
}

int64_t ob_client_clock_step_next(ObClient *c)
{
    ob_client_before_access(c);
    return c->transport->clock_step_next(c->link);
}

int64_t ob_client_clock_set(ObClient *c, int64_t now)
{
    ob_client_before_access(c);
    return c->transport->clock_set(c->link, now);
}

bool ob_client_net_send(ObClient *c, const char *netdev, const void *frame, size_t size)
{
    return c->transport->net_send(c->link, netdev, frame, size);
}

uint8_t *ob_client_net_receive(ObClient *c, const char *netdev, size_t *size)
{
    *size = 0;
    return c->transport->net_receive(c->link, netdev, size);
}

bool ob_client_chardev_send(ObClient *c, const char *chardev, const void *bytes, size_t size)
{
    return c->transport->chardev_send(c->link, chardev, bytes, size);
}

uint8_t *ob_client_chardev_receive(ObClient *c, const char *chardev, size_t *size)
{
    *size = 0;
    return c->transport->chardev_receive(c->link, chardev, size);
}

bool ob_client_chardev_event(ObClient *c, const char *chardev, const char *event)
{
    return c->transport->chardev_event(c->link, chardev, event);
}

void ob_client_reset(ObClient *c)
{
    c->transport->reset(c->link);
}

bool ob_client_poll(ObClient *c)
{
    return c->transport->poll(c->link);
}

char *ob_client_qtest(ObClient *c, const char *line)
{
    return c->transport->qtest(c->link, line);
}

bool ob_client_lines_send(ObClient *c, const char *lines, size_t size)
{
    return c->transport->lines_send && c->transport->lines_send(c->link, lines, size);
}

bool ob_client_lines_await(ObClient *c, size_t count, ObAnswered *answered, void *opaque)
{
    return c->transport->lines_await && c->transport->lines_await(c->link, count, answered, opaque);
}

bool ob_client_qtest_lines(ObClient *c, const char *lines, size_t size, size_t count,
                           ObAnswered *answered, void *opaque)
{
    return ob_client_lines_send(c, lines, size) &&
           ob_client_lines_await(c, count, answered, opaque);
}

bool ob_client_module_load(ObClient *c, const char *prefix, const char *name)
{
    g_autofree char *line = g_strdup_printf("module_load %s %s", prefix, name);
    g_autofree char *answer = ob_client_qtest(c, line);

    return answer && g_str_has_prefix(answer, "OK");
}

/* ------------------------------------------------------------------------ QMP */

json_t *ob_client_qmp_raw(ObClient *c, const char *text)
{
    return c->transport->qmp(c->link, text);
}

json_t *ob_client_qmp_event(ObClient *c, const char *name, uint32_t timeout_ms)
{
    return c->transport->qmp_event(c->link, name, timeout_ms);
}

json_t *ob_client_qmp(ObClient *c, const char *command, json_t *arguments, json_t **error)
{
    json_t *request = json_pack("{s:o, s:o*}", "execute", ob_json_text(command), "arguments",
                                arguments);
    char *text = json_dumps(request, JSON_COMPACT);
    json_t *answer = ob_client_qmp_raw(c, text);
    json_t *result = json_incref(json_object_get(answer, "return"));
    json_t *refusal = json_object_get(answer, "error");

    if (error) {
        *error = json_incref(refusal);
    } else if (refusal) {
        ob_client_fail(c, "QMP refused %s: %s", text,
                       json_string_value(json_object_get(refusal, "desc")));
    }
    json_decref(answer);
    json_decref(request);
    free(text);
    return result;
}
