/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line: accepted options. */
#include "qtest/host/options/options.h"
#include "qtest/host/options/suggest.h"

#include <glib/gstdio.h>
#include <string.h>

#define PROGRAM "/usr/bin/outboard-system-x86_64"

/* Splits the line at spaces; the words live as long as the test runs. */
static ObOptions *parse(const char *line, HwError *error)
{
    g_autofree char *whole = g_strconcat(PROGRAM " ", line, NULL);
    char **words = g_strsplit(whole, " ", 0);
    ObOptions *options;

    g_test_queue_destroy((GDestroyNotify)g_strfreev, words);
    options = ob_options_new((int)g_strv_length(words), words, error);
    if (options) {
        g_test_queue_destroy((GDestroyNotify)ob_options_free, options);
    }
    return options;
}

static ObOptions *accept(const char *line)
{
    HW_ERROR(error, 512);
    ObOptions *options = parse(line, &error);

    g_assert_cmpstr(error.text, ==, "");
    g_assert_nonnull(options);
    return options;
}

/* ------------------------------------------------------------------ accepted */

static void test_architecture(void)
{
    ObOptions *options = accept("-S");

    g_assert_cmpstr(options->program, ==, "outboard-system-x86_64");
    g_assert_cmpstr(options->architecture, ==, "x86_64");
}

static void test_two_dashes(void)
{
    g_assert_cmpstr(accept("--machine q35")->machine, ==, "q35");
}

static void test_machine_type(void)
{
    g_assert_cmpstr(accept("-M type=q35,usb=off")->machine, ==, "q35");
}

static void test_memory_sizes(void)
{
    static const struct {
        const char *line;
        uint64_t size;
    } rows[] = {
        { "-m 128", UINT64_C(128) << 20 },   { "-m 64M", UINT64_C(64) << 20 },
        { "-m 1G", UINT64_C(1) << 30 },      { "-m 4096k", UINT64_C(4) << 20 },
        { "-m size=2G", UINT64_C(2) << 30 }, { "-m 8192b", 8192 },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_assert_cmpuint(accept(rows[i].line)->ram_size, ==, rows[i].size);
    }
}

static void test_first_accelerator(void)
{
    g_assert_cmpstr(accept("-accel kvm -accel tcg")->accelerator, ==, "kvm");
    g_assert_cmpstr(accept("-machine pc,accel=kvm:tcg")->accelerator, ==, "kvm");
    g_assert_cmpstr(accept("-accel qtest")->accelerator, ==, "qtest");
}

static void test_json_device(void)
{
    ObOptions *options = accept(
        "-device {\"driver\":\"tpm-crb\",\"ppi\":false,\"tpmdev\":\"c,d\",\"n\":12}"
        " -chardev null,id=q "
        "-object {\"qom-type\":\"monitor-qmp\",\"id\":\"m\",\"chardev\":\"q\"}");
    const ObKeyval *keyval = options->devices->pdata[0];

    g_assert_cmpuint(keyval->count, ==, 4);
    g_assert_cmpstr(ob_keyval_get(keyval, "driver"), ==, "tpm-crb");
    g_assert_cmpstr(ob_keyval_get(keyval, "ppi"), ==, "off");
    g_assert_cmpstr(ob_keyval_get(keyval, "n"), ==, "12");
    g_assert_cmpuint(options->monitors->len, ==, 1);
}

static void test_globals(void)
{
    ObOptions *options = accept(
        "-global tpm-crb.ppi=off -global driver=vmgenid,property=guid,value= "
        "-global a.b=c,d=e");
    static const char *const expected[][3] = { { "tpm-crb", "ppi", "off" },
                                               { "vmgenid", "guid", "" },
                                               { "a", "b", "c,d=e" } };

    g_assert_cmpuint(options->globals->len, ==, G_N_ELEMENTS(expected));
    for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
        const ObGlobal *global = options->globals->pdata[i];

        g_assert_cmpstr(global->driver, ==, expected[i][0]);
        g_assert_cmpstr(global->property, ==, expected[i][1]);
        g_assert_cmpstr(global->value, ==, expected[i][2]);
    }
}

static void test_no_acpi(void)
{
    g_assert_true(accept("-no-acpi")->no_acpi);
    g_assert_false(accept("-S")->no_acpi);
}

