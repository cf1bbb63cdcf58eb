/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/stream/stock-machine.h"

#include <gio/gio.h>
#include <stdlib.h>
#include <string.h>

#define DEADLINE_US (60 * G_TIME_SPAN_SECOND)

char *stock_command(const StockMachine *machine)
{
    g_autofree char *program = qemu_release_program(machine->release, "aarch64");

    return g_strdup_printf("%s -M virt-7.2,gic-version=%u%s%s -cpu %s -smp %u -m 1M -accel tcg -S "
                           "-nodefaults -net none -display none%s%s",
                           program, machine->gic,
                           machine->gic == 3 && !machine->its ? ",its=off" : "",
                           machine->board ? machine->board : "", machine->cpu,
                           MAX(machine->vcpus, 1), machine->more ? " " : "",
                           machine->more ? machine->more : "");
}

/* ---------------------------------------------------------------------- models */

static char *models_ask(const QemuRelease *release)
{
    g_autofree char *program = qemu_release_program(release, "aarch64");
    g_autofree char *command = g_strdup_printf("%s -M virt -cpu help", program);
    g_autoptr(GError) error = NULL;
    char *out = NULL;

    g_spawn_command_line_sync(command, &out, NULL, NULL, &error);
    g_assert_no_error(error);
    return out;
}

bool stock_has_cpu(const QemuRelease *release, const char *cpu)
{
    static GHashTable *models; /* the lists of the releases */
    g_autofree char *name = g_strndup(cpu, strcspn(cpu, ","));
    g_autofree char *pattern = g_strdup_printf("(?m)^ *%s *$", name);

    if (!models) {
        models = g_hash_table_new(g_str_hash, g_str_equal);
    }
    if (!g_hash_table_contains(models, release->name)) {
        g_hash_table_insert(models, release->name, models_ask(release));
    }
    return g_regex_match_simple(pattern, g_hash_table_lookup(models, release->name), 0, 0);
}

/* ---------------------------------------------------------------------- saving */

char *stock_stream(const StockMachine *machine, const char *directory)
{
    g_autofree char *command = stock_command(machine);
    g_autofree char *name = g_strdup_printf("%08x.bin", g_str_hash(command));
    char *path = g_build_filename(directory, name, NULL);
    g_autofree char *line = g_strdup_printf(
        "printf 'migrate \"exec:cat >%s\"\\nquit\\n' | %s -monitor stdio >/dev/null 2>%s/why", path,
        command, directory);

    if (!g_file_test(path, G_FILE_TEST_EXISTS) && system(line) != 0) {
        g_error("%s: failed", line);
    }
    return path;
}

/* --------------------------------------------------------------------- loading */

static GSubprocess *loader_start(const StockMachine *machine, const char *stream,
                                 const char *directory)
{
    g_autofree char *command = stock_command(machine);
    g_autofree char *line = g_strdup_printf("exec %s -qmp stdio -incoming 'exec:cat %s' 2>%s/why",
                                            command, stream, directory);
    g_autoptr(GError) error = NULL;
    GSubprocess *qemu = g_subprocess_new(G_SUBPROCESS_FLAGS_STDIN_PIPE |
                                             G_SUBPROCESS_FLAGS_STDOUT_PIPE,
                                         &error, "sh", "-c", line, NULL);

    g_assert_no_error(error);
    return qemu;
}

/* The next answer or event; NULL: QEMU has ended. */
static char *line_ask(GSubprocess *qemu, GDataInputStream *answers, const char *question)
{
    g_output_stream_write_all(g_subprocess_get_stdin_pipe(qemu), question, strlen(question), NULL,
                              NULL, NULL);
    return g_data_input_stream_read_line(answers, NULL, NULL, NULL);
}

static bool status_is_loaded(const char *line)
{
    return strstr(line, "\"status\": \"prelaunch\"") || strstr(line, "\"status\": \"paused\"");
}

static bool loader_await(GSubprocess *qemu)
{
    g_autoptr(GDataInputStream)
        answers = g_data_input_stream_new(g_subprocess_get_stdout_pipe(qemu));
    gint64 deadline = g_get_monotonic_time() + DEADLINE_US;
    char *line = line_ask(qemu, answers, "{'execute': 'qmp_capabilities'}\n");
    bool loaded = false;

    while (line && !loaded) {
        g_assert_cmpint(g_get_monotonic_time(), <, deadline);
        g_free(line);
        g_usleep(2000);
        line = line_ask(qemu, answers, "{'execute': 'query-status'}\n");
        loaded = line && status_is_loaded(line);
    }
    g_free(line);
    return loaded;
}

bool stock_loads(const StockMachine *machine, const char *stream, const char *directory, char **why)
{
    g_autoptr(GSubprocess) qemu = loader_start(machine, stream, directory);
    g_autofree char *path = g_build_filename(directory, "why", NULL);
    bool loaded = loader_await(qemu);

    if (loaded) {
        g_subprocess_force_exit(qemu);
    }
    g_subprocess_wait(qemu, NULL, NULL);
    *why = NULL;
    g_assert_true(g_file_get_contents(path, why, NULL, NULL));
    return loaded;
}
