/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scripts/preflight says of a program if the bridge works in it, and why not. */
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "qtest/tests/lib/qemu-release.h"

static char *directory;

/* Returns all lines; `works` is the exit status 0. */
static char *preflight(const char *bridge, const char *program, bool works)
{
    const char *words[] = { g_getenv("OB_PREFLIGHT"), "--bridge", bridge, program, NULL };
    g_autofree char *errors = NULL;
    char *lines = NULL;
    int status;

    g_assert_true(g_spawn_sync(NULL, (char **)words, NULL, G_SPAWN_DEFAULT, NULL, NULL, &lines,
                               &errors, &status, NULL));
    g_assert_cmpstr(errors, ==, "");
    if ((status == 0) != works) {
        g_test_message("status %d: %s", status, lines);
        g_test_fail();
    }
    return lines;
}

static void expect(const char *bridge, const char *program, bool works, const char *line)
{
    g_autofree char *lines = preflight(g_getenv(bridge), program, works);

    if (!strstr(lines, line)) {
        g_test_message("expected '%s' in: %s", line, lines);
        g_test_fail();
    }
}

static void test_release(gconstpointer data)
{
    const QemuRelease *release = data;
    g_autofree char *program = qemu_release_program(release, "x86_64");
    g_autofree char *line = g_strdup_printf("ok: QEMU %s works: its layouts are learned",
                                            release->name);

    if (!qemu_release_require(release)) {
        return;
    }
    expect("OUTBOARD_BRIDGE", program, true, line);
    expect("OB_NEXT_QEMU", program, true, " works: its layouts are learned\n");
    expect("OB_OLD_QEMU", program, false,
           "FAILED: the bridge works in it: QEMU 7.1 is too old, expected 7.2 or later");
}

/* ------------------------------------------------------------------- wrappers */

static char *script(const char *text)
{
    char *path = g_build_filename(directory, "wrapper", NULL);

    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    g_assert_cmpint(g_chmod(path, 0700), ==, 0);
    return path;
}

static void test_wrapper(void)
{
    const QemuRelease *release = qemu_releases();
    g_autofree char *program = qemu_release_program(release, "x86_64");
    g_autofree char *text = g_strdup_printf("#!/bin/sh\n# exec nothing\n"
                                            "exec env A=b \\\n    '%s' -m 16 \"$@\"\n",
                                            program);
    g_autofree char *path = script(text);

    if (qemu_release_require(release)) {
        expect("OUTBOARD_BRIDGE", path, true, "wrapper runs ");
        expect("OUTBOARD_BRIDGE", path, true, " works: its layouts are learned");
    }
    g_unlink(path);
}

static void test_unclear_wrapper(void)
{
    g_autofree char *path = script("#!/bin/sh\nexec \"$EMULATOR\" \"$@\"\n");

    expect("OUTBOARD_BRIDGE", path, false,
           "wrapper is not an ELF program and has no line 'exec BINARY': give the binary");
    g_unlink(path);
}

static void test_other_program(void)
{
    expect("OUTBOARD_BRIDGE", "/bin/true", false,
           "FAILED: it exports the devices' symbols: InputAxis_lookup, ");
    expect("OUTBOARD_BRIDGE", "/nonexistent", false, "FAILED: /nonexistent is not a program");
}

int main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    directory = g_dir_make_tmp("outboard-XXXXXX", NULL);
    for (const QemuRelease *release = qemu_releases(); release->name; release++) {
        g_autofree char *path = g_strdup_printf("/preflight/qemu-%s", release->name);

        g_test_add_data_func(path, release, test_release);
    }
    g_test_add_func("/preflight/wrapper-is-followed", test_wrapper);
    g_test_add_func("/preflight/wrapper-without-a-binary-is-refused", test_unclear_wrapper);
    g_test_add_func("/preflight/other-program-is-refused", test_other_program);
    status = g_test_run();
    g_rmdir(directory);
    g_free(directory);
    return status;
}
