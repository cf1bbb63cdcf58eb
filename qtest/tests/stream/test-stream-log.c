/* SPDX-License-Identifier: GPL-2.0-or-later */
/* explain --log: the cause of a failed migration from the lines of a log alone. */
#include <glib/gstdio.h>
#include <jansson.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/stream/log/log.h"
#include "qtest/tests/lib/tool-run.h"

static void explain(Run *run, const char *log, const char *option)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();

    g_byte_array_append(bytes, (const guint8 *)log, (guint)strlen(log));
    RUN_WITH(run, bytes, "explain", "--log", "-", option);
    g_assert_cmpstr(run->err, ==, "");
}

/* -------------------------------------------------------------------- patterns */

/* The sentence with words for its wildcards: "word0", "word1", ... */
static char *sentence_of(const ObLogPattern *pattern)
{
    GString *sentence = g_string_new("2026-11-29T21:08:22.123456Z qemu-system-x86_64: ");
    unsigned count = 0;

    for (const char *at = pattern->text; *at; at++) {
        if (*at == '*') {
            g_string_append_printf(sentence, "word%u", count++);
        } else {
            g_string_append_c(sentence, *at);
        }
    }
    return g_string_free(sentence, FALSE);
}

static void assert_filled(const char *text, char *const *found)
{
    g_autofree char *whole = ob_log_pattern_expand(text, found);

    g_assert_null(strchr(whole, '{'));
    g_assert_null(strchr(whole, '?'));
}

static void pattern_check(const ObLogPattern *pattern)
{
    g_autofree char *sentence = sentence_of(pattern);
    char *found[OB_LOG_WILDCARDS];

    if (ob_log_pattern_find(sentence, found) != pattern) {
        g_test_message("another pattern hides '%s'", pattern->text);
        g_test_fail();
    }
    assert_filled(pattern->cause, found);
    if (pattern->remedy) {
        assert_filled(pattern->remedy, found);
    }
    for (unsigned i = 0; i < OB_LOG_WILDCARDS; i++) {
        g_free(found[i]);
    }
}

/* No pattern hides behind an earlier pattern, and none names a text that it does not find. */
static void test_each_pattern(void)
{
    static const ObLogPattern *const tables[] = { ob_log_load_patterns, ob_log_source_patterns };

    for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
        for (const ObLogPattern *pattern = tables[i]; pattern->text; pattern++) {
            pattern_check(pattern);
        }
    }
}

/* ----------------------------------------------------------------------- lines */

