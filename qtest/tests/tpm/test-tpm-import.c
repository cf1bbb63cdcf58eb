/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -tpmdev libtpms,state=tpm2-00.permall: a TPM begins with the state of swtpm's file. */
#include "qtest/tests/lib/swtpm-process.h"
#include "qtest/tests/tpm/tpm-harness.h"

#include <glib/gstdio.h>

/* Two NV indices of 8 bytes, and their public areas. */
#define NV_DEFINE(n)                                                                 \
    "80020000002d0000012a40000001000000094000000900000000000000000e0100000" n "000b" \
    "0004000400000008"
#define NV_READ_PUBLIC(n)  \
    "80010000000e00000169" \
    "0100000" n

typedef struct Scene {
    SwtpmProcess swtpm;
    TpmHarness *h;
    char *path; /* swtpm's file */
    char *option;
} Scene;

static void scene_stop(Scene *s)
{
    tpm_harness_free(s->h);
    s->h = NULL;
}

/* A swtpm with the first index has run and ended. */
static void scene_set_up(Scene *s, const char *key)
{
    *s = (Scene) { .h = tpm_harness_new(false) };
    swtpm_process_set_up(&s->swtpm);
    s->path = g_build_filename(s->swtpm.directory, "tpm2-00.permall", NULL);
    s->option = g_strconcat("state=", s->path, NULL);
    swtpm_process_start(&s->swtpm, "--tpm2", key ? "--key" : NULL, key, NULL);
    g_assert_true(tpm_add(s->h, "emulator", "tpm0", s->swtpm.option, NULL));
    tpm_start_up(s->h);
    g_assert_cmphex(tpm_run(s->h, NV_DEFINE("1")), ==, TPM_RC_SUCCESS);
    scene_stop(s);
    swtpm_process_reap(&s->swtpm);
}

static void scene_tear_down(Scene *s)
{
    if (s->h) {
        scene_stop(s);
    }
    swtpm_process_tear_down(&s->swtpm);
    g_free(s->path);
    g_free(s->option);
}

static bool scene_add(Scene *s)
{
    s->h = tpm_harness_new(false);
    return tpm_add(s->h, "libtpms", "tpm0", s->option, NULL);
}

static void scene_start(Scene *s)
{
    if (!scene_add(s)) {
        g_error("%s", s->h->error_text);
    }
    tpm_start_up(s->h);
}

static GBytes *content(const char *path)
{
    char *text;
    gsize size;

    g_assert_true(g_file_get_contents(path, &text, &size, NULL));
    return g_bytes_new_take(text, size);
}

static void test_imported_once(void)
{
    g_autoptr(GBytes) before = NULL;
    g_autoptr(GBytes) after = NULL;
    Scene s;

    scene_set_up(&s, NULL);
    before = content(s.path);
    scene_start(&s);
    g_assert_cmphex(tpm_run(s.h, NV_READ_PUBLIC("1")), ==, TPM_RC_SUCCESS);
    g_assert_cmphex(tpm_run(s.h, NV_DEFINE("2")), ==, TPM_RC_SUCCESS);
    scene_stop(&s);
    after = content(s.path);
    g_assert_true(g_bytes_equal(before, after));

    /* swtpm's file would not have the second index. */
    scene_start(&s);
    g_assert_cmphex(tpm_run(s.h, NV_READ_PUBLIC("1")), ==, TPM_RC_SUCCESS);
    g_assert_cmphex(tpm_run(s.h, NV_READ_PUBLIC("2")), ==, TPM_RC_SUCCESS);
    scene_stop(&s);

    /* The state file works without swtpm's file. */
    {
        g_autofree char *beside = g_strconcat(s.option, ".outboard", NULL);

        g_assert_cmpint(g_remove(s.path), ==, 0);
        g_free(s.option);
        s.option = g_steal_pointer(&beside);
    }
    scene_start(&s);
    g_assert_cmphex(tpm_run(s.h, NV_READ_PUBLIC("2")), ==, TPM_RC_SUCCESS);
    scene_tear_down(&s);
}

static void scene_assert_refused(Scene *s, const char *sentence)
{
    g_autofree char *want = g_strdup_printf("tpm0: state: swtpm's file '%s': %s", s->path,
                                            sentence);
    g_autofree char *beside = g_strconcat(s->path, ".outboard", NULL);

    g_assert_false(scene_add(s));
    g_assert_cmpstr(s->h->error_text, ==, want);
    g_assert_false(g_file_test(beside, G_FILE_TEST_EXISTS));
}

static void test_truncated(void)
{
    g_autoptr(GBytes) before = NULL;
    gsize size;
    Scene s;

    scene_set_up(&s, NULL);
    before = content(s.path);
    size = g_bytes_get_size(before);
    g_assert_true(
        g_file_set_contents(s.path, g_bytes_get_data(before, NULL), (gssize)size - 1, NULL));
    {
        g_autofree char *sentence = g_strdup_printf("permanent state: truncated or extended: %zu "
                                                    "bytes, expected %zu",
                                                    size - 1, size);

        scene_assert_refused(&s, sentence);
    }
    scene_tear_down(&s);
}

static void test_encrypted(void)
{
    g_autofree char *name = NULL;
    g_autofree char *key = NULL;
    int fd = g_file_open_tmp("key-XXXXXX", &name, NULL);
    Scene s;

    g_close(fd, NULL);
    g_assert_true(g_file_set_contents(name, "00112233445566778899aabbccddeeff", -1, NULL));
    key = g_strdup_printf("file=%s,mode=aes-cbc,format=hex,remove=true", name);
    scene_set_up(&s, key);
    scene_assert_refused(&s, "permanent state: encrypted by swtpm's --key, expected one without a "
                             "key");
    scene_tear_down(&s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tpm-import/once-and-beside-the-original", test_imported_once);
    g_test_add_func("/tpm-import/refused/truncated", test_truncated);
    g_test_add_func("/tpm-import/refused/encrypted", test_encrypted);
    return g_test_run();
}
