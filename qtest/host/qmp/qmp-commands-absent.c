/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Queries for hosts with a display, disks and CPUs that run: QEMU's answers if there are none. */
#include <string.h>

#include "qtest/host/qmp/qmp.h"
#include "qtest/text/json.h"

/* For lists of what this machine never has: disks, sound ... */
json_t *ob_qmp_query_nothing(ObQmpCall *call)
{
    (void)call;
    return json_array();
}

json_t *ob_qmp_query_balloon(ObQmpCall *call)
{
    return ob_qmp_fail(call, OB_QMP_NOT_ACTIVE, "No balloon device has been activated");
}

json_t *ob_qmp_query_display_options(ObQmpCall *call)
{
    (void)call;
    return json_pack("{s:o}", "type", ob_json_text("none"));
}

json_t *ob_qmp_query_replay(ObQmpCall *call)
{
    (void)call;
    return json_pack("{s:o, s:i}", "mode", ob_json_text("none"), "icount", 0);
}

json_t *ob_qmp_query_dump(ObQmpCall *call)
{
    (void)call;
    return json_pack("{s:o, s:i, s:i}", "status", ob_json_text("none"), "completed", 0, "total", 0);
}

/* --------------------------------------------------------------------- chardevs */

static char *chardev_file(const ObSocketAddress *address)
{
    const char *server = address->server ? ",server=on" : "";

    switch (address->kind) {
    case OB_SOCKET_UNIX:
        return g_strdup_printf("unix:%s%s", address->path, server);
    case OB_SOCKET_TCP:
        return g_strdup_printf("tcp:%s:%u%s", address->host, address->port, server);
    case OB_SOCKET_FD:
        return g_strdup_printf("fd:%d", address->fd);
    case OB_SOCKET_FILE:
        return g_strdup("file");
    case OB_SOCKET_STDIO:
        return g_strdup("stdio");
    case OB_SOCKET_PTY:
        return g_strdup("pty");
    default:
        return g_strdup("null");
    }
}

static bool chardev_is_used(const ObOptions *options, const char *id)
{
    for (guint i = 0; i < options->monitors->len; i++) {
        const ObMonitor *monitor = options->monitors->pdata[i];

        if (g_strcmp0(monitor->chardev, id) == 0) {
            return true;
        }
    }
    return g_strcmp0(options->qtest_chardev, id) == 0;
}

json_t *ob_qmp_query_chardev(ObQmpCall *call)
{
    const GPtrArray *chardevs = call->system->options->chardevs;
    json_t *list = json_array();

    for (guint i = 0; i < chardevs->len; i++) {
        const ObChardev *chardev = chardevs->pdata[i];
        g_autofree char *file = chardev_file(&chardev->address);

        json_array_append_new(list, json_pack("{s:o, s:o, s:b}", "label", ob_json_text(chardev->id),
                                              "filename", ob_json_text(file), "frontend-open",
                                              chardev_is_used(call->system->options, chardev->id)));
    }
    return list;
}

json_t *ob_qmp_query_chardev_backends(ObQmpCall *call)
{
    static const char *const names[] = { "socket", "file", "stdio", "pty", "null" };
    json_t *list = json_array();

    (void)call;
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        json_array_append_new(list, json_pack("{s:o}", "name", ob_json_text(names[i])));
    }
    return list;
}

/* ------------------------------------------------------------ text for people */

static json_t *human_text(ObQmpCall *call, const char *command)
{
    ObQmpCall human = { .system = call->system };
    json_t *text;

    human.arguments = json_pack("{s:o}", "command-line", ob_json_text(command));
    text = ob_qmp_human_monitor_command(&human);
    json_decref(human.arguments);
    return json_pack("{s:o}", "human-readable-text", text);
}

json_t *ob_qmp_query_numa(ObQmpCall *call)
{
    return human_text(call, "info numa");
}

json_t *ob_qmp_query_irq(ObQmpCall *call)
{
    return human_text(call, "info irq");
}

json_t *ob_qmp_query_ramblock(ObQmpCall *call)
{
    return human_text(call, "info ramblock");
}
