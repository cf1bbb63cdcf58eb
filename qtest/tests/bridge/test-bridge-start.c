/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the bridge gets into a stock QEMU, and its refusals there. */
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "qtest/tests/bridge/bridged-qemu.h"
#include "qtest/tests/lib/sanitized.h"

static void test_arguments(void)
{
    g_autofree char *all = g_strdup_printf("-plugin file=%s,sett=x", bridge_path());

    bridged_refused(all, "outboard-qemu: unknown argument 'sett', the nearest is 'set'");
}

static void test_set_missing(void)
{
    g_autofree char *all = g_strdup_printf("-plugin file=%s,set=/nonexistent.so", bridge_path());

    bridged_refused(all, "outboard-qemu: /nonexistent.so: ");
}

static void test_set_no_set(void)
{
    g_autofree char *all = g_strdup_printf("-plugin file=%s,set=%s", bridge_path(), bridge_path());

    bridged_refused(all, "hw_plugin");
}

/* QEMU dies by the same signal, and its user learns whose fault it was. */
static void test_crash_names_device(void)
{
    g_autofree char *line = g_strdup_printf(
        "printf 'writel 0xfd000000 1\nwritel 0xfd000004 0\n' | "
        "timeout 60 %s -machine %s -m 16 -nodefaults -display none -S -accel tcg -qtest stdio "
        "-plugin file=%s,set=%s -device mishap,id=lab",
        program, machine->name, bridge_path(), g_getenv("OB_MISHAPS"));
    const char *words[] = { "/bin/sh", "-c", line, NULL };
    g_autofree char *errors = NULL;
    int status;

    g_assert_true(g_spawn_sync(NULL, (char **)words, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL,
                               NULL, &errors, &status, NULL));
    g_assert_true(WIFEXITED(status));
    /* A sanitizer in the bridge ends QEMU in its own way. */
    g_assert_cmpint(WEXITSTATUS(status), ==, 128 + (devices_are_sanitized() ? SIGABRT : SIGSEGV));
    if (!strstr(errors,
                "outboard: device 'lab' of class 'mishap': Segmentation fault in a write of "
                "4 bytes at GO\n") ||
        !strstr(errors, "writel 0xfd000000 0x1  # KIND\nwritel 0xfd000004 0x0  # GO: not "
                        "finished\n")) {
        g_assert_cmpstr(errors, ==, "the device's crash");
    }
}

/* The device has no id of its own, and an event that does not match is not shown. */
static void test_trace(void)
{
    g_autofree char *directory = g_dir_make_tmp("outboard-XXXXXX", NULL);
    g_autofree char *file = g_build_filename(directory, "errors", NULL);
    g_autofree char *errors = NULL, *own = program;
    ObClient *c;

    program = g_strdup_printf("sh -c 'exec \"$0\" \"$@\" 2>%s' %s", file, own);
    c = qemu_start_with(",trace=beacon_ctrl_* -device beacon");
    ob_client_writel(c, machine->base + BEACON_CTRL, CTRL_ENABLE);
    ob_client_readl(c, machine->base + BEACON_STATUS);
    ob_client_quit(c);
    g_free(program);
    program = g_steal_pointer(&own);
    g_assert_true(g_file_get_contents(file, &errors, NULL, NULL));
    g_unlink(file);
    g_rmdir(directory);
    g_assert_nonnull(strstr(errors, "beacon CTRL <- 0x1 (enable)\n"));
    g_assert_null(strstr(errors, "STATUS"));
}

static void test_trace_without_event(void)
{
    g_autofree char *all = g_strdup_printf("-plugin file=%s,trace=tpm0", bridge_path());

    bridged_refused(all,
                    "outboard-qemu: trace: no event matches 'tpm0', expected a pattern such as "
                    "'tpm_crb_*'");
}

static void test_coverage(void)
{
    g_autofree char *directory = g_dir_make_tmp("outboard-XXXXXX", NULL);
    g_autofree char *file = g_build_filename(directory, "counts", NULL);
    g_autofree char *start = g_strdup_printf(",coverage=%s -device beacon", file);
    g_autofree char *counts = NULL;
    ObClient *c = qemu_start_with(start);

    ob_client_writel(c, machine->base + BEACON_CTRL, CTRL_ENABLE);
    ob_client_readl(c, machine->base + BEACON_CTRL);
    ob_client_quit(c);
    g_assert_true(g_file_get_contents(file, &counts, NULL, NULL));
    g_unlink(file);
    g_rmdir(directory);
    g_assert_true(g_str_has_prefix(counts, "# outboard register coverage 1\n"));
    g_assert_nonnull(strstr(counts, " CTRL 0x4 r 1 4 0x1 0xfffffffe w 1 4 0x1 0xfffffffe\n"));
}

static void test_coverage_without_folder(void)
{
    g_autofree char *all = g_strdup_printf("-plugin file=%s,coverage=/nowhere/x", bridge_path());

    bridged_refused(all, "outboard-qemu: coverage: can't write '/nowhere/x': No such file or "
                         "directory");
}

