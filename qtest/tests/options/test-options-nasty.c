/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each option with each of a list of bad values: empty, huge, doubled, of another option.  A start
 * ends in order, with a machine or with one sentence.
 */
#include "hw-api/device/error.h"
#include "qtest/host/io/loop.h"
#include "qtest/host/options/option-table.h"
#include "qtest/host/program.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define HUGE_LENGTH 70000
#define SECONDS     20 /* a start that waits is killed */

enum { MADE_A_MACHINE, SAID_A_SENTENCE, SAID_NOTHING };

static const char *values[] = {
    "",
    "=",
    ",",
    ",,,,",
    "=,=",
    "on",
    "help",
    "x,help",
    "-1",
    "0",
    "99999999999999999999999999",
    "0x10",
    "1e99",
    "a=b=c,d",
    "id=",
    "id=a,id=a",
    "type=,id=a",
    "size=1,size=99999999999T",
    "{",
    "{}",
    "[]",
    "{'id': 'a', 'driver': {}}",
    "{\"qom-type\": \"secret\", \"id\": \"a\", \"data\": null}",
    "%n%s%n%s",
    "\xff\xfe\x80",
    "\x1b[31m\a",
    "unix:",
    "tcp:127.0.0.1:99999",
    "fd:-1",
    "chardev:",
    "file:/",
    "socket,id=a",
    "/",
    "/dev/null",
    "memory-backend-ram,id=a,size=1T,prealloc=off",
    "node,nodeid=0,cpus=0-99999999",
    NULL, /* a huge text */
};

/* The test judges the child's status alone. */
static void streams_close(void)
{
    int fd = open("/dev/null", O_RDWR);

    dup2(fd, STDIN_FILENO);
    dup2(fd, STDOUT_FILENO);
    dup2(fd, STDERR_FILENO);
}

static int start(const ObOptions *options)
{
    ObSystem system = { .loop = ob_loop_new() };
    HW_ERROR(error, 512);
    bool made = ob_system_init(&system, options, &error);

    ob_system_clear(&system);
    return made ? MADE_A_MACHINE : error.text[0] ? SAID_A_SENTENCE : SAID_NOTHING;
}

static void starts_in_order(const ObOptions *options, char **words)
{
    g_autofree char *line = g_strjoinv(" ", words);
    pid_t child = fork();
    int status;

    g_assert_cmpint(child, >=, 0);
    if (child == 0) {
        streams_close();
        alarm(SECONDS);
        _exit(start(options));
    }
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    if (!WIFEXITED(status) || WEXITSTATUS(status) > SAID_A_SENTENCE) {
        g_test_message("status 0x%x: %.300s", (unsigned)status, line);
        g_test_fail();
    }
}

/* Most values end here.  A machine takes much longer, so it is made only if `starts`. */
static void ends_in_order(char **words, bool starts)
{
    HW_ERROR(error, 512);
    ObOptions *options = ob_options_new((int)g_strv_length(words), words, &error);

    g_assert_true(!options == !!error.text[0]);
    if (options && options->show == OB_SHOW_NOTHING && starts) {
        starts_in_order(options, words);
    }
    ob_options_free(options);
}

/* Twice and once. */
static void try_value(const ObOptionRow *row, const char *value)
{
    g_autofree char *option = g_strconcat("-", row->name, NULL);
    const char *words[] = {
        "outboard-system-x86_64", "-nodefaults", option, value, option, value, NULL
    };

    ends_in_order((char **)words, false);
    words[4] = NULL;
    ends_in_order((char **)words, row->help && *row->help); /* else it has no effect */
}

static void test_values(gconstpointer opaque)
{
    const ObOptionRow *row = opaque;
    g_autofree char *huge = g_strnfill(HUGE_LENGTH, 'A');

    for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
        try_value(row, values[i] ? values[i] : huge);
    }
}

/* Some values name files, which are made where the test runs. */
static void directory_remove(const char *path)
{
    GDir *directory = g_dir_open(path, 0, NULL);
    const char *name;

    while ((name = g_dir_read_name(directory))) {
        g_autofree char *file = g_build_filename(path, name, NULL);
        g_unlink(file);
    }
    g_dir_close(directory);
    g_rmdir(path);
}

int main(int argc, char **argv)
{
    g_autofree char *directory = g_dir_make_tmp("options-XXXXXX", NULL);
    int result;

    g_test_init(&argc, &argv, NULL);
    g_assert_cmpint(chdir(directory), ==, 0);
    for (const ObOptionRow *row = ob_option_rows; row->name || row->help; row++) {
        if (row->name && row->argument) {
            g_autofree char *path = g_strconcat("/options/nasty/", row->name, NULL);
            g_test_add_data_func(path, row, test_values);
        }
    }
    result = g_test_run();
    directory_remove(directory);
    return result;
}
