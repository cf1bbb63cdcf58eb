/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every key of the options with values at the ends of ranges: the golden file has the refusals, and
 * what the parsed options get.
 */
#include <glib.h>
#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/host/io/fd-set.h"
#include "qtest/host/options/option-table.h"
#include "qtest/tests/lib/golden.h"
#include "qtest/tests/lib/left/left.h"

#define PROGRAM "/usr/bin/outboard-system-"

/* clang-format off */
static const char *const values[] = {
    NULL, "", "on", "off", "0", "1", "-1", "2", "7", "255", "256", "512", "513", "4096", "4097", "86400", "86401", "1M", "196602M", "196605M", "65535", "65536", "4294967295",
    "4294967296", "x", "auto", "18446744073709551616", "1,=2",
};
/* clang-format on */

/* A line that ends before KEY=VALUE, and the keys with spaces between them. */
typedef struct Row {
    const char *line, *keys;
} Row;

/* clang-format off */
static const Row rows[] = {
    { "x86_64 -machine pc,",
      "acpi type firmware graphics hmat fd-bootchk phandle-start max-ram-below-4g max-fw-size usb "
      "smbios-entry-point-type suppress-vmdesc x-oem-id x-oem-table-id memory-backend dumpdtb pic "
      "memory.size memory.slots memory.max-size boot.menu smp.cpus smp.cores kernel-irqchip nvdimm cxl" },
    { "aarch64 -machine virt,",
      "highmem highmem-ecam highmem-mmio gic-version iommu its ras virtualization secure mte" },
    { "x86_64 -m ", "size" },
    { "x86_64 -m 1M,slots=2,maxmem=2M,", "slots maxmem" },
    { "x86_64 -smp ", "cpus maxcpus sockets dies clusters cores threads" },
    { "aarch64 -smp 4,", "cpus maxcpus sockets dies clusters cores threads" },
    { "x86_64 -smp 4,maxcpus=8,", "sockets dies cores threads" },
    { "x86_64 -boot ", "order once menu splash splash-time reboot-timeout strict" },
    { "x86_64 -fw_cfg name=opt/x,", "name file string gen_id" },
    { "x86_64 -global ", "driver property value x.y" },
    { "x86_64 -global ",
      "ICH9-LPC.noreboot ICH9-LPC.acpi-pci-hotplug-with-bridge-support mch.smbase-smram "
      "mch.extended-tseg-mbytes" },
    { "x86_64 -drive id=d,file=f,if=none,format=raw,",
      "id file if format media index cache aio readonly" },
    { "x86_64 -drive id=d,file=f,if=none,format=raw -device ide-hd,drive=d,",
      "id drive bus unit bootindex" },
    { "x86_64 -blockdev file,node-name=n,filename=f,",
      "node-name filename driver read-only discard cache.direct auto-read-only" },
    { "x86_64 -blockdev file,node-name=n,filename=f -blockdev raw,node-name=m,file=n,",
      "node-name file read-only" },
    { "x86_64 -acpitable data=/dev/null,",
      "sig rev oem_id oem_table_id oem_rev asl_compiler_id asl_compiler_rev" },
    { "x86_64 -action ", "shutdown reboot panic watchdog" },
    { "x86_64 -rtc ", "base clock driftfix" },
    { "x86_64 -run-with ", "exit-with-parent async-teardown" },
    { "x86_64 -sandbox ", "on obsolete elevateprivileges spawn resourcecontrol" },
    { "x86_64 -add-fd ", "fd set opaque" },
    { "x86_64 -name ", "guest process debug-threads" },
    { "x86_64 -accel tcg,", "accel thread tb-size kernel-irqchip" },
    { "x86_64 -trace ", "enable events file vcd perfetto coverage" },
    { "x86_64 -plugin-set ", "file watch" },
    { "x86_64 -vnc :1,",
      "to password password-secret share head display websocket lossy non-adaptive tls-creds sasl" },
    { "x86_64 -vnc ", ": localhost: unix 127.0.0.1" },
    { "x86_64 -chardev socket,id=c,path=p,",
      "path host port fd server wait telnet reconnect reconnect-ms abstract mux logfile logappend" },
    { "x86_64 -chardev socket,id=c,host=localhost,",
      "port server telnet ipv4 ipv6 nodelay to" },
    { "x86_64 -chardev socket,id=c,path=p,server=on,", "wait telnet reconnect" },
    { "x86_64 -chardev socket,id=c,", "fd" },
    { "x86_64 -chardev file,id=c,path=p,", "append mux size input-path" },
    { "x86_64 -chardev ringbuf,id=c,", "size mux logfile" },
    { "x86_64 -chardev stdio,id=c,", "signal mux" },
    { "x86_64 -chardev pipe,id=c,", "path" },
    { "x86_64 -chardev null,id=c -mon chardev=c,", "mode pretty chardev default" },
    { "x86_64 -qmp ", "unix tcp stdio file pty chardev null" },
    { "x86_64 -qtest ", "unix tcp stdio file pty chardev null" },
    { "x86_64 -nic user,", "id model mac macaddr addr" },
    { "x86_64 -net nic,", "netdev macaddr model addr" },
    { "x86_64 -net user,", "id net name" },
    { "x86_64 -netdev user,id=n,", "net restrict id" },
    { "x86_64 -tpmdev libtpms,id=t,", "id path" },
    { "x86_64 -object secret,", "id data" },
    { "x86_64 -smbios type=0,", "vendor version date release uefi" },
    { "x86_64 -smbios type=17,", "speed loc_pfx bank asset" },
    { "x86_64 -smbios type=1,", "uuid serial sku" },
    { "x86_64 -smp 4 -m 8M -numa node,", "nodeid cpus mem memdev initiator" },
    { "x86_64 -m 8M -numa node,nodeid=0 -numa node,nodeid=1 -numa dist,src=0,dst=1,val=20,",
      "src dst val" },
    { "x86_64 -smp 4 -m 8M -numa node,nodeid=0 -numa cpu,node-id=0,",
      "node-id socket-id die-id core-id thread-id cluster-id" },
    { "x86_64 -m 8M -machine hmat=on -numa node,nodeid=0,memdev=m,cpus=0 "
      "-numa hmat-lb,initiator=0,target=0,hierarchy=memory,data-type=access-latency,latency=5,",
      "initiator target hierarchy data-type latency bandwidth" },
    { "x86_64 -m 8M -machine hmat=on -numa node,nodeid=0,memdev=m,cpus=0 "
      "-numa hmat-lb,initiator=0,target=0,hierarchy=memory,data-type=access-bandwidth,", "bandwidth" },
    { "x86_64 -m 8M -machine hmat=on -numa node,nodeid=0,memdev=m,cpus=0 "
      "-numa hmat-lb,initiator=0,target=0,hierarchy=memory,data-type=access-latency,latency=5 "
      "-numa hmat-lb,initiator=0,target=0,hierarchy=memory,data-type=access-bandwidth,bandwidth=5M "
      "-numa hmat-cache,node-id=0,size=10K,level=1,associativity=direct,policy=write-back,line=8,",
      "node-id size level associativity policy line" },
    { "x86_64 -m 8M -machine hmat=on -numa node,nodeid=0,memdev=m,cpus=0 "
      "-numa hmat-lb,initiator=0,target=0,hierarchy=memory,data-type=access-latency,", "latency" },
    { "x86_64 -m 8M -machine hmat=on -numa node,nodeid=0,memdev=m,cpus=0 -numa hmat-lb,initiator=0,target=0,",
      "hierarchy" },
    { "x86_64 -m 8M -machine hmat=on -numa node,nodeid=0,memdev=m,cpus=0 "
      "-numa hmat-lb,initiator=0,target=0,hierarchy=memory,", "data-type" },
    { "x86_64 -m 8M -machine hmat=on -numa node,nodeid=0,memdev=m,cpus=0 "
      "-numa hmat-lb,initiator=0,target=0,hierarchy=memory,data-type=access-latency,latency=5 "
      "-numa hmat-lb,initiator=0,target=0,hierarchy=memory,data-type=access-bandwidth,bandwidth=5M "
      "-numa hmat-cache,node-id=0,level=1,", "size" },
    { "x86_64 -m 8M -machine hmat=on -numa node,nodeid=0,memdev=m,cpus=0 "
      "-numa hmat-lb,initiator=0,target=0,hierarchy=memory,data-type=access-latency,latency=5 "
      "-numa hmat-lb,initiator=0,target=0,hierarchy=memory,data-type=access-bandwidth,bandwidth=5M "
      "-numa hmat-cache,node-id=0,size=256,level=1,associativity=direct,policy=none,line=8 "
      "-numa hmat-cache,node-id=0,associativity=complex,policy=write-through,line=8,level=2,", "size" },
    { "x86_64 -m 8M -machine hmat=on -numa node,nodeid=0,memdev=m,cpus=0 -numa node,nodeid=1 "
      "-numa hmat-lb,initiator=0,target=0,hierarchy=memory,data-type=read-latency,latency=30 "
      "-numa hmat-lb,initiator=0,target=1,hierarchy=memory,data-type=read-latency,", "latency" },
    { "x86_64 -m 8M -machine hmat=on -numa node,nodeid=0,memdev=m,cpus=0 -numa node,nodeid=1 "
      "-numa hmat-lb,initiator=0,target=0,hierarchy=memory,data-type=read-bandwidth,bandwidth=3M "
      "-numa hmat-lb,initiator=0,target=1,hierarchy=memory,data-type=read-bandwidth,", "bandwidth" },
    { "x86_64 -dump-plugin ", "file format" },
};
/* clang-format on */

