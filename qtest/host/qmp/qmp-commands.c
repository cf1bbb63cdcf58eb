/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/qmp/qmp-schema.h"
#include "qtest/host/qmp/qmp.h"

#include <string.h>

#define MEMBERS(...) ((const ObQmpMember[]) { __VA_ARGS__, { 0 } })

/* clang-format off */
const ObQmpCommand ob_qmp_commands[] = {
    { "qmp_capabilities", MEMBERS({ "enable", "[QMPCapability]", true }), NULL, NULL },
    { "query-commands", NULL, "[CommandInfo]", ob_qmp_query_commands },
    { "query-qmp-schema", NULL, "[SchemaInfo]", ob_qmp_query_qmp_schema },
    { "query-version", NULL, "VersionInfo", ob_qmp_query_version },
    { "query-command-line-options", MEMBERS({ "option", "str", true }), "[CommandLineOptionInfo]",
      ob_qmp_query_command_line_options },

    { "query-status", NULL, "StatusInfo", ob_qmp_query_status },
    { "query-name", NULL, "NameInfo", ob_qmp_query_name },
    { "query-uuid", NULL, "UuidInfo", ob_qmp_query_uuid },
    { "query-target", NULL, "TargetInfo", ob_qmp_query_target },
    { "query-machines", MEMBERS({ "compat-props", "bool", true }), "[MachineInfo]",
      ob_qmp_query_machines },
    { "query-current-machine", NULL, "CurrentMachineParams", ob_qmp_query_current_machine },
    { "query-memory-size-summary", NULL, "MemoryInfo", ob_qmp_query_memory_size_summary },
    { "query-balloon", NULL, "BalloonInfo", ob_qmp_query_balloon },
    { "query-hotpluggable-cpus", NULL, "[HotpluggableCPU]",
      ob_qmp_query_hotpluggable_cpus },
    { "query-block", MEMBERS({ "flat", "bool", true }), "[any]", ob_qmp_query_nothing },
    { "query-block-jobs", NULL, "[any]", ob_qmp_query_nothing },
    { "query-blockstats", MEMBERS({ "query-nodes", "bool", true }), "[any]", ob_qmp_query_nothing },
    { "query-cpus-fast", NULL, "[CpuInfoFast]", ob_qmp_query_cpus_fast },
    { "query-fdsets", NULL, "[any]", ob_qmp_query_nothing },
    { "query-iothreads", NULL, "[IOThreadInfo]", ob_qmp_query_iothreads },
    { "query-jobs", NULL, "[any]", ob_qmp_query_nothing },
    { "query-memdev", NULL, "[Memdev]", ob_qmp_query_memdev },
    { "query-memory-devices", NULL, "[any]", ob_qmp_query_nothing },
    { "query-mice", NULL, "[any]", ob_qmp_query_nothing },
    { "query-named-block-nodes", MEMBERS({ "flat", "bool", true }), "[any]",
      ob_qmp_query_nothing },
    { "query-yank", NULL, "[any]", ob_qmp_query_nothing, .is_oob = true },
    { "query-audiodevs", NULL, "[any]", ob_qmp_query_nothing },
    { "query-block-exports", NULL, "[any]", ob_qmp_query_nothing },
    { "query-cryptodev", NULL, "[any]", ob_qmp_query_nothing },
    { "query-pr-managers", NULL, "[any]", ob_qmp_query_nothing },
    { "query-stats-schemas", MEMBERS({ "provider", "str", true }), "[any]", ob_qmp_query_nothing },
    { "query-vnc", NULL, "VncInfo", ob_qmp_query_vnc },
    { "query-vnc-servers", NULL, "[VncInfo2]", ob_qmp_query_vnc_servers },
    { "change-vnc-password", MEMBERS({ "password", "str" }), NULL, ob_qmp_change_vnc_password },
    { "set_password", MEMBERS({ "protocol", "DisplayProtocol" }, { "password", "str" }), NULL,
      ob_qmp_set_password, .takes_any = true },
    { "query-display-options", NULL, "DisplayOptions", ob_qmp_query_display_options },
    { "query-replay", NULL, "ReplayInfo", ob_qmp_query_replay },
    { "query-dump", NULL, "DumpQueryResult", ob_qmp_query_dump },
    { "query-chardev", NULL, "[ChardevInfo]", ob_qmp_query_chardev },
    { "query-chardev-backends", NULL, "[ChardevBackendInfo]", ob_qmp_query_chardev_backends },
    { "x-query-numa", NULL, "HumanReadableText", ob_qmp_query_numa },
    { "x-query-irq", NULL, "HumanReadableText", ob_qmp_query_irq },
    { "x-query-interrupt-controllers", NULL, "HumanReadableText", ob_qmp_query_irq },
    { "x-query-ramblock", NULL, "HumanReadableText", ob_qmp_query_ramblock },
    { "x-query-jit", NULL, "HumanReadableText",
      .absent = "JIT information is only available with accel=tcg" },
    { "x-query-usb", NULL, "HumanReadableText", .absent = "USB support not enabled" },
    { "x-debug-query-block-graph", NULL, "XDbgBlockGraph", ob_qmp_query_block_graph },
    { "xen-event-list", NULL, "[any]", .absent = "Xen event channel emulation not enabled" },
    { "query-firmware-log", MEMBERS({ "max-size", "int", true }), "FirmwareLog",
      .absent = "firmware log buffer not found" },
    { "query-hv-balloon-status-report", NULL, "HvBalloonInfo",
      .absent = "no hv-balloon device present" },
    { "query-accelerators", NULL, "AcceleratorInfo", ob_qmp_query_accelerators },
    { "query-acpi-ospm-status", NULL, "[any]", ob_qmp_query_acpi_ospm_status },
    { "query-colo-status", NULL, "COLOStatus", ob_qmp_query_colo_status },
    { "query-dirty-rate", MEMBERS({ "calc-time-unit", "TimeUnit", true }), "DirtyRateInfo",
      ob_qmp_query_dirty_rate },
    { "query-dump-guest-memory-capability", NULL, "DumpGuestMemoryCapability",
      ob_qmp_query_dump_capability },
    { "query-gic-capabilities", NULL, "[GICCapability]", ob_qmp_query_gic_capabilities },
    { "query-kvm", NULL, "KvmInfo", ob_qmp_query_kvm },
    { "stop", NULL, NULL, ob_qmp_stop },
    { "cont", NULL, NULL, ob_qmp_cont },
    { "system_reset", NULL, NULL, ob_qmp_system_reset },
    { "system_powerdown", NULL, NULL, ob_qmp_system_powerdown },
    { "system_wakeup", NULL, NULL, ob_qmp_system_wakeup },
    { "set-action", MEMBERS({ "reboot", "RebootAction", true },
                            { "shutdown", "ShutdownAction", true },
                            { "panic", "PanicAction", true },
                            { "watchdog", "WatchdogAction", true }),
      NULL, ob_qmp_set_action },
    { "set-numa-node", MEMBERS({ "type", "NumaOptionsType" }), NULL, ob_qmp_set_numa_node,
      .takes_any = true },
    { "x-exit-preconfig", NULL, NULL, ob_qmp_x_exit_preconfig },
    { "quit", NULL, NULL, ob_qmp_quit },

    { "migrate", MEMBERS({ "uri", "str", true }, { "channels", "[MigrationChannel]", true },
                         { "detach", "bool", true }), NULL, ob_qmp_migrate },
    { "migrate_cancel", NULL, NULL, ob_qmp_migrate_cancel },
    { "migrate-incoming", MEMBERS({ "uri", "str", true }, { "channels", "[MigrationChannel]", true },
                                  { "exit-on-error", "bool", true }), NULL,
      ob_qmp_migrate_incoming },
    { "query-migrate", NULL, "MigrationInfo", ob_qmp_query_migrate },
    { "migrate-set-capabilities", MEMBERS({ "capabilities", "[MigrationCapabilityStatus]" }),
      NULL, ob_qmp_migrate_set_capabilities },
    { "query-migrate-capabilities", NULL, "[MigrationCapabilityStatus]",
      ob_qmp_query_migrate_capabilities },
    { "migrate-set-parameters", MEMBERS({ "max-bandwidth", "int", true },
                                        { "downtime-limit", "int", true }),
      NULL, ob_qmp_migrate_set_parameters },
    { "query-migrate-parameters", NULL, "MigrationParameters", ob_qmp_query_migrate_parameters },
    { "getfd", MEMBERS({ "fdname", "str" }), NULL, ob_qmp_getfd },
    { "closefd", MEMBERS({ "fdname", "str" }), NULL, ob_qmp_closefd },

    { "device_add", MEMBERS({ "driver", "str" }, { "id", "str", true }), NULL,
      ob_qmp_device_add, .takes_any = true },
    { "device_del", MEMBERS({ "id", "str" }), NULL, ob_qmp_device_del },
    { "query-pci", NULL, "[PciInfo]", ob_qmp_query_pci },
    { "screendump", MEMBERS({ "filename", "str" }, { "device", "str", true },
                            { "head", "int", true }, { "format", "ImageFormat", true }), NULL,
      ob_qmp_screendump },
    { "device-list-properties", MEMBERS({ "typename", "str" }), "[ObjectPropertyInfo]",
      ob_qmp_device_list_properties },
    { "qom-list", MEMBERS({ "path", "str" }), "[ObjectPropertyInfo]", ob_qmp_qom_list },
    { "qom-get", MEMBERS({ "path", "str" }, { "property", "str" }), "any", ob_qmp_qom_get },
    { "qom-set", MEMBERS({ "path", "str" }, { "property", "str" }, { "value", "any" }), NULL,
      ob_qmp_qom_set },
    { "qom-list-get", MEMBERS({ "paths", "[str]" }), "[ObjectPropertiesValues]",
      ob_qmp_qom_list_get },
    { "qom-list-properties", MEMBERS({ "typename", "str" }), "[ObjectPropertyInfo]",
      ob_qmp_qom_list_properties },
    { "qom-list-types", MEMBERS({ "implements", "str", true }, { "abstract", "bool", true }),
      "[ObjectTypeInfo]", ob_qmp_qom_list_types },

    { "object-add", MEMBERS({ "qom-type", "str" }, { "id", "str" }), NULL, ob_qmp_object_add,
      .takes_any = true },
    { "object-del", MEMBERS({ "id", "str" }), NULL, ob_qmp_object_del },

    { "netdev_add", MEMBERS({ "type", "str" }, { "id", "str" }), NULL, ob_qmp_netdev_add,
      .takes_any = true },
    { "netdev_del", MEMBERS({ "id", "str" }), NULL, ob_qmp_netdev_del },
    { "set_link", MEMBERS({ "name", "str" }, { "up", "bool" }), NULL, ob_qmp_set_link },
    { "query-rx-filter", MEMBERS({ "name", "str", true }), "[any]", ob_qmp_query_rx_filter },

    { "query-tpm", NULL, "[TPMInfo]", ob_qmp_query_tpm },
    { "query-tpm-models", NULL, "[TpmModel]", ob_qmp_query_tpm_models },
    { "query-tpm-types", NULL, "[TpmType]", ob_qmp_query_tpm_types },

    { "human-monitor-command", MEMBERS({ "command-line", "str" }, { "cpu-index", "int", true }),
      "str", ob_qmp_human_monitor_command },

    { "query-vm-generation-id", NULL, "GuidInfo", ob_qmp_query_vm_generation_id },
    { "vm-generation-id-set", MEMBERS({ "guid", "str" }), "GuidInfo",
      ob_qmp_vm_generation_id_set },
    { 0 },
};
/* clang-format on */

