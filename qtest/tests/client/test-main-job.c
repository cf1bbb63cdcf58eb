/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A user's view of the main job. */
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

/* Runs the job with this PATH, and returns its output. */
static char *run(const char *program, const char *path, int expected_status)
{
    const char *argv[] = { program, NULL };
    g_auto(GStrv) environment = g_environ_setenv(g_get_environ(), "PATH", path, TRUE);
    char *output = NULL;
    int status = 0;

    g_assert_true(g_spawn_sync(NULL, (char **)argv, environment, G_SPAWN_DEFAULT, NULL, NULL,
                               &output, NULL, &status, NULL));
    g_spawn_check_wait_status(status, NULL);
    g_assert_cmpint(status >> 8, ==, expected_status);
    return output;
}

static void assert_ends(const char *output, const char *end)
{
    if (!g_str_has_suffix(output, end)) {
        g_error("expected '%s' at the end of: %s", end, output);
    }
}

static void assert_mentions(const char *output, const char *part)
{
    if (!strstr(output, part)) {
        g_error("expected '%s' in: %s", part, output);
    }
}

static void test_ok(void)
{
    g_autofree char *swtpm = g_find_program_in_path("swtpm");
    g_autofree char *output = NULL;

    if (!swtpm) {
        g_test_skip("swtpm is missing: apt-get install swtpm");
        return;
    }
    output = run(g_getenv("OB_MAIN_JOB"), g_getenv("PATH"), 0);
    assert_mentions(output, "    write CTRL_START  <- 0x1 (start)\n");
    assert_mentions(output, "    read  LOC_STS     -> 0x1 (Granted)\n");
    assert_mentions(output, " as computed here\n");
    assert_ends(output, "\nmain job: ok\n");
}

static void test_swtpm_missing(void)
{
    g_autofree char *output = run(g_getenv("OB_MAIN_JOB"), "/nonexistent", 1);

    assert_ends(output, "\nmain job: FAILED: swtpm is missing: apt-get install swtpm\n");
}

static void test_set_missing(void)
{
    g_autofree char *directory = g_dir_make_tmp("outboard-job-XXXXXX", NULL);
    g_autofree char *program = g_build_filename(directory, "outboard-main-job", NULL);
    g_autofree char *output = NULL;
    char *contents;
    gsize size;

    g_assert_true(g_file_get_contents(g_getenv("OB_MAIN_JOB"), &contents, &size, NULL));
    g_assert_true(g_file_set_contents_full(program, contents, (gssize)size, 0, 0700, NULL));
    g_free(contents);
    output = run(program, g_getenv("PATH"), 1);
    g_unlink(program);
    g_rmdir(directory);
    assert_mentions(output, "\nmain job: FAILED: ");
    assert_mentions(output, "outboard-devices.so");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/main-job/ends-ok", test_ok);
    g_test_add_func("/main-job/missing-swtpm-says-what-to-install", test_swtpm_missing);
    g_test_add_func("/main-job/missing-set-is-named", test_set_missing);
    return g_test_run();
}
