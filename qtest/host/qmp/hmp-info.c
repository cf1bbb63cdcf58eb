/* SPDX-License-Identifier: GPL-2.0-or-later */
/* HMP's info commands, except for trees. */
#include "qtest/host/options/numa.h"
#include "qtest/host/qmp/hmp-internal.h"
#include "qtest/host/qmp/qom/qom.h"
#include "qtest/host/run/nodes.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

void ob_hmp_info_nothing(ObHmpCall *call)
{
    (void)call;
}

void ob_hmp_info_no_cpu(ObHmpCall *call)
{
    ob_hmp_print(call, "No CPU available\n");
}

/* None of them runs. */
void ob_hmp_info_cpus(ObHmpCall *call)
{
    for (uint32_t i = 0; i < ob_qom_cpu_count(call->system); i++) {
        ob_hmp_print(call, "%c CPU #%u: thread_id=%d\n", i ? ' ' : '*', i, (int)getpid());
    }
}

void ob_hmp_info_version(ObHmpCall *call)
{
    ob_hmp_print(call, "%d.%d.%d%s\n", OB_QEMU_MAJOR, OB_QEMU_MINOR, OB_QEMU_MICRO,
                 "outboard " OB_VERSION);
}

void ob_hmp_info_status(ObHmpCall *call)
{
    ObRunState state = call->system->state;

    if (state == OB_RUNSTATE_RUNNING) {
        ob_hmp_print(call, "VM status: running\n");
    } else if (state == OB_RUNSTATE_PAUSED) {
        ob_hmp_print(call, "VM status: paused\n");
    } else {
        ob_hmp_print(call, "VM status: paused (%s)\n", ob_runstate_name(state));
    }
}

/* Prints a member of the answer, if there is an answer, and if it has the member. */
static void member_print(ObHmpCall *call, const char *command, const char *member)
{
    json_t *answer = ob_hmp_call_qmp(call, command, NULL);
    const char *text = json_string_value(json_object_get(answer, member));

    if (text) {
        ob_hmp_print(call, "%s\n", text);
    }
    json_decref(answer);
}

void ob_hmp_info_name(ObHmpCall *call)
{
    member_print(call, "query-name", "name");
}

void ob_hmp_info_uuid(ObHmpCall *call)
{
    member_print(call, "query-uuid", "UUID");
}

void ob_hmp_info_vm_generation_id(ObHmpCall *call)
{
    member_print(call, "query-vm-generation-id", "guid");
}

void ob_hmp_info_kvm(ObHmpCall *call)
{
    ob_hmp_print(call, "kvm support: not compiled\n");
}

void ob_hmp_info_numa(ObHmpCall *call)
{
    const ObSystem *system = call->system;
    const ObNuma *numa = ob_nodes_exist(system) ? system->options->numa : NULL;

    ob_hmp_print(call, "%u nodes\n", numa ? numa->count : 0);
    for (uint32_t i = 0; numa && i < numa->count; i++) {
        ob_hmp_print(call, "node %u cpus:", i);
        for (uint32_t cpu = 0; cpu < numa->topology->cpus; cpu++) {
            if (numa->cpu_nodes[cpu] == i) {
                ob_hmp_print(call, " %u", cpu);
            }
        }
        ob_hmp_print(call, "\nnode %u size: %" PRIu64 " MB\nnode %u plugged: 0 MB\n", i,
                     ob_nodes_memory(system, i) >> 20, i);
    }
}

void ob_hmp_info_memory_size(ObHmpCall *call)
{
    ob_hmp_print(call, "base memory: %" PRIu64 "\nplugged memory: 0\n",
                 ob_host_ram_size(call->system->host));
}

void ob_hmp_info_irq(ObHmpCall *call)
{
    ObHost *host = call->system->host;
    uint32_t count = ob_host_machine(host)->irq_lines;

    for (uint32_t line = 0; line < count; line++) {
        if (ob_host_irq_level(host, line)) {
            ob_hmp_print(call, "%" PRIu32 ": raised\n", line);
        }
    }
}

/* ----------------------------------------------------------------------- TPM */

