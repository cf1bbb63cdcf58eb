/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/help/help.h"

#include "hw-api/device/error.h"
#include "hw-api/ext/draft/i2c.h"
#include "hw-api/host/run/property-value.h"
#include "qtest/host/help/dump-plugin.h"
#include "qtest/host/help/dump-vmstate.h"
#include "qtest/host/help/help-internal.h"
#include "qtest/host/net/netdev.h"
#include "qtest/host/options/object-types.h"
#include "qtest/host/options/option-table.h"
#include "qtest/host/qmp/qmp.h"
#include "qtest/host/qmp/qom/qom.h"
#include "qtest/machine/board.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "qtest/text/show.h"

#define COLUMN 36 /* explanations begin here */

/* -------------------------------------------------------------- the options */

static bool row_is_heading(const ObOptionRow *row)
{
    return !row->name && row->help;
}

/* Options that are accepted without effect share a paragraph. */
static void row_print(const ObOptionRow *row, int *column)
{
    g_autofree char *usage = g_strdup_printf("-%s%s%s", row->name, row->argument ? " " : "",
                                             row->argument ? row->argument : "");

    if (*row->help && strlen(usage) > COLUMN - 3) {
        ob_text_printf("  %s\n%*s%s\n", usage, COLUMN, "", row->help);
        return;
    }
    if (*row->help) {
        ob_text_printf("  %-*s%s\n", COLUMN - 2, usage, row->help);
        return;
    }
    if (*column + 2 + (int)strlen(usage) > 90) {
        ob_text_printf("\n");
        *column = 0;
    }
    *column += ob_text_printf("  %s", usage);
}

static void refused_print(void)
{
    ob_text_printf("\nOptions of QEMU that are refused:\n");
    for (const ObRefusedOptions *row = ob_refused_options; row->names; row++) {
        g_auto(GStrv) names = g_strsplit(row->names, " ", 0);
        g_autofree char *list = NULL;
        GString *text = g_string_new(NULL);

        for (char **name = names; *name; name++) {
            if (**name) {
                g_string_append_printf(text, "%s-%s", text->len ? " " : "", *name);
            }
        }
        list = g_string_free(text, FALSE);
        ob_text_printf("  %s\n      %s\n", list, row->reason);
    }
}

static void help_print(const ObOptions *options)
{
    int column = 0;

    ob_text_printf(
        "Usage: %s [OPTION...]\n\n"
        "A machine without a CPU for testing devices: loads plugins, and speaks QEMU's\n"
        "qtest protocol, QMP and command line.  Options may start with one dash or two.\n",
        options->program);
    for (const ObOptionRow *row = ob_option_rows; row->name || row->help; row++) {
        if (row_is_heading(row)) {
            ob_text_printf("%s\n%s:\n", column ? "\n" : "", row->help);
            column = 0;
        } else if (row->help) {
            row_print(row, &column);
        }
    }
    refused_print();
    ob_text_printf("\nAn example:\n"
                   "  %s -M q35 -tpmdev libtpms,id=tpm0 \\\n"
                   "      -device tpm-crb,tpmdev=tpm0 -qtest stdio -trace 'tpm_crb_*'\n",
                   options->program);
}

/* -------------------------------------------------------------------- lists */

static void accelerators_print(void)
{
    ob_text_printf("Accelerators (none of them runs a CPU here):\n");
    for (const char *const *name = ob_accelerators; *name; name++) {
        ob_text_printf("  %s\n", *name);
    }
}

static void devices_print(const ObSystem *system)
{
    const HwClass *cls;

    ob_text_printf("Devices:\n");
    for (uint32_t i = 0; (cls = ob_host_class_at(system->host, i)); i++) {
        const char *description = cls->table.description;

        ob_text_printf("  %-20s%s\n", cls->table.name, description ? description : "");
    }
}

