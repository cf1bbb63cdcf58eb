/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/lib/tool-run.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

void run_clear(Run *run)
{
    g_free(run->out);
    g_free(run->err);
}

char *run_directory_new(void)
{
    return g_dir_make_tmp("outboard-stream-XXXXXX", NULL);
}

void run_directory_remove(char *directory)
{
    g_autoptr(GDir) dir = g_dir_open(directory, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *path = g_build_filename(directory, name, NULL);

        g_unlink(path);
    }
    g_rmdir(directory);
    g_free(directory);
}

/* Copies the bytes and adds a 0 behind them; `bytes` may be NULL. */
static char *bytes_copy(GBytes *bytes, gsize *size)
{
    gsize length = 0;
    const char *data = bytes ? g_bytes_get_data(bytes, &length) : NULL;
    char *copy = g_malloc(length + 1);

    if (length) {
        memcpy(copy, data, length);
    }
    copy[length] = 0;
    if (size) {
        *size = length;
    }
    return copy;
}

/* Writes the input to a file, because a program that refuses early does not read all of a pipe.
 * The caller frees the path. */
static char *input_write(const GByteArray *input)
{
    g_autoptr(GError) error = NULL;
    char *path = NULL;
    int fd = g_file_open_tmp("ob-XXXXXX", &path, &error);

    g_assert_no_error(error);
    g_assert_true(g_file_set_contents(path, (const char *)input->data, input->len, NULL));
    g_close(fd, NULL);
    return path;
}

void run_tool(Run *run, const GByteArray *input, const char *const *arguments)
{
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(
        G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
    g_autoptr(GSubprocess) process = NULL;
    g_autofree char *path = input ? input_write(input) : NULL;
    g_autoptr(GBytes) out = NULL, err = NULL;
    g_autoptr(GError) error = NULL;

    g_ptr_array_add(argv, (char *)g_getenv("OB_STREAM_TOOL"));
    for (; *arguments; arguments++) {
        g_ptr_array_add(argv, (char *)*arguments);
    }
    g_ptr_array_add(argv, NULL);
    g_subprocess_launcher_set_stdin_file_path(launcher, path ? path : "/dev/null");
    process = g_subprocess_launcher_spawnv(launcher, (const char *const *)argv->pdata, &error);
    g_assert_no_error(error);
    g_subprocess_communicate(process, NULL, NULL, &out, &err, &error);
    g_assert_no_error(error);
    if (path) {
        g_unlink(path);
    }
    g_assert_true(g_subprocess_wait(process, NULL, NULL));
    g_assert_true(g_subprocess_get_if_exited(process));
    run->out = bytes_copy(out, &run->out_size);
    run->err = bytes_copy(err, NULL);
    run->status = g_subprocess_get_exit_status(process);
}

void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part)) {
        g_test_message("expected \"%s\" in:\n%s", part, text);
        g_test_fail();
    }
}

char *qemu_path(const char *name)
{
    return g_strdup_printf("%s/%s.bin", g_getenv("OB_STREAMS"), name);
}
