/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/lib/shell.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

static char *shell(const ObScratch *scratch, const char *command, bool succeeds)
{
    g_autofree char *both = g_strdup_printf("{ %s; } 2>&1", command);
    char *argv[] = { (char *)"sh", (char *)"-c", both, NULL };
    g_autoptr(GError) error = NULL;
    char *output;
    int status;

    g_spawn_sync(ob_scratch_path(scratch), argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output,
                 NULL, &status, &error);
    g_assert_no_error(error);
    if ((status == 0) != succeeds) {
        g_test_message("%s: status %d: %s", command, status, output);
        g_test_fail();
    }
    return output;
}

static void assert_output(const ObScratch *scratch, const char *command, bool succeeds,
                          const char *text)
{
    g_autofree char *output = shell(scratch, command, succeeds);

    if (!strstr(output, text)) {
        g_test_message("%s: expected '%s' in: %s", command, text, output);
        g_test_fail();
    }
}

char *shell_output(const ObScratch *scratch, const char *command)
{
    return shell(scratch, command, true);
}

void shell_run(const ObScratch *scratch, const char *command)
{
    g_free(shell(scratch, command, true));
}

void shell_assert_refused(const ObScratch *scratch, const char *command, const char *sentence)
{
    assert_output(scratch, command, false, sentence);
}

void shell_assert_says(const ObScratch *scratch, const char *command, const char *text)
{
    assert_output(scratch, command, true, text);
}

/* A directory /outboard is not a part of the words lib/outboard and /outboard-system. */
void shell_assert_no_path(const ObScratch *scratch, const char *variable, const char *files)
{
    g_autofree char *command = g_strdup_printf(
        "! grep -rIE -e \"(^|-[IL]|[^[:alnum:]_./$})-])%s(/|[^[:alnum:]_.-]|$)\" %s", variable,
        files);

    shell_run(scratch, command);
}
