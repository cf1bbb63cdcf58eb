/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Programs in which one allocation fails, in each place in turn.  Each says a sentence and ends, or
 * goes on as if nothing had happened.  GLib's own allocations end a program, by GLib's rule.
 */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "qtest/tests/lib/tool-run.h"

typedef struct Program {
    const char *path;
    const char *variable; /* has the program's file name */
    const char *arguments;
    const char *input;
    guint fewest; /* places, at least */
} Program;

static const Program programs[] = {
    { "host", "OB_HOST_PROGRAM",
      "-M pc -m 4M -tpmdev libtpms,id=t -device tpm-crb,tpmdev=t -device vmgenid "
      "-device vmclock -device beacon -device edu -monitor stdio",
      "info mtree\ninfo tpm\nxp /4x 0\nsystem_reset\nquit\n", 40 },
    { "host-pci", "OB_HOST_PROGRAM",
      "-M q35 -m 4M -display none -device pcie-root-port,id=rp,chassis=1,slot=1 "
      "-device pci-bridge,id=pb,chassis_nr=2,shpc=off -device edu,bus=rp -netdev "
      "hubport,id=n,hubid=0 "
      "-device ne2k_pci,bus=pb,addr=1,netdev=n -device virtio-net-pci -device bochs-display "
      "-device pci-idio-16,id=io -device sand-glass-pci -chardev null,id=c "
      "-device ns16550a-pci,chardev=c -device pvpanic-pci -device pci-testdev -monitor stdio",
      "info pci\ninfo network\nqom-list io\nsystem_reset\nquit\n", 40 },
    { "host-arm", "OB_HOST_AARCH64",
      "-M virt -m 4M -display none -tpmdev libtpms,id=t -device tpm-tis-device,tpmdev=t "
      "-device ramfb -device i2c-ocores,id=i2c -device lm75,bus=i2c,address=0x48 "
      "-device at24,bus=i2c,address=0x50 -device pca9538,bus=i2c,address=0x70 "
      "-device virtio-net-mmio -device altera-ps2-keyboard -device altera-ps2-mouse -monitor stdio",
      "info qtree\ninfo mice\nsendkey a\nsystem_reset\nquit\n", 40 },
    { "stream/dump", "OB_STREAM_TOOL", "dump %s/x86-crb-reset-7.2.bin", "", 12 },
    { "stream/json", "OB_STREAM_TOOL", "dump --json %s/net-1-vcpu.bin", "", 12 },
    { "stream/check", "OB_STREAM_TOOL", "check %s/x86-crb-reset-7.2.bin", "", 12 },
};

static char *directory;

