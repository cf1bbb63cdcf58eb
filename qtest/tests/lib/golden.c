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

/* ------------------------------------------------------------------ outcomes */

struct Outcomes {
    GHashTable *members; /* GString by outcome */
    GPtrArray *order;    /* the same strings */
};

Outcomes *outcomes_new(void)
{
    Outcomes *outcomes = g_new(Outcomes, 1);

    outcomes->members = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    outcomes->order = g_ptr_array_new();
    return outcomes;
}

void outcomes_add(Outcomes *outcomes, const char *value, const char *outcome)
{
    g_autofree char *quoted = g_strdup_printf("'%s'", value);
    g_autoptr(GString) text = g_string_new(outcome);
    GString *members;

    g_string_replace(text, quoted, "*", 0);
    members = g_hash_table_lookup(outcomes->members, text->str);
    if (!members) {
        members = g_string_new(text->str);
        g_string_append(members, "  <-");
        g_hash_table_insert(outcomes->members, g_strdup(text->str), members);
        g_ptr_array_add(outcomes->order, members);
    }
    g_string_append_printf(members, " [%s]", value);
}

void outcomes_end(Outcomes *outcomes, const char *head, GString *text)
{
    g_string_append_printf(text, "%s\n", head);
    for (guint i = 0; i < outcomes->order->len; i++) {
        GString *members = outcomes->order->pdata[i];

        g_string_append_printf(text, "  %s\n", members->str);
        g_string_free(members, TRUE);
    }
    g_ptr_array_unref(outcomes->order);
    g_hash_table_unref(outcomes->members);
    g_free(outcomes);
}
