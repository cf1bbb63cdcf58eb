/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The whole output of the jobs, without what differs from run to run. */
#include <glib.h>

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

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/jobs-told/main-job", test_main_job);
    g_test_add_func("/jobs-told/generation-job", test_generation_job);
    return g_test_run();
}
