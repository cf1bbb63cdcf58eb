/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -preconfig: QMP before the machine's initialization has completed. */
#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/host/qmp/qmp.h"
#include "qtest/host/run/nodes.h"

/* QEMU's list, as far as these commands exist here. */
static const char early[] =
    " qmp_capabilities query-commands query-command-line-options query-qmp-schema query-version "
    "query-status query-name query-uuid query-block query-block-jobs query-block-exports "
    "query-blockstats query-named-block-nodes blockdev-add blockdev-del query-hotpluggable-cpus "
    "query-iothreads query-memdev set-numa-node object-add object-del qom-get qom-list "
    "qom-set qom-list-types qom-list-properties set-action quit "
    "x-exit-preconfig ";

bool ob_qmp_is_available(ObQmpCall *call, const char *name)
{
    g_autofree char *word = g_strdup_printf(" %s ", name);

    return !call->system->preconfig || strstr(early, word) ||
           ob_qmp_fail(call, OB_QMP_GENERIC,
                       "The command '%s' is permitted only after machine initialization has "
                       "completed",
                       name);
}

json_t *ob_qmp_x_exit_preconfig(ObQmpCall *call)
{
    ObSystem *system = call->system;
    HW_ERROR(reason, 512);

    if (!system->preconfig) {
        return ob_qmp_fail(call, OB_QMP_GENERIC,
                           "The command is permitted only before machine initialization");
    }
    if (!ob_nodes_apply(system, &reason)) {
        return ob_qmp_fail(call, OB_QMP_GENERIC, "%s", reason.text);
    }
    system->preconfig = false;
    ob_host_set_hot(system->host);
    if (system->options->incoming) {
        system->state = OB_RUNSTATE_INMIGRATE;
    } else if (system->autostart) {
        ob_system_cont(system);
    }
    return json_object();
}