/* ------------------------------------------------------------------ the parsed options */

/* clang-format off */
#define FIELD(member) \
    { #member, offsetof(ObOptions, member), sizeof(((ObOptions *)NULL)->member) }

static const struct {
    const char *name;
    size_t offset, size;
} fields[] = {
    FIELD(show), FIELD(no_acpi), FIELD(phandle_start), FIELD(low_memory), FIELD(acpi_bridges.is_given),
    FIELD(acpi_bridges.is_on), FIELD(no_reboot.is_given), FIELD(no_reboot.is_on),
    FIELD(smbase_smram.is_given), FIELD(smbase_smram.is_on), FIELD(tseg_mbytes.is_given),
    FIELD(tseg_mbytes.value), FIELD(low_ecam), FIELD(low_memory_bars), FIELD(hmat),
    FIELD(no_description), FIELD(firmware_stand_in), FIELD(firmware_off), FIELD(ram_size),
    FIELD(has_ram_below_4g), FIELD(ram_below_4g), FIELD(memory_prealloc), FIELD(nics), FIELD(cards),
    FIELD(hub_ports), FIELD(vnc.last_port), FIELD(vnc.password), FIELD(vnc.head),
    FIELD(vnc.address.port), FIELD(serials), FIELD(parallels), FIELD(escape), FIELD(has_qtest),
    FIELD(qtest.kind), FIELD(qtest.port), FIELD(qtest.server), FIELD(qtest.no_wait),
    FIELD(boot.uuid[0]), FIELD(boot.cpus), FIELD(boot.cpu_limit), FIELD(boot.no_graphics),
    FIELD(boot.has_date), FIELD(boot.menu), FIELD(boot.has_reboot_timeout), FIELD(boot.reboot_timeout),
    FIELD(boot.has_splash_time), FIELD(boot.splash_time), FIELD(boot.no_floppy_check),
    FIELD(no_defaults), FIELD(nographic), FIELD(monitor_given), FIELD(smbios_entry),
    FIELD(has_smbios_entry), FIELD(topology.cpus), FIELD(topology.maximum), FIELD(topology.counts[0]),
    FIELD(topology.counts[1]), FIELD(topology.counts[2]), FIELD(topology.counts[3]),
    FIELD(topology.counts[4]), FIELD(max_cpus), FIELD(stopped), FIELD(preconfig), FIELD(daemonize),
    FIELD(exit_with_parent), FIELD(sandbox.on), FIELD(sandbox.obsolete), FIELD(sandbox.privileges),
    FIELD(sandbox.spawn), FIELD(sandbox.resources), FIELD(guest_errors),
    FIELD(actions.shutdown_pauses), FIELD(actions.reboot_shuts_down), FIELD(actions.panic),
    FIELD(actions.watchdog),
};

#define TEXT(member) { #member, offsetof(ObOptions, member) }

/* NULL by default, but for the machine. */
static const struct {
    const char *name;
    size_t offset;
} texts[] = {
    TEXT(machine), TEXT(accelerator), TEXT(tree_dump), TEXT(memory_backend), TEXT(memory_path),
    TEXT(processor), TEXT(boot_disk), TEXT(qtest_chardev), TEXT(qtest_log), TEXT(name), TEXT(uuid),
    TEXT(boot.order), TEXT(boot.once), TEXT(boot.oem_id), TEXT(boot.oem_table_id), TEXT(boot_splash),
    TEXT(incoming), TEXT(pid_file), TEXT(log_file), TEXT(wave_file), TEXT(timeline_file),
    TEXT(coverage_file), TEXT(vnc.secret), TEXT(vnc.device), TEXT(show_argument),
};
/* clang-format on */

static const char *text_at(const ObOptions *options, size_t offset)
{
    return *(const char *const *)((const char *)options + offset);
}

static uint64_t number_at(const ObOptions *options, size_t offset, size_t size)
{
    const uint8_t *at = (const uint8_t *)options + offset;

    return size == 1   ? *at
           : size == 2 ? *(const uint16_t *)at
           : size == 4 ? *(const uint32_t *)at
                       : *(const uint64_t *)at;
}

static void address_tell(GString *text, const ObSocketAddress *address)
{
    g_string_append_printf(text,
                           " [%d %s port=%u fd=%d server=%d no_wait=%d abstract=%d telnet=%d "
                           "reconnect=%" PRIu32 " append=%d size=%" PRIu32 "]",
                           address->kind, address->path, address->port, address->fd,
                           address->server, address->no_wait, address->abstract, address->telnet,
                           address->reconnect, address->append, address->size);
}

/* The fields that differ from those without options. */
static void options_tell(GString *text, const ObOptions *options, const ObOptions *plain)
{
    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
        uint64_t number = number_at(options, fields[i].offset, fields[i].size);

        if (number != number_at(plain, fields[i].offset, fields[i].size)) {
            g_string_append_printf(text, " %s=%" PRIu64, fields[i].name, number);
        }
    }
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        const char *word = text_at(options, texts[i].offset);

        if (g_strcmp0(word, text_at(plain, texts[i].offset)) != 0) {
            g_string_append_printf(text, " %s='%s'", texts[i].name, word);
        }
    }
    for (guint i = 0; i < options->chardevs->len; i++) {
        const ObChardev *chardev = options->chardevs->pdata[i];

        g_string_append_printf(text, " %s mux=%d", chardev->backend, chardev->mux);
        address_tell(text, &chardev->address);
    }
    for (guint i = 0; i < options->monitors->len; i++) {
        const ObMonitor *monitor = options->monitors->pdata[i];

        g_string_append_printf(text, " monitor pretty=%d human=%d", monitor->pretty,
                               monitor->human);
        address_tell(text, &monitor->address);
    }
    if (options->has_qtest) {
        address_tell(text, &options->qtest);
    }
}

