/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -dump-vmstate: QEMU's own script compares our devices' state with a stock QEMU's. */
#include <glib.h>
#include <jansson.h>
#include <string.h>

#include "qtest/client/process/scratch.h"

typedef struct Fixture {
    ObScratch *scratch;
    const char *directory;
    char *ours;
    char *theirs;
} Fixture;

static void set_up(Fixture *f, gconstpointer data)
{
    (void)data;
    f->scratch = ob_scratch_new();
    f->directory = ob_scratch_path(f->scratch);
    f->ours = g_build_filename(f->directory, "ours.json", NULL);
    f->theirs = g_build_filename(f->directory, "theirs.json", NULL);
}

static void tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    g_free(f->ours);
    g_free(f->theirs);
    ob_scratch_free(f->scratch);
}

/* Returns all output, which the caller frees. */
static char *run(const char *const *words, int *status)
{
    g_autofree char *output = NULL;
    g_autofree char *errors = NULL;
    g_autoptr(GError) failure = NULL;

    if (!g_spawn_sync(NULL, (char **)words, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, &errors,
                      status, &failure)) {
        g_error("%s: %s", words[0], failure->message);
    }
    return g_strconcat(output, errors, NULL);
}

static json_t *dump(const char *program, const char *path)
{
    const char *const words[] = { program, "-M", "pc-q35-7.2", "-dump-vmstate", path, NULL };
    int status;
    g_autofree char *text = run(words, &status);
    json_t *json = json_load_file(path, 0, NULL);

    g_test_message("%s", text);
    g_assert_cmpint(status, ==, 0);
    g_assert_nonnull(json);
    return json;
}

static void compare(const char *from, const char *to, const char *expected)
{
    g_autofree char *script = g_build_filename(g_getenv("OB_VMSTATE_CHECKER"), NULL);
    const char *const words[] = { "python3", script, "-s", from, "-d", to, NULL };
    int status;
    g_autofree char *text = run(words, &status);

    g_test_message("status %d", status);
    g_assert_cmpstr(text, ==, expected);
}

/* This program sends these subsections only if they are needed.  QEMU then refuses the stream. */
#define OURS_ALONE(device) \
    "Section \"" device "\" Description \"" device "\": Entry \"Subsections\" missing\n"

/* The script reports a device that one of the files lacks, so both get the same devices. */
static void test_devices_are_qemus(Fixture *f, gconstpointer data)
{
    static const char *const names[] = { "vmschkmachine", "tpm-crb", "vmgenid", "vmcoreinfo" };
    json_t *all_ours = dump(g_getenv("OB_PROGRAM"), f->ours);
    json_t *all_theirs = dump(g_getenv("OB_QEMU"), f->theirs);
    json_t *ours = json_object(), *theirs = json_object();

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_assert_cmpint(json_object_set(ours, names[i], json_object_get(all_ours, names[i])), ==,
                        0);
        g_assert_cmpint(json_object_set(theirs, names[i], json_object_get(all_theirs, names[i])),
                        ==, 0);
    }
    g_assert_true(json_equal(json_object_get(ours, "vmschkmachine"),
                             json_object_get(theirs, "vmschkmachine")));
    g_assert_cmpint(json_dump_file(ours, f->ours, 0), ==, 0);
    g_assert_cmpint(json_dump_file(theirs, f->theirs, 0), ==, 0);
    compare(f->theirs, f->ours, "");
    compare(f->ours, f->theirs, OURS_ALONE("tpm-crb") OURS_ALONE("vmgenid"));
    json_decref(ours);
    json_decref(theirs);
    json_decref(all_ours);
    json_decref(all_theirs);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/dump-vmstate/devices-are-qemus", Fixture, NULL, set_up, test_devices_are_qemus,
               tear_down);
    return g_test_run();
}
