/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The whole output of the jobs, without what differs from run to run. */
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "qtest/tests/lib/golden.h"

typedef struct Mask {
    const char *pattern;
    const char *text;
} Mask;

/* In this order. */
static const Mask masks[] = {
    { " +[0-9]+\\.[0-9]{3} ms", " N ms" },
    /* One line for as many as a slow TPM needs. */
    { "    read  CTRL_START  -> 0x1 \\(start\\)(, [0-9]+ times)?\n(?=    read  CTRL_START  -> "
      "0x0\n)",
      "" },
    { "[^ :=]*/outboard-(job-)?[A-Za-z0-9]{6}(?=/)", "DIRECTORY" },
    { "(?<=again N ms  |bytes N ms  )[0-9a-f]{32}(?=\\.\\.\\.\n)", "RANDOM" },
    { "(?<=34 bytes: )[0-9a-f]{32}(?=\\.\\.\\.\n)", "RANDOM" },
    { "(?<=P-256, x )[0-9a-f]{16}(?=\\.\\.\\.\n)", "KEY" },
    { "(?<=marker |counter )0x[0-9a-f]{16}", "HEX" },
    { "(?<=25 bytes: [0-9a-f]{26})[0-9a-f]{6}(?=\\.\\.\\.\n)", "VERSION" },
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

/* Runs the job from the folder above its own, so that it tells short paths. */
static void job_told(const char *variable, const char *file)
{
    const char *argv[] = { g_getenv(variable), NULL };
    g_autofree char *folder = g_path_get_dirname(argv[0]);
    g_autofree char *above = g_path_get_dirname(folder);
    g_autofree char *told = NULL;
    char *output = NULL;
    GError *error = NULL;
    int status = 0;

    g_assert_true(g_spawn_sync(above, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &output,
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

/* Runs a copy of the job, beside which the script is the host's program, and the plugin.  The job must
 * fail with this sentence, in which * stands for any text. */
static void fails_with(const char *variable, const char *script, const char *sentence)
{
    g_autofree char *directory = g_dir_make_tmp("outboard-XXXXXX", NULL);
    g_autofree char *job = g_build_filename(directory, "job", NULL);
    g_autofree char *program = g_build_filename(directory, "outboard-system-x86_64", NULL);
    g_autofree char *count = g_build_filename(directory, "count", NULL);
    g_autofree char *plugin = g_build_filename(directory, "outboard-devices.so", NULL);
    g_autofree char *whole = g_strdup_printf("#!/bin/sh\ncount=%s\n%s\nexec %s \"$@\"\n", count,
                                             script, g_getenv("OB_PROGRAM"));
    g_autofree char *pattern = g_strconcat("*", sentence, "*", NULL);
    const char *argv[] = { job, NULL };
    g_autofree char *output = NULL;
    int status = 0;

    file_copy(g_getenv(variable), job);
    g_assert_cmpint(symlink(g_getenv("OUTBOARD_SET"), plugin), ==, 0);
    g_assert_true(g_file_set_contents_full(program, whole, -1, 0, 0700, NULL));
    g_assert_true(g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &output,
                               NULL, &status, NULL));
    g_assert_cmpint(status, ==, 1 << 8);
    g_assert_nonnull(strstr(output, " job: FAILED: "));
    g_assert_true(g_pattern_match_simple(pattern, output));
    g_unlink(count);
    g_unlink(plugin);
    g_unlink(program);
    g_unlink(job);
    g_rmdir(directory);
}

/* The program starts that many times, then no more. */
static void host_fails(const char *variable, gconstpointer starts)
{
    g_autofree char *script = g_strdup_printf(
        "echo >>$count\n[ $(wc -l <$count) -le %d ] || exit 3", GPOINTER_TO_INT(starts));

    fails_with(variable, script, "it ended with status 3");
}

static void test_host_fails(gconstpointer starts)
{
    host_fails("OB_GENERATION_JOB", starts);
}

static void test_main_job_fails(gconstpointer starts)
{
    g_autofree char *swtpm = g_find_program_in_path("swtpm");

    if (GPOINTER_TO_INT(starts) > 0 && !swtpm) {
        g_test_skip("swtpm is missing: apt-get install swtpm");
        return;
    }
    host_fails("OB_MAIN_JOB", starts);
}

typedef struct Edit {
    const char *path;
    const char *sed; /* changes each argument of the hosts */
    const char *sentence;
} Edit;

static const Edit edits[] = {
    { "no-firmware", "s/^q35,.*/q35/", "FAILED: ACPI: there is no RSDP in guest memory\n" },
    { "no-vmgenid", "s/^vmgenid,.*/pvpanic/",
      "FAILED: guest memory has 00000000-0000-0000-0000-000000000000, expected "
      "00112233-4455-6677-8899-aabbccddeeff\n" },
    { "first-guid", "s/guid=0/guid=1/",
      "FAILED: guest memory has 10112233-4455-6677-8899-aabbccddeeff, expected "
      "00112233-4455-6677-8899-aabbccddeeff\n" },
    { "second-guid", "s/guid=324e/guid=325e/",
      "FAILED: guest memory has 325e6eaf-d1d1-4bf6-bf41-b9bb6c91fb87, expected "
      "324e6eaf-d1d1-4bf6-bf41-b9bb6c91fb87\n" },
    { "no-vmclock", "s/^vmclock,.*/pvpanic/",
      "FAILED: vmclock's page has the old values, expected others\n" },
    { "load-that-is-no-restore", "s/,next-load=restore//",
      "FAILED: vmclock's page has the old values, expected others\n" },
};

static void test_edited(gconstpointer data)
{
    const Edit *edit = data;
    g_autofree char *script = g_strdup_printf(
        "for word; do shift; set -- \"$@\" \"$(echo \"$word\" | sed '%s')\"; done", edit->sed);

    fails_with("OB_GENERATION_JOB", script, edit->sentence);
}

/* The second machine has other RAM, and refuses the stream. */
static void test_restore_refused(void)
{
    fails_with("OB_GENERATION_JOB", "case \"$*\" in *-incoming*) set -- \"$@\" -m 64M ;; esac",
               "FAILED: the restore has status failed after at most 20 s, expected completed\n");
}

static void test_no_folder(void)
{
    const char *argv[] = { g_getenv("OB_GENERATION_JOB"), NULL };
    g_auto(GStrv) environment = g_environ_setenv(g_get_environ(), "TMPDIR", "/nonexistent", TRUE);
    g_autofree char *output = NULL;
    int status = 0;

    g_assert_true(g_spawn_sync(NULL, (char **)argv, environment, G_SPAWN_DEFAULT, NULL, NULL,
                               &output, NULL, &status, NULL));
    g_assert_cmpint(status, ==, 1 << 8);
    g_assert_true(g_str_has_suffix(output, "\ngeneration job: FAILED: no temporary directory: No "
                                           "such file or directory\n"));
}

/* The first host has sent its machine, and fails when it is asked to end. */
static void test_end_fails(void)
{
    fails_with(
        "OB_GENERATION_JOB",
        "case \"$*\" in *-incoming*) ;; *) \"$OB_PROGRAM\" \"$@\" & trap 'kill $!; exit 7' TERM; "
        "wait; exit 8 ;; esac",
        "FAILED: a host failed\n");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/jobs-told/main-job", test_main_job);
    g_test_add_func("/jobs-told/generation-job", test_generation_job);
    g_test_add_data_func("/jobs-told/first-host-that-fails", GINT_TO_POINTER(0), test_host_fails);
    g_test_add_data_func("/jobs-told/second-host-that-fails", GINT_TO_POINTER(1), test_host_fails);
    g_test_add_data_func("/jobs-told/main-job-whose-first-host-fails", GINT_TO_POINTER(0),
                         test_main_job_fails);
    g_test_add_data_func("/jobs-told/main-job-whose-second-host-fails", GINT_TO_POINTER(1),
                         test_main_job_fails);
    g_test_add_func("/jobs-told/first-host-fails-at-its-end", test_end_fails);
    g_test_add_func("/jobs-told/folder-that-is-missing", test_no_folder);
    g_test_add_func("/jobs-told/restore-that-is-refused", test_restore_refused);
    for (gsize i = 0; i < G_N_ELEMENTS(edits); i++) {
        g_autofree char *path = g_strdup_printf("/jobs-told/machine-with-other/%s", edits[i].path);

        g_test_add_data_func(path, &edits[i], test_edited);
    }
    return g_test_run();
}
