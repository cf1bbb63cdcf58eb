/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Types of QEMU's QAPI schema, as far as this program sends them. */
#include "qtest/host/qmp/qmp-schema.h"

#include "qtest/host/migration/migration.h"

#define MEMBERS(...) ((const ObQmpMember[]) { __VA_ARGS__, { 0 } })
#define VALUES(...)  ((const char *const[]) { __VA_ARGS__, NULL })

/* clang-format off */
const ObQmpStruct ob_qmp_structs[] = {
    { "VersionTriple", MEMBERS({ "major", "int" }, { "minor", "int" }, { "micro", "int" }) },
    { "VersionInfo", MEMBERS({ "qemu", "VersionTriple" }, { "package", "str" }) },
    { "CommandLineOptionInfo", MEMBERS({ "option", "str" },
                                       { "parameters", "[CommandLineParameterInfo]" }) },
    { "CommandLineParameterInfo", MEMBERS({ "name", "str" },
                                          { "type", "CommandLineParameterType" }) },
    { "CommandInfo", MEMBERS({ "name", "str" }) },
    { "StatusInfo", MEMBERS({ "running", "bool" }, { "singlestep", "bool" },
                            { "status", "RunState" }) },
    { "NameInfo", MEMBERS({ "name", "str", true }) },
    { "UuidInfo", MEMBERS({ "UUID", "str" }) },
    { "TargetInfo", MEMBERS({ "arch", "SysEmuTarget" }) },
    { "CurrentMachineParams", MEMBERS({ "wakeup-suspend-support", "bool" }) },
    { "KvmInfo", MEMBERS({ "enabled", "bool" }, { "present", "bool" }) },
    { "MachineInfo", MEMBERS({ "name", "str" }, { "alias", "str", true },
                             { "is-default", "bool", true },
                             { "cpu-max", "int" }, { "hotpluggable-cpus", "bool" },
                             { "numa-mem-supported", "bool" }, { "deprecated", "bool" },
                             { "acpi", "bool" }) },
    { "Memdev", MEMBERS({ "id", "str", true }, { "size", "int" }, { "merge", "bool" },
                        { "dump", "bool" }, { "prealloc", "bool" }, { "share", "bool" },
                        { "reserve", "bool", true }, { "host-nodes", "[int]" },
                        { "policy", "HostMemPolicy" }) },
    { "IOThreadInfo", MEMBERS({ "id", "str" }, { "thread-id", "int" }, { "poll-max-ns", "int" },
                              { "poll-grow", "int" }, { "poll-shrink", "int" }, { "poll-weight", "int" },
                              { "aio-max-batch", "int" }) },
    { "MemoryInfo", MEMBERS({ "base-memory", "int" }, { "plugged-memory", "int", true }) },
    { "BalloonInfo", MEMBERS({ "actual", "int" }) },
    { "ObjectPropertiesValues", MEMBERS({ "properties", "[ObjectPropertyValue]" }) },
    { "ObjectPropertyValue", MEMBERS({ "name", "str" }, { "type", "str" },
                                     { "value", "any", true }) },
    { "ObjectPropertyInfo", MEMBERS({ "name", "str" }, { "type", "str" },
                                    { "description", "str", true },
                                    { "default-value", "any", true }) },
    { "ObjectTypeInfo", MEMBERS({ "name", "str" }, { "abstract", "bool", true },
                                { "parent", "str", true }) },
    { "TPMInfo", MEMBERS({ "id", "str" }, { "model", "TpmModel" },
                         { "options", "TpmTypeOptions" }) },
    { "TpmTypeOptions", MEMBERS({ "type", "TpmType" }, { "data", "any" }) },
    { "GuidInfo", MEMBERS({ "guid", "str" }) },
    { "SchemaInfo", MEMBERS({ "name", "str" }, { "meta-type", "SchemaMetaType" }) },
    { "ResetInfo", MEMBERS({ "guest", "bool" }, { "reason", "ShutdownCause" }) },
    { "MigrationInfo", MEMBERS({ "status", "MigrationStatus", true },
                               { "ram", "MigrationStats", true },
                               { "total-time", "int", true }, { "downtime", "int", true },
                               { "error-desc", "str", true },
                               { "socket-address", "[InetSocketAddress]", true }) },
    { "MigrationStats", MEMBERS({ "transferred", "int" }, { "remaining", "int" },
                                { "total", "int" }, { "duplicate", "int" }, { "skipped", "int" },
                                { "normal", "int" }, { "normal-bytes", "int" },
                                { "mbps", "number" }, { "dirty-sync-count", "int" },
                                { "page-size", "int" }, { "dirty-pages-rate", "int" },
                                { "postcopy-requests", "int" }, { "multifd-bytes", "int" },
                                { "pages-per-second", "int" }, { "precopy-bytes", "int" },
                                { "downtime-bytes", "int" }, { "postcopy-bytes", "int" },
                                { "dirty-sync-missed-zero-copy", "int" }) },
    { "MigrationChannel", MEMBERS({ "channel-type", "MigrationChannelType" },
                                  { "addr", "any" }) },
    { "InetSocketAddress", MEMBERS({ "type", "str" }, { "host", "str" }, { "port", "str" }) },
    { "MigrationCapabilityStatus", MEMBERS({ "capability", "MigrationCapability" },
                                           { "state", "bool" }) },
    { "MigrationParameters", MEMBERS({ "max-bandwidth", "int", true },
                                     { "downtime-limit", "int", true }) },
    { "MigrationEvent", MEMBERS({ "status", "MigrationStatus" }) },
    { "GuestPanicInfo", MEMBERS({ "action", "GuestPanicAction" }) },
    { "DeviceDeletedInfo", MEMBERS({ "device", "str", true }, { "path", "str" }) },
    { 0 },
};
/* clang-format on */

