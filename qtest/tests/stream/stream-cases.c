/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/stream/stream-cases.h"

#include <string.h>

void case_run(Run *run, const char *command, const char *name, int status)
{
    g_autofree char *path = qemu_path(name);

    RUN(run, command, path);
    g_assert_cmpint(run->status, ==, status);
}

void case_run_to(Run *run, const char *command, const char *name, const char *destination,
                 int status)
{
    g_autofree char *path = qemu_path(name);
    g_autofree char *dest = qemu_path(destination);
    g_autoptr(GByteArray) input = NULL;

    if (strcmp(command, "filter") == 0) {
        input = stream_load(name);
        RUN_WITH(run, input, command, "--dest", dest);
    } else {
        RUN(run, command, "--dest", dest, path);
    }
    g_assert_cmpint(run->status, ==, status);
}

void case_says(const Run *run, const char *const *parts)
{
    g_autofree char *text = g_strconcat(run->out, run->err, NULL);

    for (; *parts; parts++) {
        assert_has(text, *parts);
    }
}

void assert_lacks(const char *text, const char *part)
{
    if (strstr(text, part)) {
        g_test_message("did not expect \"%s\" in:\n%s", part, text);
        g_test_fail();
    }
}