/* Runs the program, whose allocation at this place fails. */
static GSubprocess *program_run(const Program *program, guint place, char **out, char **err)
{
    g_autofree char *arguments = g_strdup_printf(program->arguments, g_getenv("OB_STREAMS"));
    g_autofree char *words = g_strdup_printf("%s %s", g_getenv(program->variable), arguments);
    g_autofree char *number = g_strdup_printf("%u", place);
    g_autofree char *log = g_build_filename(directory, "log", NULL);
    g_auto(GStrv) argv = g_strsplit(words, " ", -1);
    g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(
        G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
    g_autofree char *input = g_build_filename(directory, "input", NULL);
    g_autoptr(GError) error = NULL;
    GSubprocess *process;

    g_subprocess_launcher_setenv(launcher, "LD_PRELOAD", g_getenv("OB_FAIL_ONCE"), TRUE);
    g_subprocess_launcher_setenv(launcher, "OB_FAIL_PLACE", number, TRUE);
    g_subprocess_launcher_setenv(launcher, "OB_FAIL_LOG", log, TRUE);
    /* A file: a program that has ended reads no pipe. */
    g_assert_true(g_file_set_contents(input, program->input, -1, NULL));
    g_subprocess_launcher_set_stdin_file_path(launcher, input);
    process = g_subprocess_launcher_spawnv(launcher, (const char *const *)argv, &error);
    g_assert_no_error(error);
    g_assert_true(g_subprocess_communicate_utf8(process, NULL, NULL, out, err, NULL));
    g_assert_true(g_subprocess_wait(process, NULL, NULL));
    return process;
}

/* The number of places, or the place that failed; the caller frees it. */
static char *log_read(void)
{
    g_autofree char *log = g_build_filename(directory, "log", NULL);
    char *text = NULL;

    g_assert_true(g_file_get_contents(log, &text, NULL, NULL));
    return g_strchomp(text);
}

static gboolean ended_in_order(GSubprocess *process, const char *out, const char *err,
                               const char *expected)
{
    if (!g_subprocess_get_if_exited(process)) {
        return strstr(err, "failed to allocate") != NULL;
    }
    return g_subprocess_get_exit_status(process) == 0 && *err == '\0' ? g_str_equal(out, expected)
                                                                      : *err != '\0';
}

static void test_program(gconstpointer data)
{
    const Program *program = data;
    g_autofree char *expected = NULL, *nothing = NULL;
    g_autoptr(GSubprocess) whole = program_run(program, 0, &expected, &nothing);
    g_autofree char *count = log_read();
    guint places = (guint)atoi(count);

    g_assert_true(g_subprocess_get_successful(whole));
    g_assert_cmpuint(places, >=, program->fewest);
    for (guint place = 1; place <= places; place++) {
        g_autofree char *out = NULL, *err = NULL;
        g_autoptr(GSubprocess) process = program_run(program, place, &out, &err);

        if (!ended_in_order(process, out, err, expected)) {
            g_autofree char *where = log_read();

            g_test_message("place %u of %u, %s: status 0x%x, it says: %s", place, places, where,
                           (unsigned)g_subprocess_get_status(process), err);
            g_test_fail();
        }
    }
    g_test_message("%u places", places);
}

/* ------------------------------------------------------------- random numbers */

static const struct {
    const char *path;
    const char *arguments; /* the host gets them */
    const char *input;
    int status;
    const char *says;
} rows[] = {
    { "guid", "-device vmgenid", "", 1,
      "-device: vmgenid: guid: the system has no random numbers\n" },
    { "guid-to-set", "-device vmgenid,id=g,guid=324e6eaf-d1d1-4bf6-bf41-b9bb6c91fb87",
      "qom-set /machine/peripheral/g guid auto\nquit\n", 0,
      "Error: g: guid: the system has no random numbers" },
    { "markers", "-device vmclock", "quit\n", 0, "vmclock: the system has no random numbers\n" },
};

static void test_random(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_autofree char *arguments = g_strdup_printf("-M pc -m 4M -monitor stdio %s",
                                                 rows[i].arguments);
    const Program program = { rows[i].path, "OB_HOST_PROGRAM", arguments, rows[i].input, 0 };
    g_autofree char *out = NULL, *err = NULL, *said = NULL;
    g_autoptr(GSubprocess) process = NULL;

    g_setenv("OB_FAIL_RANDOM", "yes", TRUE);
    process = program_run(&program, 0, &out, &err);
    g_unsetenv("OB_FAIL_RANDOM");
    g_assert_cmpint(g_subprocess_get_exit_status(process), ==, rows[i].status);
    said = g_strconcat(out, err, NULL);
    if (!strstr(said, rows[i].says)) {
        g_assert_cmpstr(said, ==, rows[i].says);
    }
}

int main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    directory = run_directory_new();
    for (gsize i = 0; i < G_N_ELEMENTS(programs); i++) {
        g_autofree char *path = g_strconcat("/memory/", programs[i].path, NULL);

        g_test_add_data_func(path, &programs[i], test_program);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strconcat("/memory/random/", rows[i].path, NULL);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_random);
    }
    status = g_test_run();
    run_directory_remove(directory);
    return status;
}
