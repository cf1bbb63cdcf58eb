/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A client leaves no file and no descriptor behind: programs are started in an empty folder. */
#include "qtest/client/client.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "qtest/client/process/scratch.h"

static uint32_t entries_of(const char *path)
{
    GDir *directory = g_dir_open(path, 0, NULL);
    uint32_t count = 0;

    g_assert_nonnull(directory);
    while (g_dir_read_name(directory)) {
        count++;
    }
    g_dir_close(directory);
    return count;
}

#define DESCRIPTORS "/proc/self/fd"
#define LONG_FOLDER "OB_LONG_FOLDER"

static void test_start(void)
{
    HW_ERROR(error, 4096);
    ObStart start = { .program = g_getenv("OB_PROGRAM"), .arguments = "-machine q35" };
    uint32_t descriptors = entries_of(DESCRIPTORS);
    ObClient *c = ob_client_start(&start, &error);

    g_assert_cmpstr(error.text, ==, "");
    g_assert_cmpuint(entries_of(g_get_tmp_dir()), ==, 0);
    ob_client_quit(c);
    g_assert_cmpuint(entries_of(DESCRIPTORS), ==, descriptors);
}

/* The program would have found code for its CPU in the folder. */
static void test_refused_start(void)
{
    HW_ERROR(error, 4096);
    ObStart start = { .program = "sh -c 'exit 3'", .accelerator = "tcg", .halts = true };
    uint32_t descriptors = entries_of(DESCRIPTORS);

    g_assert_null(ob_client_start(&start, &error));
    g_assert_cmpuint(entries_of(g_get_tmp_dir()), ==, 0);
    g_assert_cmpuint(entries_of(DESCRIPTORS), ==, descriptors);
}

/* The folder exists before the pipe that shall outlive this process. */
static void test_no_descriptors(void)
{
    struct rlimit before, none;
    int lowest = dup(STDIN_FILENO);

    close(lowest);
    g_assert_cmpint(getrlimit(RLIMIT_NOFILE, &before), ==, 0);
    none = before;
    none.rlim_cur = (rlim_t)lowest;
    g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &none), ==, 0);
    g_assert_null(ob_scratch_new());
    g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &before), ==, 0);
    g_assert_cmpuint(entries_of(g_get_tmp_dir()), ==, 0);
}

/* The path of a socket has at most 107 bytes.  GLib asks for TMPDIR once, so a process of its own
 * has the long one. */
static void test_long_folder(void)
{
    HW_ERROR(error, 4096);
    ObStart start = { .program = g_getenv("OB_PROGRAM"), .arguments = "-machine q35" };

    if (g_test_subprocess()) {
        g_assert_null(ob_client_start(&start, &error));
        g_assert_true(
            g_str_has_suffix(error.text, "/qtest.sock: can't listen: File name too long"));
        g_assert_cmpuint(entries_of(g_get_tmp_dir()), ==, 0);
        return;
    }
    g_setenv(LONG_FOLDER, "yes", true);
    g_test_trap_subprocess(NULL, 0, 0);
    g_unsetenv(LONG_FOLDER);
    g_test_trap_assert_passed();
}

int main(int argc, char **argv)
{
    char folder[] = "/tmp/outboard-remains-XXXXXX";
    g_autofree char *name = g_strnfill(g_getenv(LONG_FOLDER) ? 100 : 1, 'f'), *inner = NULL;
    int status;

    g_assert_nonnull(mkdtemp(folder));
    inner = g_build_filename(folder, name, NULL);
    g_assert_cmpint(g_mkdir(inner, 0700), ==, 0);
    g_setenv("TMPDIR", inner, true);
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/client-remains/nothing-while-the-program-runs", test_start);
    g_test_add_func("/client-remains/nothing-after-a-refused-start", test_refused_start);
    g_test_add_func("/client-remains/nothing-in-a-folder-with-a-long-name", test_long_folder);
    g_test_add_func("/client-remains/nothing-without-a-free-descriptor", test_no_descriptors);
    status = g_test_run();
    g_rmdir(inner);
    g_rmdir(folder);
    return status;
}