/* ------------------------------------------------------------------ the lines */

/* The options point into `argv`. */
static ObOptions *parse(const char *line, char ***argv, HwError *error)
{
    g_autofree char *whole = g_strconcat(PROGRAM, line, NULL);

    *argv = g_strsplit(whole, " ", -1);
    return ob_options_new((int)g_strv_length(*argv), *argv, error);
}

/* Descriptors of -add-fd are the process's. */
static void options_end(ObOptions *options, char **argv)
{
    const ObFdSet *set;

    ob_options_free(options);
    g_strfreev(argv);
    while ((set = ob_fd_set_at(0))) {
        ob_fd_set_remove(set->id, -1);
    }
}

/* The second time leaves no memory. */
static void parse_again(const char *line)
{
    Left before = left_now();
    HW_ERROR(error, 1024);
    char **argv;
    ObOptions *options = parse(line, &argv, &error);

    options_end(options, argv);
    left_expect(&before, line);
}

/* The caller frees it. */
static char *outcome(const char *line)
{
    g_autofree char *architecture = g_strndup(line, strcspn(line, " "));
    g_autoptr(GString) text = g_string_new(NULL);
    HW_ERROR(error, 1024);
    char **plain_argv, **argv;
    ObOptions *plain = parse(architecture, &plain_argv, NULL);
    ObOptions *options = parse(line, &argv, &error);

    if (options) {
        options_tell(text, options, plain);
    } else {
        g_string_append_printf(text, " %s", error.text);
    }
    options_end(options, argv);
    options_end(plain, plain_argv);
    parse_again(line);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static void key_tell(GString *text, const char *before, const char *key, const char *equals)
{
    g_autofree char *head = g_strdup_printf("\n%s%s", *key ? "" : before, key);
    Outcomes *outcomes = outcomes_new();

    for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
        const char *value = values[i] ? values[i] : "";
        g_autofree char *line = g_strconcat(before, key, values[i] ? equals : "", value, NULL);
        g_autofree char *says = outcome(line);

        outcomes_add(outcomes, values[i] ? value : "no value", says);
    }
    outcomes_end(outcomes, head, text);
}

