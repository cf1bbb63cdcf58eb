/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QMP commands about the machine as a whole. */
#include "qtest/host/qmp/qmp.h"

#include "qtest/host/io/fd-set.h"
#include "qtest/machine/board.h"
#include "qtest/machine/parts/acpi.h"
#include "qtest/machine/tree/tree.h"
#include "qtest/text/json.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

json_t *ob_qmp_query_version(ObQmpCall *call)
{
    (void)call;
    return ob_qmp_version();
}

json_t *ob_qmp_query_status(ObQmpCall *call)
{
    ObRunState state = call->system->state;

    return json_pack("{s:o, s:b, s:b}", "status", ob_json_text(ob_runstate_name(state)),
                     "singlestep", 0, "running", state == OB_RUNSTATE_RUNNING);
}

json_t *ob_qmp_query_name(ObQmpCall *call)
{
    return json_pack("{s:o*}", "name", ob_json_text(call->system->options->name));
}

json_t *ob_qmp_query_uuid(ObQmpCall *call)
{
    const char *uuid = call->system->options->uuid;
    g_autofree char *lower = g_ascii_strdown(uuid ? uuid : "00000000-0000-0000-0000-000000000000",
                                             -1);

    return json_pack("{s:o}", "UUID", ob_json_text(lower));
}

json_t *ob_qmp_query_target(ObQmpCall *call)
{
    return json_pack("{s:o}", "arch", ob_json_text(call->system->options->architecture));
}

json_t *ob_qmp_query_current_machine(ObQmpCall *call)
{
    return json_pack("{s:b}", "wakeup-suspend-support", ob_acpi_can_sleep(call->system->host));
}

json_t *ob_qmp_dumpdtb(ObQmpCall *call)
{
    HW_ERROR(error, 512);

    return ob_host_tree_dump(call->system->host, ob_qmp_string(call, "filename"), &error)
               ? json_object()
               : ob_qmp_fail(call, OB_QMP_GENERIC, "%s", error.text);
}

/* KVM is never used: no CPU runs. */
json_t *ob_qmp_query_kvm(ObQmpCall *call)
{
    (void)call;
    return json_pack("{s:b, s:b}", "enabled", 0, "present", 0);
}

static json_t *machine_entry(const ObMachine *machine, json_t *name)
{
    return json_pack("{s:o, s:i, s:b, s:b, s:b, s:b}", "name", name, "cpu-max",
                     MAX((int)machine->max_cpus, 1), "hotpluggable-cpus",
                     machine->max_cpus && machine->has_io_ports, "numa-mem-supported", 0,
                     "deprecated", 0, "acpi", machine->acpi != NULL);
}

/* The name without a version is an alias of one version, the same as in QEMU. */
static void version_add(json_t *list, const ObMachine *machine, const char *version)
{
    g_autofree char *name = g_strdup_printf("%s-%s", machine->versioned, version);
    json_t *entry = machine_entry(machine, ob_json_text(name));

    if (strcmp(version, ob_machine_latest) == 0) {
        json_object_set_new(entry, "alias", ob_json_text(machine->name));
        if (machine->is_default) {
            json_object_set_new(entry, "is-default", json_true());
        }
    }
    json_array_append_new(list, entry);
}

static void machine_add(json_t *list, const ObMachine *machine)
{
    const char *version;

    if (!machine->versioned) {
        json_array_append_new(list, machine_entry(machine, ob_json_text(machine->name)));
        return;
    }
    for (uint32_t i = 0; (version = ob_machine_version_at(i)); i++) {
        version_add(list, machine, version);
    }
}

json_t *ob_qmp_query_machines(ObQmpCall *call)
{
    const ObMachine *machine;
    json_t *list = json_array();

    for (uint32_t i = 0; (machine = ob_machine_at(i)); i++) {
        if (ob_machine_fits(machine, call->system->options->architecture)) {
            machine_add(list, machine);
        }
    }
    return list;
}

json_t *ob_qmp_query_memory_size_summary(ObQmpCall *call)
{
    return json_pack("{s:I, s:I}", "base-memory", (json_int_t)ob_host_ram_size(call->system->host),
                     "plugged-memory", (json_int_t)0);
}