/* Lines of QEMU 7.2, 10.0 and 11.1, and of libvirt and KubeVirt with them inside. */
static const struct {
    const char *name, *log, *says, *says_not;
} logs[] = {
    { "plain",
      "qemu-system-aarch64: Size mismatch: mach-virt.ram: 0x100000 != 0x200000: Invalid argument\n"
      "qemu-system-aarch64: error while loading state for instance 0x0 of device 'ram'\n"
      "qemu-system-aarch64: load of migration failed: Invalid argument\n",
      "cause:  Block 'mach-virt.ram' has 0x100000 bytes at the source and 0x200000 at the "
      "destination.\n",
      "line 2" },
    { "by-11.1",
      "qemu-system-aarch64: warning: Machine type 'virt-7.1' is deprecated: machines more than 3 "
      "years old are subject to deletion after 6 years\n"
      "qemu-system-aarch64: load of migration failed: Invalid argument: post load hook failed for: "
      "configuration, version_id: 1, minimum_version: 0: Machine type received is 'virt-7.2' and "
      "local is 'virt-7.1'\n",
      "cause:  The source runs machine type virt-7.2, and the destination virt-7.1.\n",
      "not known" },
    { "only-the-end",
      "qemu-system-aarch64: error while loading state for instance 0x0 of device 'cpu'\n"
      "qemu-system-aarch64: load of migration failed: Operation not permitted\n",
      "remedy: 'outboard-stream doctor' names the registers.", "not known" },
    { "libvirt-log",
      "2026-11-29 21:08:22.101+0000: starting up libvirt version: 9.0.0, qemu version: 7.2\n"
      "/usr/bin/qemu-system-x86_64 \\\n"
      "-name guest=web,debug-threads=on \\\n"
      "2026-11-29T21:08:23.000001Z qemu-system-x86_64: Unknown savevm section or instance "
      "'0000:00:03.0/virtio-net' 0. Make sure that your current VM setup matches your saved VM "
      "setup, including any hotplugged devices\n"
      "2026-11-29T21:08:23.000002Z qemu-system-x86_64: load of migration failed: Invalid argument\n"
      "2026-11-29 21:08:23.104+0000: shutting down, reason=failed\n",
      "line 4: 2026-11-29T21:08:23.000001Z qemu-system-x86_64: Unknown savevm section", "line 5" },
    { "libvirtd-log",
      "2026-11-29 21:08:23.104+0000: 1234: error : virNetSocketReadWire:1791 : End of file while "
      "reading data: Input/output error\n"
      "2026-11-29 21:08:23.104+0000: 1234: error : qemuProcessReportLogError:2051 : internal "
      "error: qemu unexpectedly closed the monitor: 2026-11-29T21:08:23Z qemu-system-x86_64: "
      "Features 0x100010020 unsupported. Allowed features: 0x10179be8064\n",
      "cause:  The guest's driver uses features 0x100010020 of a virtio device, and the "
      "destination's device offers 0x10179be8064.",
      "line 1: " },
    { "kubevirt-json",
      "{\"component\":\"virt-launcher\",\"level\":\"error\",\"msg\":\"internal error: QEMU "
      "unexpectedly closed the monitor (vm='a'): qemu-kvm: Unknown ramblock \\\"0000:00:04.0/"
      "vga.vram\\\", cannot accept migration\\nqemu-kvm: load of migration failed: Invalid "
      "argument\",\"pos\":\"x.go:1\"}\n",
      "cause:  The source has a block of memory '0000:00:04.0/vga.vram', which", "line 2" },
    { "syslog",
      "Nov 29 21:08:23 host libvirtd[1]: internal error: qemu unexpectedly closed the monitor: "
      "qemu-system-x86_64: Missing section footer for 0000:00:03.0/e1000e#012qemu-system-x86_64: "
      "load of migration failed: Invalid argument\n",
      "cause:  The section of '0000:00:03.0/e1000e' has another length at the source", "follows" },
    { "registers-of-11.1",
      "qemu-system-aarch64: warning: handle_cpreg_missing_in_incoming_stream: system register "
      "0x200e0002 expected by the destination but not in the incoming stream: skip it\n"
      "qemu-system-aarch64: handle_cpreg_only_in_incoming_stream: system register 0x1013c030 in "
      "the incoming stream but unknown on the destination: fail migration\n"
      "qemu-system-aarch64: handle_cpreg_only_in_incoming_stream: system register 0x200f3a00 in "
      "the incoming stream but unknown on the destination: fail migration\n",
      "system register 0x1013c030 (ID_AA64ISAR0_EL1", "not known" },
    { "unknown", "qemu-system-x86_64: frobnicator 3 is out of cheese\n",
      "1 lines of QEMU or libvirt are not known here:\n    qemu-system-x86_64: frobnicator 3",
      "cause:" },
    { "other", "hello\n", "-: none of 1 lines tells of a failed migration\n", "cause:" },
};

static void test_log(gconstpointer data)
{
    size_t i = GPOINTER_TO_SIZE(data);
    Run run;

    explain(&run, logs[i].log, NULL);
    assert_has(run.out, logs[i].says);
    if (logs[i].says_not && strstr(run.out, logs[i].says_not)) {
        g_test_message("%s", run.out);
        g_test_fail();
    }
    g_assert_cmpint(run.status, ==, strstr(run.out, "cause:") ? 1 : 0);
    run_clear(&run);
}

static void test_json(void)
{
    Run run;
    json_t *root, *finding;

    explain(&run, logs[0].log, "--json");
    root = json_loads(run.out, 0, NULL);
    g_assert_nonnull(root);
    g_assert_cmpint(json_integer_value(json_object_get(root, "lines")), ==, 3);
    finding = json_array_get(json_object_get(root, "findings"), 0);
    g_assert_cmpstr(json_string_value(json_object_get(finding, "kind")), ==, "cause");
    finding = json_array_get(json_object_get(root, "findings"), 1);
    g_assert_cmpstr(json_string_value(json_object_get(finding, "kind")), ==, "follows");
    json_decref(root);
    run_clear(&run);
}

