/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/qmp/hmp-internal.h"

#include "qtest/host/options/keyval.h"
#include "qtest/host/qmp/qom/qom.h"
#include "qtest/text/json.h"

#include <inttypes.h>
#include <string.h>

/* clang-format off */
const ObHmpCommand ob_hmp_infos[] = {
    { "balloon", NULL, "", "show balloon information", NULL, "query-balloon" },
    { "block", "rest:S?", "", "show the block devices: there are none", ob_hmp_info_nothing },
    { "block-jobs", NULL, "", "show progress of ongoing block device operations",
      .text = "No active jobs\n" },
    { "blockstats", NULL, "", "show block device statistics: there are none", .text = "" },
    { "capture", NULL, "", "show capture information: there is no sound", .text = "" },
    { "chardev", NULL, "", "show the character devices", ob_hmp_info_chardev },
    { "cpus", NULL, "", "show infos for each CPU: none of them runs", ob_hmp_info_cpus },
    { "dump", NULL, "", "show the progress of a dump of memory", .text = "Status: none\n" },
    { "history", NULL, "", "show the command line history: the terminal's editor has it",
      .text = "" },
    { "hotpluggable-cpus", NULL, "", "show information about hotpluggable CPUs",
      ob_hmp_info_hotpluggable_cpus },
    { "iothreads", NULL, "", "show iothreads", ob_hmp_info_iothreads },
    { "irq", NULL, "", "show the raised interrupt lines", ob_hmp_info_irq },
    { "kvm", NULL, "", "show KVM information", ob_hmp_info_kvm },
    { "lapic", "rest:S?", "[apic-id]", "show local apic state", ob_hmp_info_no_cpu },
    { "mem", NULL, "", "show the active virtual memory mappings", ob_hmp_info_no_cpu },
    { "memdev", NULL, "", "show memory backends", ob_hmp_info_memdev },
    { "memory-devices", NULL, "", "show memory devices: none can be plugged", .text = "" },
    { "memory_size_summary", NULL, "", "show the amount of memory in bytes",
      ob_hmp_info_memory_size },
    { "mice", NULL, "", "show which guest mouse is receiving events", ob_hmp_info_mice },
    { "migrate", "all:-a", "", "show migration status", ob_hmp_info_migrate },
    { "migrate_capabilities", NULL, "", "show current migration capabilities",
      ob_hmp_info_migrate_capabilities },
    { "migrate_parameters", NULL, "", "show current migration parameters",
      ob_hmp_info_migrate_parameters },
    { "mtree", "flat:-f,dispatch:-d,owner:-o,disabled:-D", "[-f][-d][-o][-D]",
      "show the memory map (all flags show the same)", ob_hmp_info_mtree },
    { "name", NULL, "", "show the current VM name", ob_hmp_info_name },
    { "network", NULL, "", "show the network state", ob_hmp_info_network },
    { "numa", NULL, "", "show NUMA information", ob_hmp_info_numa },
    { "pci", NULL, "", "show PCI info", ob_hmp_info_pci },
    { "pic", NULL, "", "show PIC state", ob_hmp_info_irq },
    { "qdm", NULL, "", "show the device models", ob_hmp_info_qdm },
    { "qom-tree", "path:s?", "[path]", "show the object tree", ob_hmp_info_qom_tree },
    { "qtree", NULL, "", "show the device tree", ob_hmp_info_qtree },
    { "ramblock", NULL, "", "show the RAM blocks of a stream", ob_hmp_info_ramblock },
    { "registers", "rest:S?", "[-a|vcpu]", "show the cpu registers", ob_hmp_info_no_cpu },
    { "replay", NULL, "", "show record/replay information",
      .text = "Record/replay is not active\n" },
    { "sev", NULL, "", "show SEV information", .text = "SEV is not enabled\n" },
    { "sgx", NULL, "", "show intel SGX information",
      .text = "No EPC regions defined, SGX not available\n" },
    { "snapshots", NULL, "", "show the currently saved VM snapshots",
      .text = "no block device can store vmstate for snapshot\n" },
    { "status", NULL, "", "show the current VM status (running|paused)", ob_hmp_info_status },
    { "tlb", NULL, "", "show virtual to physical memory mappings", ob_hmp_info_no_cpu },
    { "tpm", NULL, "", "show the TPM device", ob_hmp_info_tpm },
    { "usb", NULL, "", "show guest USB devices: there are none", ob_hmp_info_nothing },
    { "uuid", NULL, "", "show the current VM UUID", ob_hmp_info_uuid },
    { "version", NULL, "", "show the version", ob_hmp_info_version },
    { "vm-generation-id", NULL, "", "show the VM generation ID", ob_hmp_info_vm_generation_id },
    { "vnc", NULL, "", "show the VNC server and its viewers", ob_hmp_info_vnc },
    { 0 },
};