/* The bridge itself is an argument: QEMU reads no plugin from a file. */
static void test_readconfig(void)
{
    g_autofree char *directory = g_dir_make_tmp("outboard-XXXXXX", NULL);
    g_autofree char *file = g_build_filename(directory, "devices", NULL);
    g_autofree char *text = g_strdup_printf("[device \"bell\"]\n  driver = \"beacon\"\n\n"
                                            "[device \"tpm\"]\n  driver = \"%s\"\n"
                                            "  tpmdev = \"tpm0\"\n",
                                            machine->crb);
    g_autofree char *all = g_strdup_printf(",libtpms=tpm0 -readconfig %s", file);
    ObClient *c;
    json_t *tpm;

    g_assert_true(g_file_set_contents(file, text, -1, NULL));
    c = qemu_start_with(all);
    g_assert_cmphex(ob_client_readl(c, machine->base + BEACON_ID), ==, BEACON_MAGIC);
    tpm = ob_client_qmp(c, "qom-get", json_pack("{s:s, s:s}", "path", "tpm", "property", "tpmdev"),
                        NULL);
    g_assert_cmpstr(json_string_value(tpm), ==, "tpm0");
    json_decref(tpm);
    ob_client_quit(c);
    g_unlink(file);
    g_rmdir(directory);
}

static char *copy_bridge(const char *directory)
{
    char *copy = g_build_filename(directory, "copy.so", NULL);
    g_autofree char *bytes = NULL;
    size_t size;

    g_assert_true(g_file_get_contents(bridge_path(), &bytes, &size, NULL));
    g_assert_true(g_file_set_contents(copy, bytes, (gssize)size, NULL));
    return copy;
}

static void test_two_bridges(void)
{
    g_autofree char *directory = g_dir_make_tmp("outboard-XXXXXX", NULL);
    g_autofree char *copy = copy_bridge(directory);
    g_autofree char *all = g_strdup_printf("-plugin file=%s -plugin file=%s", bridge_path(), copy);

    bridged_refused(all, "outboard-qemu: QEMU already has a bridge, expected one");
    g_unlink(copy);
    g_rmdir(directory);
}

/* Returns QEMU's output and errors with the bridge of this path preloaded.  LD_PRELOAD has the
 * sanitizer first, if the bridge uses one. */
static char *preloaded(const char *bridge, const char *arguments)
{
    g_autofree char *line = g_strdup_printf("sh -c 'LD_PRELOAD=\"$LD_PRELOAD %s\" %s %s 2>&1'",
                                            bridge, program, arguments);
    char *output = NULL;
    int status;

    g_assert_true(g_spawn_command_line_sync(line, &output, NULL, &status, NULL));
    g_assert_cmpint(status, ==, 0);
    return output;
}

static void test_help(void)
{
    g_autofree char *output = preloaded(bridge_path(), "-device beacon,help");

    g_assert_nonnull(strstr(output, "irq-line=<uint32>"));
    g_assert_nonnull(strstr(output, "interrupt line that it drives"));
}

static void test_other_set(void)
{
    g_autofree char *arguments = g_strdup_printf(
        "-machine none -plugin file=%s,set=%s 2>&1 || true", bridge_path(), bridge_path());
    g_autofree char *output = preloaded(bridge_path(), arguments);

    g_assert_nonnull(strstr(output, "outboard-qemu: set: the bridge was preloaded with '"));
    g_assert_nonnull(strstr(output, "', expected no other"));
}

static void test_list(void)
{
    g_autofree char *output = preloaded(bridge_path(), "-device help");
    g_autofree char *crb = g_strdup_printf("name \"%s\", desc \"", machine->crb);

    g_assert_nonnull(strstr(output, "name \"beacon\", desc \""));
    g_assert_nonnull(strstr(output, crb));
}

static void test_preload_without_set(void)
{
    g_autofree char *directory = g_dir_make_tmp("outboard-XXXXXX", NULL);
    g_autofree char *copy = copy_bridge(directory);
    g_autofree char *output = preloaded(copy, "-device nvdimm,help");

    g_assert_nonnull(strstr(output, "outboard-qemu: "));
    g_assert_nonnull(strstr(output, "outboard-devices.so"));
    g_assert_nonnull(strstr(output, "memdev="));
    g_unlink(copy);
    g_rmdir(directory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!bridged_qemu_init()) {
        return 0;
    }
    g_test_add_func("/bridge-start/start/unknown-argument-is-refused", test_arguments);
    g_test_add_func("/bridge-start/start/missing-set-is-refused", test_set_missing);
    g_test_add_func("/bridge-start/start/file-that-is-no-set-is-refused", test_set_no_set);
    g_test_add_func("/bridge-start/start/second-bridge-is-refused", test_two_bridges);
    g_test_add_func("/bridge-start/start/readconfig-has-devices", test_readconfig);
    g_test_add_func("/bridge-start/preload/help-shows-properties", test_help);
    g_test_add_func("/bridge-start/preload/other-set-is-refused", test_other_set);
    g_test_add_func("/bridge-start/preload/help-lists-the-classes", test_list);
    g_test_add_func("/bridge-start/preload/missing-set-leaves-qemu-as-it-is",
                    test_preload_without_set);
    g_test_add_func("/bridge-start/crash/names-device", test_crash_names_device);
    g_test_add_func("/bridge-start/trace/shows-accesses-by-event", test_trace);
    g_test_add_func("/bridge-start/trace/no-event-is-refused", test_trace_without_event);
    g_test_add_func("/bridge-start/coverage/counts-accesses", test_coverage);
    g_test_add_func("/bridge-start/coverage/no-folder-is-refused", test_coverage_without_folder);
    return g_test_run();
}