/* Options that libvirt and others pass, and that change nothing here. */
static void test_accepted(void)
{
    accept("-rtc base=utc,clock=vm,driftfix=slew");
    accept("-msg timestamp=on,guest-name=off -overcommit mem-lock=off,cpu-pm=on -k de -L /x "
           "-no-hpet -action reboot=reset,shutdown=poweroff -action panic=none "
           "-action watchdog=inject-nmi");
    accept("-only-migratable -echr 1 -dfilter 0x1000..0x2000 -compat deprecated-input=accept "
           "-d unimp,cpu_reset,int");
    g_assert_cmpstr(accept("-pidfile /x/p")->pid_file, ==, "/x/p");
}

/* The network gets an id behind the option's text. */
static void test_last_comma(void)
{
    const ObKeyval *network = accept("-nic user,model=ne2k_pci,")->netdevs->pdata[0];

    g_assert_cmpstr(ob_keyval_get(network, "id"), ==, "#net0");
    network = accept("-nic user,domainname=a,,")->netdevs->pdata[0];
    g_assert_cmpstr(ob_keyval_get(network, "id"), ==, "#net0");
    g_assert_cmpstr(ob_keyval_get(network, "domainname"), ==, "a,");
}

static void test_double_comma(void)
{
    ObOptions *options = accept("-device tpm-crb,tpmdev=a,,b,id=c");
    const ObKeyval *keyval = options->devices->pdata[0];

    g_assert_cmpuint(keyval->count, ==, 3);
    g_assert_cmpstr(ob_keyval_get(keyval, "driver"), ==, "tpm-crb");
    g_assert_cmpstr(ob_keyval_get(keyval, "tpmdev"), ==, "a,b");
    g_assert_cmpstr(ob_keyval_get(keyval, "id"), ==, "c");
}

static void test_key_alone(void)
{
    ObOptions *options = accept("-device tpm-crb,ppi");

    g_assert_cmpstr(ob_keyval_get(options->devices->pdata[0], "ppi"), ==, "on");
}

static void test_last_value(void)
{
    ObOptions *options = accept("-device tpm-crb,ppi=on,ppi=off");

    g_assert_cmpstr(ob_keyval_get(options->devices->pdata[0], "ppi"), ==, "off");
}

static void test_libqtest_line(void)
{
    ObOptions *options = accept(
        "-qtest unix:/x/q.sock -qtest-log /dev/null -chardev socket,path=/x/q.qmp,id=char0 "
        "-mon chardev=char0,mode=control -display none -audio none "
        "-chardev socket,id=chr,path=/x/t -tpmdev emulator,id=dev,chardev=chr "
        "-device tpm-crb,tpmdev=dev -accel qtest");

    g_assert_true(options->has_qtest);
    g_assert_cmpstr(options->qtest.path, ==, "/x/q.sock");
    g_assert_null(options->qtest_log); /* /dev/null: nobody reads the log */
    g_assert_cmpstr(ob_options_chardev(options, "char0")->address.path, ==, "/x/q.qmp");
    g_assert_cmpstr(((ObMonitor *)options->monitors->pdata[0])->chardev, ==, "char0");
    g_assert_cmpstr(ob_keyval_get(ob_options_tpmdev(options, "dev"), "chardev"), ==, "chr");
    g_assert_cmpuint(options->devices->len, ==, 1);
}

static void test_boot_merges(void)
{
    ObOptions *options = accept("-boot menu=on -boot reboot-timeout=15,splash-time=12 -boot d "
                                "-boot c -boot order=nda,strict=on");

    g_assert_true(options->boot.menu);
    g_assert_true(options->boot.has_reboot_timeout);
    g_assert_cmpint(options->boot.reboot_timeout, ==, 15);
    g_assert_true(options->boot.has_splash_time);
    g_assert_cmpint(options->boot.splash_time, ==, 12);
    g_assert_cmpstr(options->boot.order, ==, "nda");
    g_assert_null(options->boot.once);
}