const ObHmpCommand ob_hmp_commands[] = {
    { "announce_self", "interfaces:s?,id:s?", "[interfaces] [id]",
      "tell switches the place of network cards", ob_hmp_announce_self },
    { "chardev-add", "args:S", "args", "add chardev", ob_hmp_chardev_add },
    { "chardev-change", "id:s,args:S", "id args", "change chardev", ob_hmp_chardev_change },
    { "chardev-remove", "id:s", "id", "remove chardev", NULL, "chardev-remove" },
    { "chardev-send-break", "id:s", "id", "send a break on chardev", NULL, "chardev-send-break" },
    { "closefd", "fdname:s", "fdname", "close a file descriptor of migration", NULL, "closefd" },
    { "cont|c", NULL, "", "resume emulation", NULL, "cont" },
    { "device_add", "device:S", "driver[,prop=value][,...]", "add a device, like -device",
      ob_hmp_device_add },
    { "device_del", "id:s", "device", "remove a device", NULL, "device_del" },
    { "dumpdtb", "filename:s", "filename", "dump the FDT in dtb format to 'filename'", NULL,
      "dumpdtb" },
    { "exit_preconfig", NULL, "", "exit the preconfig state", NULL, "x-exit-preconfig" },
    { "help|?", "name:S?", "[cmd]", "show the help", ob_hmp_help },
    { "i", "/:/,addr:l", "/fmt addr", "I/O port read", ob_hmp_in },
    { "info", NULL, "[subcommand]", "show various information about the system state" },
    { "log", "items:s", "item1[,...]", "log the named items, or none", ob_hmp_log },
    { "migrate", "detach:-d,uri:s", "[-d] uri", "migrate to URI (always in the background)",
      ob_hmp_migrate },
    { "migrate_cancel", NULL, "", "cancel the current migration", NULL, "migrate_cancel" },
    { "migrate_incoming", "uri:s", "uri", "continue an incoming migration of -incoming defer",
      NULL, "migrate-incoming" },
    { "migrate_set_capability", "capability:s,state:s", "capability state",
      "enable or disable a migration capability", ob_hmp_set_capability },
    { "migrate_set_parameter", "parameter:s,value:l", "parameter value",
      "set a migration parameter", ob_hmp_set_parameter },
    { "mouse_button", "button_state:l", "state", "change mouse button state (1=L, 2=R, 4=M)",
      ob_hmp_mouse_button },
    { "mouse_move", "dx_str:s,dy_str:s,dz_str:s?", "dx dy [dz]", "send mouse move events",
      ob_hmp_mouse_move },
    { "mouse_set", "index:l", "index", "set which mouse device receives events",
      ob_hmp_mouse_set },
    { "netdev_add", "netdev:S", "[user|stream|test],id=str[,prop=value][,...]",
      "add a network, like -netdev", ob_hmp_netdev_add },
    { "netdev_del", "id:s", "id", "remove a network", NULL, "netdev_del" },
    { "o", "/:/,addr:l,val:l", "/fmt addr value", "I/O port write", ob_hmp_out },
    { "object_add", "object:S", "[qom-type=]type,id=str[,prop=value][,...]",
      "create QOM object", ob_hmp_object_add },
    { "object_del", "id:s", "id", "destroy QOM object", NULL, "object-del" },
    { "pmemsave", "val:l,size:l,filename:s", "addr size file", "save to disk physical memory dump",
      NULL, "pmemsave" },
    { "print|p", "/:/,val:l", "/fmt expr", "print expression value", ob_hmp_print_value },
    { "qom-get", "path:s,property:s", "path property", "print a property", ob_hmp_qom_get },
    { "qom-list", "path:s?", "path", "list properties and children", ob_hmp_qom_list },
    { "qom-set", "path:s,property:s,value:S", "path property value", "set a property",
      ob_hmp_qom_set },
    { "quit|q", NULL, "", "quit the emulator", NULL, "quit" },
    { "ringbuf_read", "device:s,size:l", "device size", "read from a ring buffer character device",
      ob_hmp_ringbuf_read },
    { "ringbuf_write", "device:s,data:s", "device data",
      "write to a ring buffer character device", NULL, "ringbuf-write" },
    { "screendump", "filename:s,format:-fs,device:s?,head:l?",
      "filename [-f format] [device [head]]", "save the screen as a picture, ppm or png", NULL,
      "screendump" },
    { "sendkey", "keys:s,hold-time:l?", "keys [hold_ms]",
      "send keys to the VM (e.g. 'sendkey ctrl-alt-f1')", ob_hmp_sendkey },
    { "set_link", "name:s,state:s", "name on|off", "change the link status of a network adapter",
      ob_hmp_set_link },
    { "stop|s", NULL, "", "stop emulation", NULL, "stop" },
    { "sum", "start:l,size:l", "addr size", "compute the checksum of a memory region",
      ob_hmp_sum },
    { "system_powerdown", NULL, "", "send system power down event", NULL, "system_powerdown" },
    { "system_reset", NULL, "", "reset the system", NULL, "system_reset" },
    { "system_wakeup", NULL, "", "wakeup guest from suspend", NULL, "system_wakeup" },
    { "watchdog_action", "action:s", "[reset|shutdown|poweroff|pause|debug|none|inject-nmi]",
      "change watchdog action", NULL, "watchdog-set-action" },
    { "x", "/:/,addr:l", "/fmt addr", "virtual memory dump", ob_hmp_info_no_cpu },
    { "xp", "/:/,addr:l", "/fmt addr", "physical memory dump", ob_hmp_xp },
    { 0 },
};
/* clang-format on */

