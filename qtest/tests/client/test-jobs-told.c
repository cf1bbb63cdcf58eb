/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The whole output of the jobs, without what differs from run to run. */
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "qtest/tests/lib/golden.h"

typedef struct Mask {
    const char *pattern;
    const char *text;
} Mask;

/* In this order. */
static const Mask masks[] = {
    { " +[0-9]+\\.[0-9]{3} ms", " N ms" },
    { "    read  CTRL_START  -> 0x1 \\(start\\)[^\n]*\n", "" }, /* more of them on a slow TPM */
    { "[^ :=]*/outboard-(job-)?[A-Za-z0-9]{6}(?=/)", "DIRECTORY" },
    { "[^ ]*/(outboard-system|libtss2)", "\\1" },
    { "(x |0x)?[0-9a-f]{16,}(\\.\\.\\.)?", "HEX" },
    { "[0-9]{8} [0-9]{8}\n", "VERSION\n" },
};

static char *masked(char *text)
{
    for (gsize i = 0; i < G_N_ELEMENTS(masks); i++) {
        g_autoptr(GRegex) regex = g_regex_new(masks[i].pattern, 0, 0, NULL);
        char *next = g_regex_replace(regex, text, -1, 0, masks[i].text, 0, NULL);

        g_free(text);
        text = next;
    }
    return text;
}

static void job_told(const char *variable, const char *file)
{
    const char *argv[] = { g_getenv(variable), NULL };
    g_autofree char *told = NULL;
    char *output = NULL;
    GError *error = NULL;
    int status = 0;

    g_assert_true(g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &output,
                               NULL, &status, &error));
    g_assert_cmpint(status, ==, 0);
    told = masked(output);
    golden_expect(file, told);
}

static void test_main_job(void)
{
    g_autofree char *swtpm = g_find_program_in_path("swtpm");

    if (!swtpm) {
        g_test_skip("swtpm is missing: apt-get install swtpm");
        return;
    }
    job_told("OB_MAIN_JOB", "told/main-job.txt");
}

static void test_generation_job(void)
{
    job_told("OB_GENERATION_JOB", "told/generation-job.txt");
}

static void file_copy(const char *from, const char *to)
{
    g_autofree char *contents = NULL;
    gsize size;

    g_assert_true(g_file_get_contents(from, &contents, &size, NULL));
    g_assert_true(g_file_set_contents_full(to, contents, (gssize)size, 0, 0700, NULL));
}

/* Beside this copy of the job a program starts that many times, then no more. */
static void test_host_fails(gconstpointer starts)
{
    g_autofree char *directory = g_dir_make_tmp("outboard-XXXXXX", NULL);
    g_autofree char *job = g_build_filename(directory, "job", NULL);
    g_autofree char *program = g_build_filename(directory, "outboard-system-x86_64", NULL);
    g_autofree char *count = g_build_filename(directory, "count", NULL);
    g_autofree char *script = g_strdup_printf(
        "#!/bin/sh\necho >>%s\n[ $(wc -l <%s) -le %d ] || exit 3\nexec %s \"$@\"\n", count, count,
        GPOINTER_TO_INT(starts), g_getenv("OB_PROGRAM"));
    const char *argv[] = { job, NULL };
    g_autofree char *output = NULL;
    int status = 0;

    file_copy(g_getenv("OB_GENERATION_JOB"), job);
    g_assert_true(g_file_set_contents_full(program, script, -1, 0, 0700, NULL));
    g_assert_true(g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &output,
                               NULL, &status, NULL));
    g_assert_cmpint(status, ==, 1 << 8);
    g_assert_nonnull(strstr(output, "\ngeneration job: FAILED: "));
    g_assert_nonnull(strstr(output, "it ended with status 3"));
    g_unlink(count);
    g_unlink(program);
    g_unlink(job);
    g_rmdir(directory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/jobs-told/main-job", test_main_job);
    g_test_add_func("/jobs-told/generation-job", test_generation_job);
    g_test_add_data_func("/jobs-told/first-host-that-fails", GINT_TO_POINTER(0), test_host_fails);
    g_test_add_data_func("/jobs-told/second-host-that-fails", GINT_TO_POINTER(1), test_host_fails);
    return g_test_run();
}