static void test_boot_defaults(void)
{
    ObOptions *options = accept("-S");

    g_assert_false(options->boot.has_reboot_timeout);
    g_assert_false(options->boot.has_splash_time);
    g_assert_false(options->boot.menu);
    g_assert_false(options->boot.no_graphics);
    g_assert_null(options->boot.order);
}

static void test_boot_once_of_nothing(void)
{
    ObOptions *options = accept("-boot order=,once=a");

    g_assert_cmpstr(options->boot.order, ==, "");
    g_assert_cmpstr(options->boot.once, ==, "a");
}

static void test_uuid_in_order_of_its_text(void)
{
    static const uint8_t bytes[16] = { 0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
                                       0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff };
    ObOptions *options = accept("-uuid ffffffff-ffff-ffff-ffff-ffffffffffff "
                                "-uuid 00112233-4455-6677-8899-aaBBccddeeff");

    g_assert_cmpmem(options->boot.uuid, 16, bytes, 16);
}

static void test_no_graphics(void)
{
    g_assert_true(accept("-nographic")->boot.no_graphics);
    g_assert_true(accept("-machine q35,graphics=off")->boot.no_graphics);
    g_assert_false(accept("-machine q35,graphics=on")->boot.no_graphics);
}

/* Numbers of CPUs and possible CPUs, and the limit of their APIC IDs, from QEMU 7.2. */
static const struct Topology {
    const char *argument;
    uint16_t cpus;
    uint16_t maximum;
    uint16_t limit;
} topologies[] = {
    { "2", 2, 2, 2 },
    { "2,maxcpus=4", 2, 4, 4 },
    { "maxcpus=4", 4, 4, 4 },
    { "cores=2", 2, 2, 2 },
    { "4,sockets=2", 4, 4, 4 },
    { "6,cores=3", 6, 6, 7 },
    { "6,sockets=2,cores=3", 6, 6, 7 },
    { "12,sockets=2,dies=2,cores=3", 12, 12, 15 },
    { "3,threads=3", 3, 3, 3 },
    { "1,sockets=3,cores=3,threads=3,maxcpus=27", 1, 27, 43 },
};

static void test_topologies(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(topologies); i++) {
        g_autofree char *line = g_strconcat("-smp ", topologies[i].argument, NULL);
        ObOptions *options = accept(line);

        g_test_message("%s", line);
        g_assert_cmpint(options->boot.cpus, ==, topologies[i].cpus);
        g_assert_cmpint(options->max_cpus, ==, topologies[i].maximum);
        g_assert_cmpint(options->boot.cpu_limit, ==, topologies[i].limit);
    }
}

static void test_fw_cfg_files(void)
{
    ObOptions *options = accept("-fw_cfg opt/a,string=b -fw_cfg name=opt/c,file=/etc/passwd");

    g_assert_cmpuint(options->fw_cfg_files->len, ==, 2);
    g_assert_cmpstr(ob_keyval_get(options->fw_cfg_files->pdata[0], "name"), ==, "opt/a");
}

static void test_clock(void)
{
    ObOptions *options = accept("-rtc base=2006-06-17T16:01:21,clock=vm,driftfix=slew");

    g_assert_true(options->boot.has_date);
    g_assert_cmpint(options->boot.date, ==, 1150560081);
    g_assert_cmpint(accept("-rtc base=2006-06-17")->boot.date, ==, 1150502400);
    g_assert_false(accept("-rtc base=2006-06-17 -rtc base=utc")->boot.has_date);
    g_setenv("TZ", "XYZ-3", TRUE);
    g_assert_cmpint(accept("-rtc base=localtime")->boot.clock_offset, ==, 3 * 3600);
}

/* QEMU's defaults: port and monitor share standard input, unless an option places one of them. */
static void test_nographic(void)
{
    static const struct {
        const char *arguments;
        const char *chardev; /* the monitor's; NULL: standard input is its own */
        guint monitors;
    } rows[] = {
        { "-M pc -nographic", "serial0", 1 },
        { "-M none -nographic", NULL, 1 },
        { "-M pc -nographic -serial null", NULL, 1 },
        { "-M pc -nographic -monitor none", NULL, 0 },
        { "-M pc -nographic -nodefaults", NULL, 0 },
        { "-M pc -nographic -serial mon:stdio", "serial0", 1 },
        { "-M pc", NULL, 0 },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const GPtrArray *monitors = accept(rows[i].arguments)->monitors;
        const ObMonitor *monitor = monitors->len ? monitors->pdata[0] : NULL;

        g_assert_cmpuint(monitors->len, ==, rows[i].monitors);
        if (monitor) {
            g_assert_true(monitor->human);
            g_assert_cmpint(monitor->address.kind, ==, OB_SOCKET_STDIO);
            g_assert_cmpstr(monitor->chardev, ==, rows[i].chardev);
        }
    }
}

