/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/lib/acpi-guest.h"

#include <glib/gstdio.h>
#include <string.h>

GBytes *acpi_table(ObClient *client, uint64_t ram, const char *signature)
{
    HW_ERROR(error, 256);
    GBytes *table = ob_acpi_find_table(client, ram, signature, &error);

    if (!table && !strstr(error.text, "there is no table")) {
        g_error("%s", error.text);
    }
    return table;
}

/* -------------------------------------------------------------------------- tools */

typedef struct Workshop {
    char *directory;
} Workshop;

static Workshop workshop_open(void)
{
    return (Workshop) { g_dir_make_tmp("outboard-acpi-XXXXXX", NULL) };
}

static void workshop_close(Workshop *w)
{
    GDir *dir = g_dir_open(w->directory, 0, NULL);
    const char *name;

    while ((name = g_dir_read_name(dir))) {
        g_autofree char *path = g_build_filename(w->directory, name, NULL);

        g_unlink(path);
    }
    g_dir_close(dir);
    g_rmdir(w->directory);
    g_free(w->directory);
}

static void workshop_put(const Workshop *w, const char *name, GBytes *bytes)
{
    g_autofree char *path = g_build_filename(w->directory, name, NULL);

    g_assert_true(g_file_set_contents(path, g_bytes_get_data(bytes, NULL),
                                      (gssize)g_bytes_get_size(bytes), NULL));
}

static GBytes *workshop_get(const Workshop *w, const char *name)
{
    g_autofree char *path = g_build_filename(w->directory, name, NULL);
    char *bytes;
    gsize size;

    g_assert_true(g_file_get_contents(path, &bytes, &size, NULL));
    return g_bytes_new_take(bytes, size);
}

/* Returns the command's output; the command must succeed. */
static char *workshop_run(const Workshop *w, const char *command)
{
    g_auto(GStrv) words = NULL;
    g_autofree char *errors = NULL;
    char *output = NULL;
    GError *error = NULL;
    int status;

    g_assert_true(g_shell_parse_argv(command, NULL, &words, NULL));
    if (!g_spawn_sync(w->directory, words, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, &errors,
                      &status, &error)) {
        g_error("%s: %s", command, error->message);
    }
    if (!g_spawn_check_wait_status(status, NULL)) {
        g_error("%s failed:\n%s%s", command, output, errors);
    }
    return output;
}

char *acpi_disassemble(GBytes *table, const char *iasl)
{
    Workshop w = workshop_open();
    g_autofree char *compile = g_strdup_printf("iasl %s table.dsl", iasl);
    g_autofree char *complaints = NULL;
    g_autoptr(GBytes) source = NULL;

    workshop_put(&w, "table.dat", table);
    g_free(workshop_run(&w, "iasl -d table.dat"));
    source = workshop_get(&w, "table.dsl");
    complaints = workshop_run(&w, compile);
    if (strstr(complaints, "Warning  ")) {
        g_error("%s", complaints);
    }
    workshop_close(&w);
    return g_strndup(g_bytes_get_data(source, NULL), g_bytes_get_size(source));
}

char *acpi_decode(GBytes *table)
{
    Workshop w = workshop_open();
    g_autoptr(GBytes) source = NULL;

    workshop_put(&w, "table.dat", table);
    g_free(workshop_run(&w, "iasl -d table.dat"));
    source = workshop_get(&w, "table.dsl");
    workshop_close(&w);
    return g_strndup(g_bytes_get_data(source, NULL), g_bytes_get_size(source));
}

char *acpi_execute(GBytes *const *tables, guint count, const char *commands)
{
    Workshop w = workshop_open();
    GString *line = g_string_new("acpiexec -b ");
    g_autofree char *quoted = g_shell_quote(commands);
    char *output;

    g_string_append(line, quoted);
    for (guint i = 0; i < count; i++) {
        g_autofree char *name = g_strdup_printf("%u.dat", i);

        workshop_put(&w, name, tables[i]);
        g_string_append_printf(line, " %s", name);
    }
    output = workshop_run(&w, line->str);
    g_string_free(line, TRUE);
    workshop_close(&w);
    return output;
}

GBytes *acpi_compile(const char *text)
{
    Workshop w = workshop_open();
    g_autoptr(GBytes) source = g_bytes_new(text, strlen(text));
    GBytes *table;

    workshop_put(&w, "table.asl", source);
    g_free(workshop_run(&w, "iasl table.asl"));
    table = workshop_get(&w, "table.aml");
    workshop_close(&w);
    return table;
}
