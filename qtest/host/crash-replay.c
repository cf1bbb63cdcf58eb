/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/crash-replay.h"

#include <glib.h>
#include <string.h>

/* Options of the first run that the second can't have: who spoke to it, and where it wrote. */
static const struct {
    const char *name;
    int words; /* after the name */
} left_out[] = {
    { "qtest", 1 },   { "qtest-log", 1 }, { "qmp", 1 },     { "qmp-pretty", 1 },
    { "mon", 1 },     { "monitor", 1 },   { "chardev", 1 }, { "serial", 1 },
    { "pidfile", 1 }, { "daemonize", 0 }, { "D", 1 },       { "run-with", 1 },
};

/* Returns how many words of the command line belong to an option that is left out; 0: none. */
static int words_left_out(const char *word)
{
    const char *name = g_str_has_prefix(word, "--") ? word + 2 : word + 1;

    for (size_t i = 0; word[0] == '-' && i < G_N_ELEMENTS(left_out); i++) {
        if (g_str_equal(name, left_out[i].name)) {
            return 1 + left_out[i].words;
        }
    }
    return 0;
}

char *ob_crash_replay(int argc, char *const *argv)
{
    GString *command = g_string_new(NULL);

    for (int i = 0, skipped; i < argc; i += MAX(skipped, 1)) {
        skipped = i > 0 ? words_left_out(argv[i]) : 0;
        if (!skipped) {
            g_autofree char *word = g_shell_quote(argv[i]);
            gboolean plain = strspn(argv[i], "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                             "0123456789-_./,=:+") == strlen(argv[i]);

            g_string_append_printf(command, "%s ", plain && argv[i][0] ? argv[i] : word);
        }
    }
    g_string_append(command, "-qtest stdio < FILE");
    return g_string_free(command, FALSE);
}