static void test_scripts(void)
{
    accept("-nographic -nodefaults -no-user-config -no-reboot -no-shutdown -display none "
           "-audio driver=none -audiodev none,id=a -audiodev {\"id\":\"b\",\"driver\":\"none\"} "
           "-id 100 -vga none -net none -nic none -serial none -parallel none "
           "-monitor none -cpu max -smp 2 -enable-kvm");
}

static void test_show_first(void)
{
    g_assert_cmpint(accept("-device help -version")->show, ==, OB_SHOW_DEVICES);
    g_assert_cmpstr(accept("-device beacon,help")->show_argument, ==, "beacon");
}

static void test_dump_plugin(void)
{
    ObOptions *options = accept("--dump-plugin x.so,format=json");

    g_assert_cmpint(options->show, ==, OB_SHOW_PLUGIN);
    g_assert_cmpstr(options->show_argument, ==, "x.so");
    g_assert_true(options->show_json);
}

static void test_trace_patterns(void)
{
    ObOptions *options = accept("-trace tpm_crb_* -trace enable=beacon_* -d trace:x,guest_errors");

    g_assert_cmpuint(options->traces->len, ==, 3);
    g_assert_cmpstr(options->traces->pdata[1], ==, "beacon_*");
    g_assert_cmpstr(options->traces->pdata[2], ==, "x");
    g_assert_true(options->guest_errors);
}

static void test_trace_file(void)
{
    g_autofree char *directory = g_dir_make_tmp(NULL, NULL);
    g_autofree char *path = g_build_filename(directory, "events", NULL);
    g_autofree char *line = g_strconcat("-trace events=", path, NULL);
    ObOptions *options;

    g_assert_true(g_file_set_contents(path, "# all\n tpm_crb_*\n\n-tpm_crb_mmio_*\n", -1, NULL));
    options = accept(line);
    g_unlink(path);
    g_rmdir(directory);
    g_assert_cmpuint(options->traces->len, ==, 2);
    g_assert_cmpstr(options->traces->pdata[0], ==, "tpm_crb_*");
    g_assert_cmpstr(options->traces->pdata[1], ==, "-tpm_crb_mmio_*");
}

/* --------------------------------------------------------------- suggestions */

static void test_distance(void)
{
    g_assert_cmpuint(ob_edit_distance("tpm-crb", "tpm-crb"), ==, 0);
    g_assert_cmpuint(ob_edit_distance("tmp-crb", "tpm-crb"), ==, 1);
    g_assert_cmpuint(ob_edit_distance("pm-crb", "tpm-crb"), ==, 1);
    g_assert_cmpuint(ob_edit_distance("tpm-crab", "tpm-crb"), ==, 1);
    g_assert_cmpuint(ob_edit_distance("", "abc"), ==, 3);
    g_assert_cmpuint(ob_edit_distance("kitten", "sitting"), ==, 3);
}

static void test_nearest(void)
{
    ObSuggestion suggestion;

    ob_suggestion_start(&suggestion, "q53");
    ob_suggestion_offer(&suggestion, "pc");
    ob_suggestion_offer(&suggestion, "q35");
    ob_suggestion_offer(&suggestion, "none");
    g_assert_cmpstr(ob_suggestion_text(&suggestion), ==, ", did you mean 'q35'?");
}

static void test_nothing_near(void)
{
    ObSuggestion suggestion;

    ob_suggestion_start(&suggestion, "virtio-net-pci");
    ob_suggestion_offer(&suggestion, "tpm-crb");
    g_assert_cmpstr(ob_suggestion_text(&suggestion), ==, "");
}