/* ---------------------------------------------------------------------- help */

static void row_print(ObHmpCall *call, const char *prefix, const ObHmpCommand *row)
{
    ob_hmp_print(call, "%s%s %s -- %s\n", prefix, row->name, row->usage, row->help);
}

static void table_help(ObHmpCall *call, const char *prefix, const ObHmpCommand *table,
                       const char *name)
{
    for (; table->name; table++) {
        g_auto(GStrv) names = g_strsplit(table->name, "|", 0);

        if (!name || g_strv_contains((const char *const *)names, name)) {
            row_print(call, prefix, table);
        }
    }
}

void ob_hmp_help(ObHmpCall *call)
{
    const char *name = ob_hmp_string(call, "name");

    if (name && strcmp(name, "info") == 0) {
        table_help(call, "info ", ob_hmp_infos, NULL);
    } else if (name && g_str_has_prefix(name, "info ")) {
        table_help(call, "info ", ob_hmp_infos, name + strlen("info "));
    } else {
        table_help(call, "", ob_hmp_commands, name);
    }
}

/* ------------------------------------------------------------------- devices */

static void property_print(ObHmpCall *call, const HwProperty *property)
{
    g_autofree char *usage = g_strdup_printf("%s=<%s>", property->name,
                                             ob_qom_property_type(property));
    json_t *value = ob_qom_property_default(property);
    char *text = value ? json_dumps(value, JSON_ENCODE_ANY) : NULL;

    ob_hmp_print(call, "  %-22s - %s", usage, property->description ? property->description : "");
    ob_hmp_print(call, text ? " (default: %s)\n" : "\n", text);
    free(text);
    json_decref(value);
}

static void device_help(ObHmpCall *call, const char *driver)
{
    const HwClass *cls = ob_host_find_class(call->system->host, driver);

    if (!cls) {
        g_autofree char *suggestion = ob_system_suggest_class(call->system, driver);
        ob_hmp_print(call, "Error: '%s' is not a valid device model name%s\n", driver, suggestion);
        return;
    }
    ob_hmp_print(call, "%s options:\n", driver);
    for (uint32_t i = 0; i < cls->table.properties.count; i++) {
        property_print(call, &cls->table.properties.entries[i]);
    }
}

static json_t *keyval_arguments(const ObKeyval *keyval)
{
    json_t *arguments = json_object();

    for (uint32_t i = 0; i < keyval->count; i++) {
        ob_json_set(arguments, keyval->options[i].key, ob_json_text(keyval->options[i].value));
    }
    return arguments;
}

