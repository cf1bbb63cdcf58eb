/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/install/page.h"

#include <stdbool.h>
#include <string.h>

#define INDENT   "    "
#define PROMPT   INDENT "$ "
#define ELLIPSIS "\xe2\x80\xa6"

static void command_free(void *opaque)
{
    PageCommand *command = opaque;

    g_free(command->words);
    g_ptr_array_unref(command->lines);
    g_free(command);
}

static PageCommand *command_new(const char *words)
{
    PageCommand *command = g_new0(PageCommand, 1);

    command->words = g_strdup(words);
    command->lines = g_ptr_array_new_with_free_func(g_free);
    return command;
}

static void line_add(PageCommand *command, const char *line)
{
    if (!g_str_has_suffix(command->words, "\\") || command->lines->len) {
        g_ptr_array_add(command->lines, g_strdup(line));
    } else {
        char *words = g_strdup_printf("%s\n%s", command->words, line);

        g_free(command->words);
        command->words = words;
    }
}

GPtrArray *page_commands(const char *path, const char *title)
{
    GPtrArray *commands = g_ptr_array_new_with_free_func(command_free);
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;
    bool inside = false;

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line; line++) {
        bool is_title = line[1] && g_str_has_prefix(line[1], "---");

        inside = is_title ? strcmp(*line, title) == 0 : inside;
        if (inside && g_str_has_prefix(*line, PROMPT)) {
            g_ptr_array_add(commands, command_new(*line + strlen(PROMPT)));
        } else if (inside && commands->len && g_str_has_prefix(*line, INDENT)) {
            line_add(commands->pdata[commands->len - 1], *line + strlen(INDENT));
        }
    }
    return commands;
}

void page_assert_output(const PageCommand *command, const char *output)
{
    const char *at = output;

    for (guint i = 0; i < command->lines->len; i++) {
        g_auto(GStrv) parts = g_strsplit(command->lines->pdata[i], ELLIPSIS, -1);

        for (char **part = parts; *part; part++) {
            const char *found = strstr(at, *part);

            if (!found) {
                g_test_message("%s: expected '%s' in: %s", command->words, *part, output);
                g_test_fail();
                return;
            }
            at = found + strlen(*part);
        }
    }
}
