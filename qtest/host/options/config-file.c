/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/options/config-file.h"

#include "hw-api/device/error.h"
#include "qtest/host/options/option-table.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void group_free(gpointer opaque)
{
    ObConfigGroup *group = opaque;

    g_free(group->name);
    g_string_free(group->argument, TRUE);
    g_free(group);
}

/* A comma in a value is two commas on the command line. */
static void pair_add(ObConfigGroup *group, const char *key, const char *value, size_t length)
{
    GString *to = group->argument;

    g_string_append_printf(to, "%s%s=", to->len ? "," : "", key);
    for (size_t i = 0; i < length; i++) {
        g_string_append_printf(to, value[i] == ',' ? ",," : "%c", value[i]);
    }
}

/* The text in quotes, which nothing may follow; NULL: the text is not of that form. */
static const char *quoted(const char *text, size_t *length)
{
    const char *end = *text == '"' ? strchr(text + 1, '"') : NULL;

    *length = end ? (size_t)(end - text - 1) : 0;
    return end && !end[1] ? text + 1 : NULL;
}

/* The line begins with a bracket. */
static bool group_begin(GPtrArray *groups, char *line, unsigned number, HwError *error)
{
    size_t end = strlen(line) - 1;
    size_t name = strcspn(line + 1, " \t]");
    ObConfigGroup *group = g_new0(ObConfigGroup, 1);
    const char *rest = line + 1 + name;
    const char *id = "";
    size_t length;

    group->name = g_strndup(line + 1, name);
    group->argument = g_string_new(NULL);
    group->line = number;
    g_ptr_array_add(groups, group);
    if (name == 0 || line[end] != ']') {
        return hw_error_set(error, "invalid group, expected [GROUP] or [GROUP \"ID\"]");
    }
    line[end] = '\0';
    rest += strspn(rest, " \t");
    id = *rest ? quoted(rest, &length) : NULL;
    if (*rest && (!id || length == 0)) {
        return hw_error_set(error, "invalid group, expected [GROUP] or [GROUP \"ID\"]");
    }
    if (id) {
        pair_add(group, "id", id, length);
    }
    return true;
}

static bool pair_read(ObConfigGroup *group, char *line)
{
    size_t key = strspn(line, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "-_.");
    const char *rest = line + key + strspn(line + key, " \t");
    const char *value;
    size_t length;

    if (key == 0 || *rest != '=') {
        return false;
    }
    rest++;
    value = quoted(rest + strspn(rest, " \t"), &length);
    line[key] = '\0';
    if (value) {
        pair_add(group, line, value, length);
    }
    return value != NULL;
}

static bool line_read(GPtrArray *groups, char *line, unsigned number, HwError *error)
{
    g_strstrip(line);
    if (!*line || *line == '#') {
        return true;
    }
    if (*line == '[') {
        return group_begin(groups, line, number, error);
    }
    if (groups->len == 0) {
        return hw_error_set(error, "no group begins before this line, expected [GROUP]");
    }
    return pair_read(groups->pdata[groups->len - 1], line) ||
           hw_error_set(error, "invalid line, expected NAME = \"VALUE\"");
}

GPtrArray *ob_config_parse(const char *path, const char *text, size_t size, HwError *error)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", 0);
    GPtrArray *groups;
    HW_ERROR(reason, 512);

    if (memchr(text, '\0', size)) {
        hw_error_set(error, "%s: a zero byte, expected text", path);
        return NULL;
    }
    groups = g_ptr_array_new_with_free_func(group_free);
    for (unsigned i = 0; lines[i]; i++) {
        if (!line_read(groups, lines[i], i + 1, &reason)) {
            hw_error_set(error, "%s:%u: %s", path, i + 1, reason.text);
            g_ptr_array_free(groups, TRUE);
            return NULL;
        }
    }
    return groups;
}

GPtrArray *ob_config_read(const char *path, HwError *error)
{
    size_t size;
    g_autofree char *text = ob_option_file_text(path, &size, error);

    return text ? ob_config_parse(path, text, size, error) : NULL;
}