/* The last lines of a large log are read, and the answer says so.  A line has no end here. */
static void test_large(void)
{
    g_autofree char *path = NULL;
    int fd = g_file_open_tmp("ob-XXXXXX", &path, NULL);
    g_autofree char *large = g_malloc(OB_LOG_BYTES + 300);
    Run run;

    memset(large, 'x', OB_LOG_BYTES + 300);
    strcpy(large + OB_LOG_BYTES, "\n\x1b[31mqemu-kvm: Not a migration stream\n");
    g_assert_true(g_file_set_contents(path, large, (gssize)strlen(large), NULL));
    g_close(fd, NULL);
    RUN(&run, "explain", "--log", path);
    g_unlink(path);
    g_assert_cmpint(run.status, ==, 1);
    assert_has(run.out, ": only the last 16 MiB were read\n");
    assert_has(run.out, "line 2: \\x1b[31mqemu-kvm: Not a migration stream\n");
    run_clear(&run);
}

/* A file of 16 MiB is read whole; a byte more is not. */
static void test_limit(void)
{
    char *directory = run_directory_new();
    g_autofree char *path = g_build_filename(directory, "log", NULL);
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    HW_ERROR(error, 200);

    g_byte_array_set_size(bytes, OB_LOG_BYTES + 1);
    memset(bytes->data, 'x', bytes->len);
    for (guint more = 0; more < 2; more++) {
        ObLog *log;

        g_assert_true(
            g_file_set_contents(path, (const char *)bytes->data, OB_LOG_BYTES + more, NULL));
        log = ob_log_read(path, &error);
        g_assert_cmpuint(log->skipped, ==, more);
        g_assert_cmpuint(log->lines, ==, 1);
        ob_log_free(log);
    }
    run_directory_remove(directory);
}

/* Five lines that no pattern has are shown.  Warnings and other programs' lines are none. */
static void test_unknown(void)
{
    static const char log[] = "qemu-system-x86_64: warning: host doesn't support it\n"
                              "other: qemu-system-x86_64 -machine none\n"
                              "qemu-system-x86_64: one\nqemu-system-x86_64: two\n"
                              "qemu-kvm: three\n: error : four\nqemu-system-arm: five\n"
                              "qemu-system-arm: six\n";
    g_autoptr(GString) all = g_string_new(NULL);
    char *directory = run_directory_new();
    g_autofree char *path = g_build_filename(directory, "log", NULL);
    HW_ERROR(error, 200);
    ObLog *read;

    g_assert_true(g_file_set_contents(path, log, -1, NULL));
    read = ob_log_read(path, &error);
    for (guint i = 0; i < read->unknown->len; i++) {
        g_string_append_printf(all, "%s|", (const char *)read->unknown->pdata[i]);
    }
    g_assert_cmpstr(all->str, ==,
                    "qemu-system-x86_64: one|qemu-system-x86_64: two|qemu-kvm: three|: error : "
                    "four|qemu-system-arm: five|");
    g_assert_cmpuint(read->unknown_count, ==, 6);
    g_assert_cmpuint(read->lines, ==, 8);
    ob_log_free(read);
    run_directory_remove(directory);
}

static void test_usage(void)
{
    Run run;

    RUN(&run, "explain", "--log", "/does/not/exist");
    g_assert_cmpint(run.status, ==, 2);
    assert_has(run.err, "/does/not/exist: can't be read: No such file or directory");
    run_clear(&run);
    RUN(&run, "explain", "--log", "/");
    g_assert_cmpint(run.status, ==, 2);
    g_assert_cmpstr(run.err, ==, "outboard-stream: /: can't be read: Is a directory\n");
    run_clear(&run);
    RUN(&run, "explain", "--log", "a", "b");
    g_assert_cmpint(run.status, ==, 2);
    assert_has(run.err, "explain: --log takes no stream");
    run_clear(&run);
    RUN(&run, "dump", "--log", "a", "b");
    g_assert_cmpint(run.status, ==, 2);
    assert_has(run.err, "dump does not have option --log");
    run_clear(&run);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_set_nonfatal_assertions();
    g_test_add_func("/stream-log/each-pattern-is-found", test_each_pattern);
    for (size_t i = 0; i < G_N_ELEMENTS(logs); i++) {
        g_autofree char *name = g_strdup_printf("/stream-log/lines/%s", logs[i].name);

        g_test_add_data_func(name, GSIZE_TO_POINTER(i), test_log);
    }
    g_test_add_func("/stream-log/json-has-all-lines", test_json);
    g_test_add_func("/stream-log/large-log-is-bounded", test_large);
    g_test_add_func("/stream-log/limit-of-what-is-read", test_limit);
    g_test_add_func("/stream-log/unknown-lines-are-told", test_unknown);
    g_test_add_func("/stream-log/wrong-usage-is-refused", test_usage);
    return g_test_run();
}