static void test_vnc(void)
{
    static const struct {
        const char *line, *host, *path;
        uint16_t port, last;
        bool password;
        const char *device;
        uint32_t head;
    } rows[] = {
        { "-vnc :0", "127.0.0.1", "", 5900, 5900, false, NULL, 0 },
        { "-vnc localhost:7,to=9", "localhost", "", 5907, 5909, false, NULL, 0 },
        { "-vnc [::1]:59635", "::1", "", 65535, 65535, false, NULL, 0 },
        { "-vnc 127.0.0.1:1,password=on", "127.0.0.1", "", 5901, 5901, true, NULL, 0 },
        { "-vnc unix:/x/y,password=off", "", "/x/y", 0, 0, false, NULL, 0 },
        { "-vnc :1,display=a,head=2", "127.0.0.1", "", 5901, 5901, false, "a", 2 },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const ObVncOptions *vnc = &accept(rows[i].line)->vnc;

        g_assert_true(vnc->is_given && !vnc->is_none);
        g_assert_cmpint(vnc->address.kind, ==, *rows[i].path ? OB_SOCKET_UNIX : OB_SOCKET_TCP);
        g_assert_cmpstr(vnc->address.host, ==, rows[i].host);
        g_assert_cmpstr(vnc->address.path, ==, rows[i].path);
        g_assert_cmpuint(vnc->address.port, ==, rows[i].port);
        g_assert_cmpuint(vnc->last_port, ==, rows[i].last);
        g_assert_true(vnc->address.server && vnc->address.no_wait);
        g_assert_cmpint(vnc->password, ==, rows[i].password);
        g_assert_cmpstr(vnc->device, ==, rows[i].device);
        g_assert_cmpuint(vnc->head, ==, rows[i].head);
    }
    g_assert_true(accept("-vnc none")->vnc.is_none);
    g_assert_false(accept("-S")->vnc.is_given);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/options/architecture-is-the-end-of-the-name", test_architecture);
    g_test_add_func("/options/vnc", test_vnc);
    g_test_add_func("/options/two-dashes-are-one", test_two_dashes);
    g_test_add_func("/options/machine-by-type", test_machine_type);
    g_test_add_func("/options/memory-sizes", test_memory_sizes);
    g_test_add_func("/options/first-accelerator-is-taken", test_first_accelerator);
    g_test_add_func("/options/accepted/last-comma-of-a-card", test_last_comma);
    g_test_add_func("/options/two-commas-are-one", test_double_comma);
    g_test_add_func("/options/key-alone-is-on", test_key_alone);
    g_test_add_func("/options/json", test_json_device);
    g_test_add_func("/options/globals", test_globals);
    g_test_add_func("/options/no-acpi", test_no_acpi);
    g_test_add_func("/options/without-effect", test_accepted);
    g_test_add_func("/options/last-value-counts", test_last_value);
    g_test_add_func("/options/line-of-libqtest", test_libqtest_line);
    g_test_add_func("/options/boot-adds-up", test_boot_merges);
    g_test_add_func("/options/boot-defaults", test_boot_defaults);
    g_test_add_func("/options/boot-once-without-an-order", test_boot_once_of_nothing);
    g_test_add_func("/options/uuid-in-the-order-of-its-text", test_uuid_in_order_of_its_text);
    g_test_add_func("/options/no-graphics", test_no_graphics);
    g_test_add_func("/options/nographic-places-the-monitor", test_nographic);
    g_test_add_func("/options/smp-topologies", test_topologies);
    g_test_add_func("/options/fw-cfg-files", test_fw_cfg_files);
    g_test_add_func("/options/clock-of-a-pc", test_clock);
    g_test_add_func("/options/what-scripts-name-is-accepted", test_scripts);
    g_test_add_func("/options/first-question-is-answered", test_show_first);
    g_test_add_func("/options/dump-plugin-as-json", test_dump_plugin);
    g_test_add_func("/options/trace-patterns", test_trace_patterns);
    g_test_add_func("/options/trace-patterns-of-a-file", test_trace_file);
    g_test_add_func("/suggest/distance-counts-swaps-once", test_distance);
    g_test_add_func("/suggest/nearest-name", test_nearest);
    g_test_add_func("/suggest/nothing-where-nothing-is-near", test_nothing_near);
    return g_test_run();
}
