/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/lib/qemu-release.h"

#include <string.h>

#define MAX_RELEASES 8

static QemuRelease releases[MAX_RELEASES + 1];

static void release_parse(QemuRelease *release, const char *line)
{
    const char *space = strchr(line, ' ');

    if (!space) {
        g_error("OB_QEMU_RELEASES: '%s', expected RELEASE ROOT", line);
    }
    release->name = g_strndup(line, (gsize)(space - line));
    release->root = g_strdup(g_str_equal(space + 1, "/") ? "" : space + 1);
}

const QemuRelease *qemu_releases(void)
{
    if (!releases[0].name) {
        const char *text = g_getenv("OB_QEMU_RELEASES");
        g_auto(GStrv) lines = g_strsplit(text ? text : "", "\n", MAX_RELEASES);

        for (guint i = 0; lines[i]; i++) {
            release_parse(&releases[i], lines[i]);
        }
    }
    return releases;
}

const QemuRelease *qemu_release_named(const char *name)
{
    for (const QemuRelease *release = qemu_releases(); release->name; release++) {
        if (g_strcmp0(release->name, name) == 0) {
            return release;
        }
    }
    return NULL;
}

char *qemu_release_file(const QemuRelease *release, const char *path)
{
    return g_strconcat(release->root, path, NULL);
}

char *qemu_release_program(const QemuRelease *release, const char *architecture)
{
    return g_strconcat(release->root, "/usr/bin/qemu-system-", architecture, NULL);
}

char *qemu_release_answer(const QemuRelease *release, const char *architecture, const char *option,
                          const char *argument)
{
    g_autofree char *program = qemu_release_program(release, architecture);
    const char *words[] = { program, option, argument, NULL };
    char *text = NULL;

    g_assert_true(g_spawn_sync(NULL, (char **)words, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
                               &text, NULL, NULL, NULL));
    return text;
}

bool qemu_release_exists(const QemuRelease *release)
{
    g_autofree char *program = qemu_release_program(release, "x86_64");

    return g_file_test(program, G_FILE_TEST_IS_EXECUTABLE);
}

bool qemu_release_require(const QemuRelease *release)
{
    g_autofree char *program = qemu_release_program(release, "x86_64");
    g_autofree char *why = g_strdup_printf(QEMU_RELEASE_MISSING, program);

    if (!qemu_release_exists(release)) {
        g_test_skip(why);
        return false;
    }
    return true;
}
