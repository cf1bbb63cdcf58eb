/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Queries for services that never run here: COLO, dirty rates, dumps.  The answers are QEMU's before
 * it starts such a service. */
#include "qtest/host/qmp/qmp.h"
#include "qtest/machine/board.h"
#include "qtest/text/json.h"

json_t *ob_qmp_query_accelerators(ObQmpCall *call)
{
    (void)call;
    return json_pack("{s:o, s:[o]}", "enabled", ob_json_text("qtest"), "present",
                     ob_json_text("qtest"));
}

/* The status of plugged memory and CPUs as a guest has told it by ACPI: nothing is plugged.  QEMU's
 * virt answers as if it had no ACPI. */
json_t *ob_qmp_query_acpi_ospm_status(ObQmpCall *call)
{
    return ob_host_machine(call->system->host)->has_io_ports
               ? json_array()
               : ob_qmp_fail(call, OB_QMP_GENERIC, "command is not supported, missing ACPI device");
}

json_t *ob_qmp_query_colo_status(ObQmpCall *call)
{
    (void)call;
    return json_pack("{s:o, s:o, s:o}", "mode", ob_json_text("none"), "last-mode",
                     ob_json_text("none"), "reason", ob_json_text("none"));
}

json_t *ob_qmp_query_dirty_rate(ObQmpCall *call)
{
    (void)call;
    return json_pack("{s:o, s:i, s:i, s:o, s:i, s:o}", "status", ob_json_text("unstarted"),
                     "start-time", 0, "calc-time", 0, "calc-time-unit", ob_json_text("second"),
                     "sample-pages", 0, "mode", ob_json_text("page-sampling"));
}

/* There is no dump-guest-memory, so it has no formats. */
json_t *ob_qmp_query_dump_capability(ObQmpCall *call)
{
    (void)call;
    return json_pack("{s:[]}", "formats");
}

/* -machine gic-version= takes both.  A GIC is a number of interrupt lines here. */
json_t *ob_qmp_query_gic_capabilities(ObQmpCall *call)
{
    return g_str_equal(call->system->options->architecture, "aarch64")
               ? json_pack("[{s:i, s:b, s:b}, {s:i, s:b, s:b}]", "version", 3, "emulated", 1,
                           "kernel", 0, "version", 2, "emulated", 1, "kernel", 0)
               : ob_qmp_fail(call, OB_QMP_GENERIC, "GIC hardware is not available on this target");
}

/* No image of a firmware lies in ROM, and no accelerator counts: QEMU's machine none has the same
 * text. */
json_t *ob_qmp_query_text_of_nothing(ObQmpCall *call)
{
    (void)call;
    return json_pack("{s:o}", "human-readable-text", ob_json_text(""));
}
