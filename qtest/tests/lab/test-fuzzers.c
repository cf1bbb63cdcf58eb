/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fuzz targets as a service builds and starts them: by scripts/fuzzers, then with an empty
 * environment in an empty folder.  OB_ROOT is the tree's folder.
 */
#include <gio/gio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "qtest/client/process/scratch.h"

#define BEACON "fuzz-device-beacon"

static ObScratch *scratch;
static char *out;     /* the service's OUT */
static char *nowhere; /* an empty folder */

/* Runs it and returns what it said on both outputs.  `status` is waitpid()'s. */
static char *run(const char *const *words, char **environment, int *status)
{
    g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(
        G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE);
    g_autoptr(GSubprocess) process = NULL;
    g_autoptr(GError) error = NULL;
    char *said = NULL;

    g_subprocess_launcher_set_environ(launcher, environment);
    g_subprocess_launcher_set_cwd(launcher, nowhere);
    process = g_subprocess_launcher_spawnv(launcher, words, &error);
    g_assert_no_error(error);
    g_subprocess_communicate_utf8(process, NULL, NULL, &said, NULL, &error);
    g_assert_no_error(error);
    *status = g_subprocess_get_status(process);
    return said;
}

/* Asserts that the target ends with success, and returns what it said. */
static char *target_run(const char *name, const char *arguments)
{
    g_autofree char *line = g_strdup_printf("%s/%s %s", out, name, arguments);
    g_auto(GStrv) words = g_strsplit(line, " ", -1);
    char *nothing[] = { NULL };
    int status;
    char *said = run((const char *const *)words, nothing, &status);

    if (status != 0) {
        g_error("%s: status %d: %s", line, status, said);
    }
    return said;
}

static GPtrArray *programs(void)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) folder = g_dir_open(out, 0, NULL);
    const char *name;

    while ((name = g_dir_read_name(folder))) {
        if (!strpbrk(name, ".") && !strstr(name, "_seed")) {
            g_ptr_array_add(names, g_strdup(name));
        }
    }
    return names;
}

/* ------------------------------------------------------------------------- tests */

static void test_files(void)
{
    static const char *const ends[] = { ".options", ".dict", "_seed_corpus.zip" };
    g_autoptr(GPtrArray) names = programs();

    g_assert_cmpuint(names->len, >=, 10);
    for (guint i = 0; i < names->len; i++) {
        for (size_t e = 0; e < G_N_ELEMENTS(ends); e++) {
            g_autofree char *path = g_strconcat(out, "/", (char *)names->pdata[i], ends[e], NULL);

            g_assert_true(g_file_test(path, G_FILE_TEST_IS_REGULAR));
        }
    }
}

/* A service's machine has no GLib and no jansson. */
static void test_libraries(void)
{
    g_autofree char *path = g_build_filename(out, BEACON, NULL);
    const char *words[] = { "readelf", "--dynamic", path, NULL };
    int status;
    g_autofree char *said = run(words, NULL, &status);
    g_auto(GStrv) lines = g_strsplit(said, "\n", -1);
    unsigned needed = 0;

    g_assert_cmpint(status, ==, 0);
    for (char **line = lines; *line; line++) {
        if (strstr(*line, "(NEEDED)")) {
            g_assert_true(strstr(*line, "[libc.so.6]") || strstr(*line, "[libm.so.6]") ||
                          strstr(*line, "[ld-linux"));
            needed++;
        }
    }
    g_assert_cmpuint(needed, >, 0);
}

static void test_each_runs(void)
{
    g_autoptr(GPtrArray) names = programs();

    for (guint i = 0; i < names->len; i++) {
        g_autofree char *said = target_run(names->pdata[i], "-runs=200 -max_len=256");

        g_assert_nonnull(strstr(said, "Done 200 runs"));
    }
}

static void test_dictionary(void)
{
    g_autofree char *arguments = g_strdup_printf("-runs=1 -dict=%s/" BEACON ".dict", out);
    g_autofree char *said = target_run(BEACON, arguments);

    g_assert_nonnull(strstr(said, "Dictionary: "));
    g_assert_null(strstr(said, "Dictionary: 0 entries"));
}