/* "configured|new|keep", or the type's name. */
static char *property_values(const HwProperty *property)
{
    GString *text = g_string_new(property->choices.count ? "" : ob_qom_property_type(property));

    for (uint32_t i = 0; i < property->choices.count; i++) {
        g_string_append_printf(text, "%s%s", i ? "|" : "", property->choices.entries[i]);
    }
    return g_string_free(text, FALSE);
}

/* "1 to 8; "; "" if the type alone implies the range. */
static char *property_range(const HwProperty *property)
{
    if (!property->minimum && !property->maximum) {
        return g_strdup("");
    }
    return g_strdup_printf("%" PRIu64 " to %" PRIu64 "; ", property->minimum,
                           hw_property_maximum(property));
}

static void property_print(const HwProperty *property)
{
    g_autofree char *values = property_values(property);
    g_autofree char *range = property_range(property);
    json_t *value = ob_qom_property_default(property);
    char *text = value ? json_dumps(value, JSON_ENCODE_ANY) : NULL;
    g_autofree char *usage = g_strdup_printf("%s=<%s>", property->name, values);

    ob_text_printf("  %-23s %s", usage, property->description ? property->description : "");
    if (json_is_boolean(value)) {
        ob_text_printf(" (default: %s)", json_is_true(value) ? "on" : "off");
    } else if (value) {
        ob_text_printf(" (%sdefault: %s)", range,
                       json_is_string(value) ? json_string_value(value) : text);
    }
    ob_text_printf("\n");
    free(text);
    json_decref(value);
}

/* qtest/machine/pci/plug.c takes them. */
static void function_options_print(void)
{
    ob_text_printf(
        "  addr=<DEVICE[.FUNCTION]>  place on the bus, hexadecimal (default: the first "
        "free device)\n"
        "  bus=<str>                 id of a bridge, or the machine's bus: pci.0 of pc, pcie.0 of\n"
        "                            others (default: the machine's bus)\n"
        "  multifunction=<bool>      the device may have other functions (default: off)\n"
        "  rombar=<uint32>           accepted; no function has a ROM\n");
}

/* qtest/machine/i2c/plug.c takes them. */
static void target_options_print(const HwI2cTarget *target)
{
    ob_text_printf("  bus=<str>               id of an I2C controller (default: the first)\n"
                   "  address=<uint8>         0x%02x to 0x%x (default: 0x%02x)\n",
                   HW_I2C_ADDRESS_MIN, HW_I2C_ADDRESS_MAX, target->address);
}

static bool device_print(const ObSystem *system, const char *name, HwError *error)
{
    const HwClass *cls = ob_host_find_class(system->host, name);

    if (!cls) {
        g_autofree char *suggestion = ob_system_suggest_class(system, name);
        return hw_error_set(error, "-device: unknown device '%s'%s", name, suggestion);
    }
    ob_text_printf("%s options:\n", cls->table.name);
    for (uint32_t i = 0; i < cls->table.properties.count; i++) {
        property_print(&cls->table.properties.entries[i]);
    }
    if (cls->table.pci) {
        function_options_print();
    }
    if (cls->table.i2c) {
        target_options_print(cls->table.i2c);
    }
    return true;
}

static void tpmdevs_print(void)
{
    ob_text_printf(
        "TPM backends:\n"
        "  libtpms,id=ID[,state=FILE]        a TPM 2.0 in this program; without state= it\n"
        "                                    loses its state at exit\n"
        "          [,trust=files|all|none]   states that it may take untried, where no child\n"
        "                                    process can try them (default: files)\n"
        "  emulator,id=ID,chardev=ID         a running swtpm, by its control socket\n"
        "          [,timeout=SECONDS]        for a command (default: 30)\n"
        "          [,reconnect=on|off]       a new swtpm may replace one that ended (default: "
        "on)\n"
        "  script,id=ID,file=FILE            answers as the file says, for tests of drivers\n"
        "  the first two take\n"
        "          [,script=FILE]            the file may change the TPM's answers\n"
        "  all take [,auto-shutdown=on|off]  send TPM2_Shutdown before a power cut that the\n"
        "                                    guest has not announced (default: on)\n");
}

