/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/net/guest-log.h"

#include <glib.h>
#include <string.h>

void guest_log_expect(const char *file, const char *sentence)
{
    g_autofree char *line = g_strconcat(sentence, "\n", NULL);
    g_autofree char *text = NULL;

    g_assert_true(g_file_get_contents(file, &text, NULL, NULL));
    if (!g_str_has_suffix(text, line) || strchr(text, '\n')[1]) {
        g_error("'%s', expected '%s'", text, sentence);
    }
}
