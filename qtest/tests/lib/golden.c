/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/lib/golden.h"

#include <glib/gstdio.h>
#include <unistd.h>

/* The differing lines, by diff. */
static char *lines_differing(const char *path, const char *text)
{
    g_autofree char *seen = NULL, *differences = NULL;
    g_autoptr(GError) error = NULL;
    int fd = g_file_open_tmp("golden-XXXXXX", &seen, &error);
    const char *const diff[] = { "diff", "-u", path, seen, NULL };

    g_assert_no_error(error);
    close(fd);
    g_file_set_contents(seen, text, -1, &error);
    g_assert_no_error(error);
    g_spawn_sync(NULL, (char **)diff, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &differences, NULL,
                 NULL, &error);
    g_unlink(seen);
    g_assert_no_error(error);
    return g_steal_pointer(&differences);
}

void golden_expect(const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(g_getenv("OB_GOLDEN"), name, NULL);
    g_autofree char *expected = NULL;
    g_autoptr(GError) error = NULL;

    if (g_getenv("OB_GOLDEN_UPDATE")) {
        g_file_set_contents(path, text, -1, &error);
        g_assert_no_error(error);
    }
    g_file_get_contents(path, &expected, NULL, &error);
    g_assert_no_error(error);
    if (g_strcmp0(text, expected) != 0) {
        g_autofree char *differences = lines_differing(path, text);

        g_error("%s is another text; OB_GOLDEN_UPDATE=1 writes the new one\n%s", name, differences);
    }
}