void ob_hmp_device_add(ObHmpCall *call)
{
    HW_ERROR(error, 512);
    ObKeyval *keyval = ob_keyval_new(ob_hmp_string(call, "device"), "driver", &error);
    const char *driver = keyval ? ob_keyval_get(keyval, "driver") : NULL;

    if (!keyval) {
        ob_hmp_print(call, "Error: %s\n", error.text);
    } else if (driver && (strcmp(driver, "help") == 0 || strcmp(driver, "?") == 0)) {
        ob_hmp_info_qdm(call);
    } else if (driver && ob_keyval_asks_help(keyval, "driver")) {
        device_help(call, driver);
    } else {
        json_decref(ob_hmp_call_qmp(call, "device_add", keyval_arguments(keyval)));
    }
    ob_keyval_free(keyval);
}

/* ----------------------------------------------------------------- migration */

/* The loop serves the migration too: a monitor that waited for it would wait for itself. */
void ob_hmp_migrate(ObHmpCall *call)
{
    json_t *answer;

    if (!ob_hmp_flag(call, "detach")) {
        ob_hmp_print(call, "terminal does not allow synchronous migration, continuing detached\n");
    }
    answer = ob_hmp_call_qmp(call, "migrate",
                             json_pack("{s:o}", "uri", ob_json_text(ob_hmp_string(call, "uri"))));
    json_decref(answer);
}

void ob_hmp_set_capability(ObHmpCall *call)
{
    HW_ERROR(reason, 512);
    bool state;

    if (!ob_boolean_parse(ob_hmp_string(call, "state"), &state, &reason)) {
        ob_hmp_print(call, "Error: state: %s\n", reason.text);
        return;
    }
    json_decref(ob_hmp_call_qmp(call, "migrate-set-capabilities",
                                json_pack("{s:[{s:o, s:b}]}", "capabilities", "capability",
                                          ob_json_text(ob_hmp_string(call, "capability")), "state",
                                          state)));
}

void ob_hmp_set_parameter(ObHmpCall *call)
{
    json_t *arguments = json_object();

    ob_json_set(arguments, ob_hmp_string(call, "parameter"),
                json_incref(json_object_get(call->arguments, "value")));
    json_decref(ob_hmp_call_qmp(call, "migrate-set-parameters", arguments));
}

/* ------------------------------------------------------------------- objects */

void ob_hmp_qom_list(ObHmpCall *call)
{
    const char *path = ob_hmp_string(call, "path");
    json_t *list;
    json_t *entry;
    size_t i;

    if (!path) {
        ob_hmp_print(call, "/\n");
        return;
    }
    list = ob_hmp_call_qmp(call, "qom-list", json_pack("{s:o}", "path", ob_json_text(path)));
    json_array_foreach(list, i, entry)
    {
        ob_hmp_print(call, "%s (%s)\n", json_string_value(json_object_get(entry, "name")),
                     json_string_value(json_object_get(entry, "type")));
    }
    json_decref(list);
}

void ob_hmp_qom_get(ObHmpCall *call)
{
    json_t *value = ob_hmp_call_qmp(call, "qom-get", json_incref(call->arguments));
    char *text = value ? json_dumps(value, JSON_ENCODE_ANY | JSON_INDENT(4)) : NULL;

    if (text) {
        ob_hmp_print(call, "%s\n", text);
    }
    free(text);
    json_decref(value);
}

void ob_hmp_qom_set(ObHmpCall *call)
{
    json_decref(ob_hmp_call_qmp(call, "qom-set", json_incref(call->arguments)));
}

/* -------------------------------------------------------------------- others */

/* The command line decides what is logged, since devices may already have been told. */
void ob_hmp_log(ObHmpCall *call)
{
    if (strcmp(ob_hmp_string(call, "items"), "none") != 0) {
        ob_hmp_print(call, "Error: expected none; -d chooses what is logged\n");
    }
}

void ob_hmp_print_value(ObHmpCall *call)
{
    uint64_t value = ob_hmp_number(call, "val");

    switch (ob_hmp_string(call, "format")[0]) {
    case 'o':
        ob_hmp_print(call, "%#" PRIo64 "\n", value);
        break;
    case 'u':
        ob_hmp_print(call, "%" PRIu64 "\n", value);
        break;
    case 'd':
        ob_hmp_print(call, "%" PRId64 "\n", (int64_t)value);
        break;
    case 'c':
        ob_hmp_print(call, "'\\x%02x'\n", (unsigned)(value & 0xff));
        break;
    default:
        ob_hmp_print(call, "%#" PRIx64 "\n", value);
    }
}