static void netdevs_print(void)
{
    ob_text_printf("Networks:\n");
    for (const ObNetType *type = ob_net_types; type->name; type++) {
        ob_text_printf("  %-8s %s\n", type->name, type->help);
    }
    ob_text_printf(
        "  user,id=ID[,net=ADDRESS/BITS][,host=ADDRESS][,dns=ADDRESS][,dhcpstart=ADDRESS]\n"
        "       "
        "[,ipv4=on|off][,ipv6=on|off][,ipv6-net=PREFIX/BITS][,ipv6-host=...][,ipv6-dns=...]\n"
        "       [,hostname=NAME][,domainname=NAME][,dnssearch=DOMAIN]...\n"
        "       [,tftp=DIRECTORY][,tftp-server-name=NAME][,bootfile=FILE]\n"
        "       [,restrict=on|off]            the guest reaches nothing outside (default: off)\n"
        "       [,hostfwd=tcp|udp:[HOST]:PORT-[GUEST]:PORT]...  HOST: the loopback address by "
        "default\n"
        "       [,guestfwd=tcp:SERVER:PORT-cmd:COMMAND]...      or -unix:PATH, -tcp:HOST:PORT\n"
        "  stream,id=ID,addr.type=unix,addr.path=FILE[,addr.abstract=on|off][,server=on|off]\n"
        "  stream,id=ID,addr.type=inet,addr.host=HOST,addr.port=PORT[,server=on|off]\n"
        "       [,reconnect=SECONDS]          a client tries again (default: 0, never)\n"
        "  stream,id=ID,addr.type=fd,addr.str=NUMBER[,server=on|off]\n"
        "  dgram,id=ID,local.type=inet,local.host=HOST,local.port=PORT,remote.type=inet,\n"
        "       remote.host=HOST,remote.port=PORT\n"
        "  dgram,id=ID,remote.type=inet,remote.host=GROUP,remote.port=PORT[,local...]\n"
        "  dgram,id=ID,local.type=unix,local.path=FILE,remote.type=unix,remote.path=FILE\n"
        "  dgram,id=ID,local.type=fd,local.str=NUMBER\n"
        "  socket,id=ID,listen=[HOST]:PORT or connect=HOST:PORT or fd=NUMBER\n"
        "  socket,id=ID,udp=HOST:PORT,localaddr=HOST:PORT or mcast=GROUP:PORT[,localaddr=HOST]\n"
        "  hubport,id=ID,hubid=NUMBER[,netdev=ID]\n"
        "  test,id=ID\n");
}

static void vcpus_print(void)
{
    ob_text_printf(
        "Registers of vCPUs:\n"
        "  model=FILE                        a kernel's registers in a .regs file, see\n"
        "                                    scripts/dump-kvm-registers\n"
        "          [,class=K0..K5]           firmware registers of an older or newer kernel\n"
        "          [,limit=NAME=VALUE:...]   the kernel's highest values: PSCI_VERSION=0x10001\n"
        "          [,with=NAME=VALUE:...]    add registers\n"
        "          [,without=NAME:...]       remove registers\n"
        "          [,has-run=on|off]         a vCPU has run before (default: off)\n"
        "          [,vcpus=NUMBER]           (default: 1)\n");
}