static void test_every_key(void)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(GStrv) keys = g_strsplit(rows[i].keys, " ", -1);

        g_string_append_printf(text, "\n%sKEY=VALUE\n", rows[i].line);
        for (char **key = keys; *key; key++) {
            key_tell(text, rows[i].line, *key, "=");
        }
    }
    golden_expect("options-keys.txt", text->str);
}

/* The options without an argument. */
static void switches_tell(GString *text)
{
    Outcomes *outcomes = outcomes_new();

    for (const ObOptionRow *row = ob_option_rows; row->name || row->help; row++) {
        if (row->name && !row->argument) {
            g_autofree char *line = g_strconcat("x86_64 -", row->name, NULL);
            g_autofree char *says = outcome(line);

            outcomes_add(outcomes, row->name, says);
        }
    }
    outcomes_end(outcomes, "\nswitches", text);
}

static void test_every_option(void)
{
    g_autoptr(GString) text = g_string_new(NULL);

    switches_tell(text);

    for (const ObOptionRow *row = ob_option_rows; row->name || row->help; row++) {
        if (row->name && row->argument) {
            g_autofree char *before = g_strconcat("x86_64 -", row->name, NULL);

            key_tell(text, before, "", " ");
        }
    }
    golden_expect("options.txt", text->str);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/options-told/every-key", test_every_key);
    g_test_add_func("/options-told/every-option", test_every_option);
    return g_test_run();
}