static void unpack(const char *folder)
{
    g_autofree char *zip = g_strconcat(out, "/" BEACON "_seed_corpus.zip", NULL);
    const char *words[] = { "python3", "-m", "zipfile", "-e", zip, folder, NULL };
    g_autofree char *said = NULL;
    int status;

    said = run(words, NULL, &status);
    if (status != 0) {
        g_error("%s: status %d: %s", zip, status, said);
    }
}

/* Workers that die would be told in the parent's status. */
static void test_fork_and_merge(void)
{
    g_autofree char *seeds = g_build_filename(ob_scratch_path(scratch), "seeds", NULL);
    g_autofree char *merged = g_build_filename(ob_scratch_path(scratch), "merged", NULL);
    g_autofree char *forks = g_strdup_printf("-fork=2 -max_total_time=3 -max_len=256 %s", seeds);
    g_autofree char *merge = g_strdup_printf("-merge=1 -max_len=256 %s %s", merged, seeds);
    g_autofree char *said = NULL;
    g_autofree char *told = NULL;

    g_assert_cmpint(g_mkdir_with_parents(merged, 0777), ==, 0);
    unpack(seeds);
    said = target_run(BEACON, forks);
    g_assert_nonnull(strstr(said, "exiting: 0"));
    told = target_run(BEACON, merge);
    g_assert_nonnull(strstr(told, " new files with "));
    g_assert_null(strstr(told, " 0 new files"));
}

static void test_other_name(void)
{
    g_autofree char *from = g_build_filename(out, BEACON, NULL);
    g_autofree char *to = g_build_filename(out, "fuzz-device-of.nobody", NULL);
    const char *words[] = { to, "-runs=1", NULL };
    char *nothing[] = { NULL };
    g_autofree char *said = NULL;
    int status;

    g_assert_cmpint(link(from, to), ==, 0);
    said = run(words, nothing, &status);
    g_assert_cmpint(unlink(to), ==, 0);
    g_assert_cmpint(status, !=, 0);
    g_assert_nonnull(strstr(said, "no device, expected the name fuzz-device-DEVICE or OB_DEVICE"));
}

/* ------------------------------------------------------------------------ refusals */

static void test_folder_missing(void)
{
    g_autofree char *script = g_build_filename(g_getenv("OB_ROOT"), "scripts/fuzzers", NULL);
    g_auto(GStrv) environment = g_environ_unsetenv(g_get_environ(), "OUT");
    const char *words[] = { script, NULL };
    int status;
    g_autofree char *said = run(words, environment, &status);

    g_assert_cmpint(WEXITSTATUS(status), ==, 1);
    g_assert_cmpstr(said, ==, "fuzzers: OUT is not set, expected a folder\n");
}

static void build(void)
{
    g_autofree char *script = g_build_filename(g_getenv("OB_ROOT"), "scripts/fuzzers", NULL);
    g_autofree char *work = g_build_filename(ob_scratch_path(scratch), "work", NULL);
    g_auto(GStrv) environment = g_environ_setenv(g_get_environ(), "OUT", out, TRUE);
    const char *words[] = { script, NULL };
    g_autofree char *said = NULL;
    int status;

    environment = g_environ_setenv(environment, "WORK", work, TRUE);
    said = run(words, environment, &status);
    if (status != 0) {
        g_error("scripts/fuzzers: status %d: %s", status, said);
    }
}

int main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    scratch = ob_scratch_new();
    out = g_build_filename(ob_scratch_path(scratch), "out", NULL);
    nowhere = g_build_filename(ob_scratch_path(scratch), "nowhere", NULL);
    g_assert_cmpint(g_mkdir_with_parents(nowhere, 0777), ==, 0);
    build();
    g_test_add_func("/fuzzers/each-has-its-files", test_files);
    g_test_add_func("/fuzzers/need-no-libraries", test_libraries);
    g_test_add_func("/fuzzers/each-runs-without-environment", test_each_runs);
    g_test_add_func("/fuzzers/dictionary-is-read", test_dictionary);
    g_test_add_func("/fuzzers/fork-and-merge", test_fork_and_merge);
    g_test_add_func("/fuzzers/refuse/other-name", test_other_name);
    g_test_add_func("/fuzzers/refuse/no-folder", test_folder_missing);
    status = g_test_run();
    ob_scratch_free(scratch);
    g_free(out);
    g_free(nowhere);
    return status;
}
