/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/lib/swtpm-process.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "qtest/tests/lib/await-listener.h"

static void die_with_the_test(G_GNUC_UNUSED gpointer opaque)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

void swtpm_process_set_up(SwtpmProcess *s)
{
    *s = (SwtpmProcess) { .directory = g_dir_make_tmp("swtpm-XXXXXX", NULL) };
    s->path = g_build_filename(s->directory, "ctrl", NULL);
    s->option = g_strconcat("path=", s->path, NULL);
}

static void swtpm_spawn(SwtpmProcess *s, va_list options)
{
    char *state = g_strconcat("dir=", s->directory, NULL);
    char *control = g_strconcat("type=unixio,path=", s->path, NULL);
    const char *argv[16] = { "swtpm",  "socket", "--tpmstate", state,
                             "--ctrl", control,  "--flags",    "not-need-init" };
    GError *error = NULL;
    const char *option;

    for (int i = 8; (option = va_arg(options, const char *)); i++) {
        argv[i] = option;
    }
    g_remove(s->path);
    g_spawn_async(NULL, (char **)argv, NULL,
                  G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL |
                      G_SPAWN_STDERR_TO_DEV_NULL,
                  die_with_the_test, NULL, &s->pid, &error);
    g_assert_no_error(error);
    g_free(control);
    g_free(state);
}

void swtpm_process_start(SwtpmProcess *s, ...)
{
    va_list options;

    va_start(options, s);
    swtpm_spawn(s, options);
    va_end(options);
    close(await_listener(s->path));
}

void swtpm_process_launch(SwtpmProcess *s, ...)
{
    va_list options;

    va_start(options, s);
    swtpm_spawn(s, options);
    va_end(options);
}

int swtpm_process_reap(SwtpmProcess *s)
{
    int status;

    g_assert_cmpint(waitpid(s->pid, &status, 0), ==, s->pid);
    s->pid = 0;
    return status;
}

void swtpm_process_kill(SwtpmProcess *s)
{
    kill(s->pid, SIGKILL);
    swtpm_process_reap(s);
}

void swtpm_process_tear_down(SwtpmProcess *s)
{
    GDir *dir;
    const char *name;

    if (s->pid) {
        swtpm_process_kill(s);
    }
    dir = g_dir_open(s->directory, 0, NULL);
    while ((name = g_dir_read_name(dir))) {
        char *path = g_build_filename(s->directory, name, NULL);

        g_remove(path);
        g_free(path);
    }
    g_dir_close(dir);
    g_rmdir(s->directory);
    g_free(s->option);
    g_free(s->path);
    g_free(s->directory);
}
