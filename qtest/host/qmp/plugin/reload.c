/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A rebuilt plugin takes over its devices. */
#include "qtest/host/migration/migration.h"
#include "qtest/host/qmp/qmp.h"
#include "qtest/machine/core/reload.h"

json_t *ob_qmp_x_plugin_reload(ObQmpCall *call)
{
    ObSystem *system = call->system;
    HwReloadResult result;
    HW_ERROR(error, 480);

    if (ob_migration_busy(system->migration)) {
        return ob_qmp_fail(call, OB_QMP_GENERIC, "x-plugin-reload not allowed while migrating");
    }
    if (!ob_host_reload_plugin(system->host, ob_qmp_string(call, "plugin"),
                               ob_qmp_string(call, "path"), &result, &error)) {
        return ob_qmp_fail(call, OB_QMP_GENERIC, "%s", error.text);
    }
    return json_pack("{s:I, s:I}", "devices", (json_int_t)result.devices, "pause-ns",
                     (json_int_t)result.pause);
}