/* ---------------------------------------------------------------- arguments */

static bool value_check(ObQmpCall *call, const char *name, json_t *value, const char *type)
{
    const char *json_type = ob_qmp_json_type(type);
    bool fits = strcmp(json_type, "string") == 0    ? json_is_string(value)
                : strcmp(json_type, "boolean") == 0 ? json_is_boolean(value)
                : strcmp(json_type, "int") == 0     ? json_is_integer(value)
                : strcmp(json_type, "array") == 0   ? json_is_array(value)
                : strcmp(json_type, "object") == 0  ? json_is_object(value)
                                                    : true;

    return fits || ob_qmp_fail(call, OB_QMP_GENERIC,
                               "Invalid parameter type for '%s', expected: %s", name, json_type);
}

static bool argument_check(ObQmpCall *call, const char *name, json_t *value, const char *type)
{
    g_autofree char *element_type = g_strndup(type + 1, strlen(type) - 2);
    json_t *element;
    size_t i;

    if (!value_check(call, name, value, type)) {
        return false;
    }
    if (type[0] != '[') {
        return true;
    }
    json_array_foreach(value, i, element)
    {
        g_autofree char *place = g_strdup_printf("%s[%zu]", name, i);

        if (!value_check(call, place, element, element_type)) {
            return false;
        }
    }
    return true;
}

static const ObQmpMember *member_find(const ObQmpCommand *command, const char *name)
{
    const ObQmpMember *member = command->arguments;

    while (member && member->name && strcmp(member->name, name) != 0) {
        member++;
    }
    return member && member->name ? member : NULL;
}

bool ob_qmp_check_arguments(ObQmpCall *call, const ObQmpCommand *command)
{
    const ObQmpMember *member;
    const char *name;
    json_t *value;

    for (member = command->arguments; member && member->name; member++) {
        value = json_object_get(call->arguments, member->name);
        if (!value && !member->optional) {
            return ob_qmp_fail(call, OB_QMP_GENERIC, "Parameter '%s' is missing", member->name);
        }
        if (value && !argument_check(call, member->name, value, member->type)) {
            return false;
        }
    }
    json_object_foreach(call->arguments, name, value)
    {
        if (!command->takes_any && !member_find(command, name)) {
            return ob_qmp_fail(call, OB_QMP_GENERIC, "Parameter '%s' is unexpected", name);
        }
    }
    return true;
}
