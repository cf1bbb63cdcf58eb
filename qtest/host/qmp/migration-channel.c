/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/qmp/migration-channel.h"

#include <inttypes.h>
#include <string.h>

static const char *text(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

static char *missing(ObQmpCall *call, const char *name)
{
    return (char *)ob_qmp_fail(call, OB_QMP_GENERIC, "Parameter 'channels[0].addr.%s' is missing",
                               name);
}

static char *invalid(ObQmpCall *call, const char *name, const char *value)
{
    return (char *)ob_qmp_fail(call, OB_QMP_GENERIC,
                               "Parameter 'channels[0].%s' does not accept value '%s'", name,
                               value);
}

/* An address in brackets may have colons. */
static char *inet_uri(ObQmpCall *call, const json_t *addr)
{
    const char *host = text(addr, "host");
    const char *port = text(addr, "port");
    if (!host || !port) {
        return missing(call, host ? "port" : "host");
    }
    return strchr(host, ':') ? g_strdup_printf("tcp:[%s]:%s", host, port)
                             : g_strdup_printf("tcp:%s:%s", host, port);
}

static char *socket_uri(ObQmpCall *call, const json_t *addr)
{
    const char *type = text(addr, "type");

    if (!type) {
        return missing(call, "type");
    }
    if (strcmp(type, "inet") == 0) {
        return inet_uri(call, addr);
    }
    if (strcmp(type, "unix") == 0) {
        const char *path = text(addr, "path");
        return path ? g_strconcat("unix:", path, NULL) : missing(call, "path");
    }
    if (strcmp(type, "fd") == 0) {
        const char *name = text(addr, "str");
        return name ? g_strconcat("fd:", name, NULL) : missing(call, "str");
    }
    return invalid(call, "addr.type", type);
}

/* exec: hands its text to a shell, so each argument is quoted for it. */
static char *exec_uri(ObQmpCall *call, const json_t *addr)
{
    const json_t *args = json_object_get(addr, "args");
    GString *uri = g_string_new("exec:exec");
    const json_t *arg;
    size_t i;

    json_array_foreach((json_t *)args, i, arg)
    {
        g_autofree char *word = json_is_string(arg) ? g_shell_quote(json_string_value(arg)) : NULL;

        if (word) {
            g_string_append_printf(uri, " %s", word);
        }
    }
    if (!json_array_size(args)) {
        g_string_free(uri, TRUE);
        return missing(call, "args");
    }
    return g_string_free(uri, FALSE);
}

static char *file_uri(ObQmpCall *call, const json_t *addr)
{
    const char *name = text(addr, "filename");
    const json_t *offset = json_object_get(addr, "offset");

    if (!name || !json_is_integer(offset)) {
        return missing(call, name ? "offset" : "filename");
    }
    return g_strdup_printf("file:%s,offset=%" JSON_INTEGER_FORMAT, name,
                           json_integer_value(offset));
}

static char *channel_uri(ObQmpCall *call, const json_t *channel)
{
    const json_t *addr = json_object_get(channel, "addr");
    const char *type = text(channel, "channel-type");
    const char *transport = text(addr, "transport");

    if (!type || !transport) {
        return missing(call, "transport");
    }
    if (strcmp(type, "main") != 0) {
        return invalid(call, "channel-type", type);
    }
    if (strcmp(transport, "socket") == 0) {
        return socket_uri(call, addr);
    }
    if (strcmp(transport, "exec") == 0) {
        return exec_uri(call, addr);
    }
    if (strcmp(transport, "file") == 0) {
        return file_uri(call, addr);
    }
    return invalid(call, "addr.transport", transport);
}

char *ob_migration_uri(ObQmpCall *call)
{
    const char *uri = ob_qmp_string(call, "uri");
    const json_t *channels = json_object_get(call->arguments, "channels");

    if (!uri == !channels) {
        return (char *)ob_qmp_fail(call, OB_QMP_GENERIC,
                                   "need either 'uri' or 'channels' argument");
    }
    if (uri) {
        return g_strdup(uri);
    }
    if (json_array_size(channels) != 1) {
        return (char *)ob_qmp_fail(call, OB_QMP_GENERIC,
                                   "Channel list must have one 'main' "
                                   "channel");
    }
    return channel_uri(call, json_array_get(channels, 0));
}