static void tpm_print(ObHmpCall *call, size_t number, const json_t *tpm)
{
    const json_t *options = json_object_get(tpm, "options");
    const char *id = json_string_value(json_object_get(tpm, "id"));
    const char *name;
    json_t *value;

    ob_hmp_print(call, " tpm%zu: model=%s\n", number,
                 json_string_value(json_object_get(tpm, "model")));
    ob_hmp_print(call, "  \\ %s: type=%s", id, json_string_value(json_object_get(options, "type")));
    json_object_foreach(json_object_get(options, "data"), name, value)
    {
        ob_hmp_print(call, ",%s=%s", name, json_string_value(value));
    }
    ob_hmp_print(call, "\n");
}

void ob_hmp_info_tpm(ObHmpCall *call)
{
    json_t *list = ob_hmp_call_qmp(call, "query-tpm", NULL);
    json_t *tpm;
    size_t i;

    if (json_array_size(list)) {
        ob_hmp_print(call, "TPM device:\n");
    }
    json_array_foreach(list, i, tpm)
    {
        tpm_print(call, i, tpm);
    }
    json_decref(list);
}

/* ----------------------------------------------------------------- migration */

static const struct {
    const char *member; /* a member of query-migrate, or of its member ram */
    const char *label;
    const char *unit;
    bool kibibytes;
} figures[] = {
    { "total-time", "total time", "ms" },
    { "downtime", "downtime", "ms" },
    { "transferred", "transferred ram", "kbytes", true },
    { "remaining", "remaining ram", "kbytes", true },
    { "total", "total ram", "kbytes", true },
    { "duplicate", "duplicate", "pages" },
    { "normal", "normal", "pages" },
    { "normal-bytes", "normal bytes", "kbytes", true },
    { "dirty-sync-count", "dirty sync count", "" },
};

static void figures_print(ObHmpCall *call, const json_t *info)
{
    for (size_t i = 0; i < G_N_ELEMENTS(figures); i++) {
        const json_t *value = json_object_get(info, figures[i].member);
        json_int_t number = json_integer_value(value) >> (figures[i].kibibytes ? 10 : 0);

        if (!value) {
            value = json_object_get(json_object_get(info, "ram"), figures[i].member);
            number = json_integer_value(value) >> (figures[i].kibibytes ? 10 : 0);
        }
        if (value) {
            ob_hmp_print(call, "%s: %" JSON_INTEGER_FORMAT "%s%s\n", figures[i].label, number,
                         *figures[i].unit ? " " : "", figures[i].unit);
        }
    }
}

void ob_hmp_info_migrate(ObHmpCall *call)
{
    json_t *info = ob_hmp_call_qmp(call, "query-migrate", NULL);
    const char *status = json_string_value(json_object_get(info, "status"));
    const char *reason = json_string_value(json_object_get(info, "error-desc"));

    if (status && strcmp(status, "none") != 0) {
        ob_hmp_print(call, "Migration status: %s", status);
        ob_hmp_print(call, reason ? " (%s)\n" : "\n", reason);
        figures_print(call, info);
    }
    json_decref(info);
}

void ob_hmp_info_migrate_capabilities(ObHmpCall *call)
{
    json_t *list = ob_hmp_call_qmp(call, "query-migrate-capabilities", NULL);
    json_t *entry;
    size_t i;

    json_array_foreach(list, i, entry)
    {
        ob_hmp_print(call, "%s: %s\n", json_string_value(json_object_get(entry, "capability")),
                     json_is_true(json_object_get(entry, "state")) ? "on" : "off");
    }
    json_decref(list);
}

void ob_hmp_info_migrate_parameters(ObHmpCall *call)
{
    json_t *parameters = ob_hmp_call_qmp(call, "query-migrate-parameters", NULL);

    ob_hmp_print(call,
                 "max-bandwidth: %" JSON_INTEGER_FORMAT " bytes/second\n"
                 "downtime-limit: %" JSON_INTEGER_FORMAT " ms\n",
                 json_integer_value(json_object_get(parameters, "max-bandwidth")),
                 json_integer_value(json_object_get(parameters, "downtime-limit")));
    json_decref(parameters);
}
