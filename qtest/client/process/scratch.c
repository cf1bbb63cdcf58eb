/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/client/process/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * A test that fails aborts and can't clean up.  So a shell waits until a pipe closes, and then
 * removes the directory.  Only the process that made the directory has the pipe's other end.
 */
struct ObScratch {
    char *path;
    int alive; /* when it closes, also by death, the shell goes on */
    GPid shell;
};

static void shell_run(int pipe_end, const char *path)
{
    int null = open("/dev/null", O_WRONLY);

    setsid(); /* a signal to the test's group must not kill the shell */
    dup2(pipe_end, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
    execl("/bin/sh", "sh", "-c", "read -r end; rm -rf -- \"$0\"", path, (char *)NULL);
    _exit(127);
}

ObScratch *ob_scratch_new(void)
{
    ObScratch *scratch = g_new0(ObScratch, 1);
    int ends[2] = { -1, -1 };

    scratch->path = g_dir_make_tmp("outboard-XXXXXX", NULL);
    if (scratch->path && pipe2(ends, O_CLOEXEC) == 0) {
        scratch->shell = fork();
        if (scratch->shell == 0) {
            shell_run(ends[0], scratch->path);
        }
        close(ends[0]);
        scratch->alive = ends[1];
        if (scratch->shell != -1) {
            return scratch;
        }
        close(ends[1]);
    }
    if (scratch->path) {
        g_rmdir(scratch->path);
    }
    g_free(scratch->path);
    g_free(scratch);
    return NULL;
}

const char *ob_scratch_path(const ObScratch *scratch)
{
    return scratch->path;
}

void ob_scratch_free(ObScratch *scratch)
{
    if (!scratch) {
        return;
    }
    close(scratch->alive);
    while (waitpid(scratch->shell, NULL, 0) == -1 && errno == EINTR) {}
    g_free(scratch->path);
    g_free(scratch);
}