static void chardevs_print(void)
{
    ob_text_printf(
        "Chardevs:\n"
        "  socket,id=ID,path=FILE            a unix socket\n"
        "  socket,id=ID,host=HOST,port=PORT  TCP on the loopback interface\n"
        "          [,abstract=on|off]        an abstract name, which any user may connect to\n"
        "          [,server=on|off]          listen (default: off, connect)\n"
        "          [,wait=on|off]            a server waits for its first peer (default: on)\n"
        "          [,telnet=on|off]          a server speaks telnet (default: off)\n"
        "          [,reconnect=SECONDS]      a client tries again (default: 0, never); or\n"
        "                                    reconnect-ms=MILLISECONDS\n"
        "  socket,id=ID,fd=NUMBER            a socket that this program was given; one that\n"
        "                                    listens, with server=on\n"
        "  file,id=ID,path=FILE[,append=on]  a file, for output alone\n"
        "  stdio,id=ID                       standard input and output\n"
        "  pty,id=ID                         a new pseudo-terminal\n"
        "  null,id=ID                        nothing\n"
        "  pipe,id=ID,path=PATH              the FIFOs PATH.in and PATH.out, or PATH for both\n"
        "  ringbuf,id=ID[,size=BYTES]        the last bytes of a device's output, for "
        "ringbuf-read\n"
        "  test,id=ID                        the test's own end, for devices alone: chardev_send,\n"
        "                                    chardev_receive, chardev_event of the qtest "
        "protocol\n"
        "  each takes [,logfile=FILE]        a copy of the output (not test)\n"
        "          [,logappend=on|off]       keep the file's content (default: off)\n");
}

static void objects_print(void)
{
    ob_text_printf("Objects:\n");
    for (const ObObjectType *type = ob_object_types; type->name; type++) {
        ob_text_printf("  %-23s %s\n", type->name, type->help);
    }
}

static void logs_print(void)
{
    ob_text_printf("Log items (between commas):\n");
    for (const ObLogItem *item = ob_log_items; item->name; item++) {
        ob_text_printf("  %-20s%s\n", item->name, item->help);
    }
    ob_text_printf("Accepted, since no CPU runs:\n %s\n", ob_log_items_accepted);
}

static void event_print(void *opaque, const char *event)
{
    (void)opaque;
    ob_text_printf("%s\n", event);
}

/* -------------------------------------------------------------------- choice */

bool ob_help_needs_host(const ObOptions *options)
{
    return options->show == OB_SHOW_DEVICES || options->show == OB_SHOW_DEVICE ||
           options->show == OB_SHOW_TRACES || options->show == OB_SHOW_VMSTATE;
}

bool ob_help_show(const ObSystem *system, const ObOptions *options, HwError *error)
{
    switch (options->show) {
    case OB_SHOW_NOTHING:
        break;
    case OB_SHOW_HELP:
        help_print(options);
        break;
    case OB_SHOW_VERSION:
        ob_text_printf("outboard %s, QMP and machines as of QEMU %d.%d.%d\n", OB_VERSION,
                       OB_QEMU_MAJOR, OB_QEMU_MINOR, OB_QEMU_MICRO);
        break;
    case OB_SHOW_MACHINES:
        ob_help_machines(options);
        break;
    case OB_SHOW_MACHINE:
        return ob_help_machine(options, options->show_argument, error);
    case OB_SHOW_ACCELERATORS:
        accelerators_print();
        break;
    case OB_SHOW_DEVICES:
        devices_print(system);
        break;
    case OB_SHOW_DEVICE:
        return device_print(system, options->show_argument, error);
    case OB_SHOW_TPMDEVS:
        tpmdevs_print();
        break;
    case OB_SHOW_NETDEVS:
        netdevs_print();
        break;
    case OB_SHOW_VCPUS:
        vcpus_print();
        break;
    case OB_SHOW_CHARDEVS:
        chardevs_print();
        break;
    case OB_SHOW_OBJECTS:
        objects_print();
        break;
    case OB_SHOW_TRACES:
        ob_trace_list(system->host, event_print, NULL);
        break;
    case OB_SHOW_LOGS:
        logs_print();
        break;
    case OB_SHOW_PLUGIN:
        return ob_dump_plugin(options->show_argument, options->show_json, stdout, error);
    case OB_SHOW_VMSTATE:
        return ob_dump_vmstate(system, options->show_argument, error);
    }
    return true;
}