json_t *ob_qmp_stop(ObQmpCall *call)
{
    ob_system_stop(call->system);
    return json_object();
}

json_t *ob_qmp_cont(ObQmpCall *call)
{
    if (call->system->state == OB_RUNSTATE_SHUTDOWN) {
        return ob_qmp_fail(call, OB_QMP_GENERIC, "Resetting the Virtual Machine is required");
    }
    if (call->system->state == OB_RUNSTATE_FINISH_MIGRATE) {
        return ob_qmp_fail(call, OB_QMP_GENERIC, "Migration is not finalized yet");
    }
    ob_system_cont(call->system);
    return json_object();
}

json_t *ob_qmp_system_reset(ObQmpCall *call)
{
    ob_system_reset(call->system, "host-qmp-system-reset");
    return json_object();
}

/* No guest runs that could react to the button. */
json_t *ob_qmp_system_powerdown(ObQmpCall *call)
{
    ob_qmp_event(call->system, "POWERDOWN", NULL);
    return json_object();
}

json_t *ob_qmp_system_wakeup(ObQmpCall *call)
{
    HW_ERROR(reason, 512);

    return ob_system_wake(call->system, &reason)
               ? json_object()
               : ob_qmp_fail(call, OB_QMP_GENERIC, "%s", reason.text);
}

/* Sets an action whose parameter in the call is `name`. */
static bool action_set(ObQmpCall *call, ObActions *actions, const char *kind, const char *name)
{
    const char *value = ob_qmp_string(call, name);
    HW_ERROR(reason, 512);

    return ob_actions_set(actions, kind, value, &reason) ||
           ob_qmp_fail(call, OB_QMP_GENERIC, "Parameter '%s' does not accept value '%s'", name,
                       value);
}

json_t *ob_qmp_set_action(ObQmpCall *call)
{
    ObActions actions = call->system->actions;
    const char *name;
    json_t *value;

    json_object_foreach(call->arguments, name, value)
    {
        if (!action_set(call, &actions, name, name)) {
            return NULL;
        }
    }
    call->system->actions = actions;
    return json_object();
}

json_t *ob_qmp_watchdog_set_action(ObQmpCall *call)
{
    return action_set(call, &call->system->actions, "watchdog", "action") ? json_object() : NULL;
}

json_t *ob_qmp_quit(ObQmpCall *call)
{
    ob_system_quit(call->system, "host-qmp-quit");
    return json_object();
}

/* --------------------------------------------------------------------- memory */

static bool bytes_write(int fd, const uint8_t *bytes, size_t size)
{
    while (size) {
        ssize_t count = write(fd, bytes, size);

        if (count < 0 && errno != EINTR) {
            return false;
        }
        bytes += MAX(count, 0);
        size -= (size_t)MAX(count, 0);
    }
    return true;
}

/* RAM alone: a read of registers may change a device. */
json_t *ob_qmp_pmemsave(ObQmpCall *call)
{
    uint64_t address = (uint64_t)json_integer_value(json_object_get(call->arguments, "val"));
    uint64_t size = (uint64_t)json_integer_value(json_object_get(call->arguments, "size"));
    const char *file = ob_qmp_string(call, "filename");
    const uint8_t *bytes = ob_host_ram_pointer(call->system->host, address, size);
    int fd;
    bool written;

    if (!bytes) {
        return ob_qmp_fail(call, OB_QMP_GENERIC,
                           "Invalid addr 0x%016" PRIx64 "/size %" PRIu64 " specified, expected RAM",
                           address, size);
    }
    fd = ob_file_open(file, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (fd < 0) {
        return ob_qmp_fail(call, OB_QMP_GENERIC, "Could not open '%s': %s", file,
                           g_strerror(errno));
    }
    written = bytes_write(fd, bytes, size);
    close(fd);
    return written ? json_object()
                   : ob_qmp_fail(call, OB_QMP_GENERIC, "writing memory to '%s' failed", file);
}