const char *const ob_qmp_tpm_types[] = { "libtpms", "emulator", NULL };

/* clang-format off */
const char *const ob_qmp_migration_capabilities[] = {
    "events", "xbzrle", "auto-converge", "postcopy-ram", "release-ram", "return-path",
    "pause-before-switchover", "multifd", "dirty-bitmaps", "x-ignore-shared", "validate-uuid",
    "background-snapshot", NULL,
};

const ObQmpEnum ob_qmp_enums[] = {
    { "QMPCapability", VALUES("oob") },
    { "RunState", ob_runstate_names },
    { "ShutdownCause", VALUES("guest-shutdown", "guest-panic", "host-qmp-quit",
                              "host-qmp-system-reset", "host-signal") },
    { "GuestPanicAction", ob_guest_panic_actions },
    { "MigrationChannelType", VALUES("main") },
    { "CommandLineParameterType", VALUES("string", "boolean", "number", "size") },
    { "HostMemPolicy", VALUES("default", "preferred", "bind", "interleave") },
    { "ShutdownAction", VALUES("poweroff", "pause") },
    { "RebootAction", VALUES("reset", "shutdown") },
    { "PanicAction", ob_panic_actions },
    { "WatchdogAction", ob_watchdog_actions },
    { "MigrationStatus", ob_migration_status_names },
    { "MigrationCapability", ob_qmp_migration_capabilities },
    { "SysEmuTarget", VALUES("aarch64", "x86_64") },
    { "SchemaMetaType", VALUES("builtin", "enum", "array", "object", "command", "event") },
    { "TpmModel", .group = HW_GROUP_TPM },
    { "TpmType", ob_qmp_tpm_types },
    { 0 },
};
/* clang-format on */

const ObQmpEventInfo ob_qmp_events[] = {
    { "MIGRATION", "MigrationEvent" },
    { "STOP", NULL },
    { "RESUME", NULL },
    { "RESET", "ResetInfo" },
    { "POWERDOWN", NULL },
    { "SUSPEND", NULL },
    { "SUSPEND_DISK", NULL },
    { "WAKEUP", NULL },
    { "SHUTDOWN", "ResetInfo" },
    { "GUEST_PANICKED", "GuestPanicInfo" },
    { "GUEST_CRASHLOADED", "GuestPanicInfo" },
    { "GUEST_PVSHUTDOWN", NULL },
    { "DEVICE_DELETED", "DeviceDeletedInfo" },
    { 0 },
};
