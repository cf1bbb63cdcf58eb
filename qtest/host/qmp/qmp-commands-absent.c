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
