/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Measures migration streams: devices' states in process, RAM through a pipe compared with cat,
 * and the memory of outboard-stream.
 *
 *   bench-stream [--json] SET OUTBOARD-STREAM
 */
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hw-api/host/run/state.h"
#include "qtest/bench/figures.h"
#include "qtest/machine/board.h"
#include "qtest/machine/state/load.h"
#include "qtest/machine/state/save.h"

enum { ROUNDS = 7, CYCLES = 200, PASS_PAGES = 4096 };

#define GIB (UINT64_C(1) << 30)

static ObHost *host_new(const char *set, uint64_t ram_size)
{
    const ObHostConfig config = { .architecture = "x86_64",
                                  .machine = "q35",
                                  .ram_size = ram_size };
    const ObOption crb = { "tpmdev", "tpm0" };
    HW_ERROR(error, 256);
    ObHost *host = ob_host_new(&config, &error);

    if (!host || !ob_host_load_plugins(host, set, &error) ||
        !hw_tpm_add(ob_host_tpms(host), "libtpms", "tpm0", NULL, 0, &error) ||
        !ob_host_add_device(host, "tpm-crb", &crb, 1, &error) ||
        !ob_host_add_device(host, "beacon", NULL, 0, &error)) {
        g_error("%s", error.text);
    }
    ob_host_poll(host);
    return host;
}

/* -------------------------------------------------------- states, in process */

static bool sink_append(void *opaque, const uint8_t *bytes, size_t size)
{
    g_byte_array_append(opaque, bytes, size);
    return true;
}

static void stream_save(ObHost *host, ObVmSink *sink, void *opaque)
{
    ObSave *save = ob_save_new(host, sink, opaque, NULL);

    g_assert_nonnull(save);
    while (!ob_save_pass(save, PASS_PAGES)) {}
    g_assert_true(ob_save_finish(save, "running", NULL));
    ob_save_free(save);
}

static void stream_load(ObHost *host, const GByteArray *stream)
{
    ObLoad *load = ob_load_new(host);

    if (!ob_load_feed(load, stream->data, stream->len) || !ob_load_finish(load)) {
        char why[512];

        ob_load_explain(load, why, sizeof(why));
        g_error("%s", why);
    }
    ob_load_free(load);
}

static void field_append(void *opaque, const HwStateField *field, const uint8_t *bytes)
{
    g_byte_array_append(opaque, bytes, field->size * field->count);
}

static void state_move(HwInstance *instance, GByteArray *bytes)
{
    const HwStateSink sink = { .field = field_append, .opaque = bytes };
    const HwState *state = hw_instance_state(instance);

    g_byte_array_set_size(bytes, 0);
    g_assert_true(hw_state_save(instance, &sink, NULL));
    g_assert_true(hw_state_load(instance, state->version, bytes->data, bytes->len, NULL));
}

static double devices_us(ObHost *host)
{
    GByteArray *bytes = g_byte_array_new();
    double taken[ROUNDS];

    for (guint round = 0; round < ROUNDS; round++) {
        gint64 begin = g_get_monotonic_time();
        HwInstance *instance;

        for (guint i = 0; i < CYCLES; i++) {
            for (guint j = 0; (instance = ob_host_device_at(host, j)); j++) {
                state_move(instance, bytes);
            }
        }
        taken[round] = 1e6 * seconds_since(begin) / CYCLES;
    }
    g_byte_array_unref(bytes);
    return median(taken, ROUNDS);
}

static void bench_states(const char *set)
{
    ObHost *host = host_new(set, 0);
    GByteArray *stream = g_byte_array_new();
    double taken[ROUNDS];

    figures_add("all devices' state saved and loaded", "us", devices_us(host), 0, 100, false);
    for (guint round = 0; round < ROUNDS; round++) {
        gint64 begin = g_get_monotonic_time();

        for (guint i = 0; i < CYCLES; i++) {
            g_byte_array_set_size(stream, 0);
            stream_save(host, sink_append, stream);
            stream_load(host, stream);
        }
        taken[round] = 1e6 * seconds_since(begin) / CYCLES;
    }
    figures_add("whole machine and TPM, through a stream", "us", median(taken, ROUNDS), 0, 0,
                false);
    g_byte_array_unref(stream);
    ob_host_free(host);
}

/* --------------------------------------------------------- RAM through a pipe */

/* Starts a child that reads a pipe, and returns the pipe's other end. */
static int child_start(const char *const *command, pid_t *pid)
{
    int ends[2];

    g_assert_cmpint(pipe(ends), ==, 0);
    *pid = fork();
    if (*pid == 0) {
        dup2(ends[0], STDIN_FILENO);
        close(ends[0]);
        close(ends[1]);
        if (!freopen("/dev/null", "w", stdout)) {
            _exit(127);
        }
        execvp(command[0], (char *const *)command);
        _exit(127);
    }
    close(ends[0]);
    return ends[1];
}

static struct rusage child_wait(pid_t pid)
{
    struct rusage usage;
    int status;

    g_assert_cmpint(wait4(pid, &status, 0, &usage), ==, pid);
    g_assert_cmpint(status, ==, 0);
    return usage;
}

static bool sink_write(void *opaque, const uint8_t *bytes, size_t size)
{
    int fd = *(int *)opaque;

    while (size > 0) {
        ssize_t written = write(fd, bytes, size);

        g_assert_cmpint(written, >, 0);
        bytes += written;
        size -= (size_t)written;
    }
    return true;
}

static const char *const cat[] = { "cat", NULL };

static double ram_seconds(ObHost *host)
{
    gint64 begin = g_get_monotonic_time();
    pid_t pid;
    int fd = child_start(cat, &pid);

    stream_save(host, sink_write, &fd);
    close(fd);
    child_wait(pid);
    return seconds_since(begin);
}

/* The time of cat with the same bytes, from a file in memory. */
static double cat_seconds(int file)
{
    gint64 begin = g_get_monotonic_time();
    pid_t reader, writer;
    int fd = child_start(cat, &reader);

    writer = fork();
    if (writer == 0) {
        lseek(file, 0, SEEK_SET);
        dup2(file, STDIN_FILENO);
        dup2(fd, STDOUT_FILENO);
        execlp("cat", "cat", NULL);
        _exit(127);
    }
    close(fd);
    child_wait(writer);
    child_wait(reader);
    return seconds_since(begin);
}

static int memory_file(void)
{
    int file = memfd_create("ram", 0);
    g_autofree char *piece = g_malloc(1 << 20);

    memset(piece, 0x5a, 1 << 20);
    for (guint i = 0; i < GIB >> 20; i++) {
        g_assert_cmpint(write(file, piece, 1 << 20), ==, 1 << 20);
    }
    return file;
}

static void bench_ram(ObHost *host)
{
    double own[ROUNDS], beside[ROUNDS];
    int file = memory_file();

    for (guint i = 0; i < ROUNDS; i++) {
        own[i] = GIB / 1e9 / ram_seconds(host);
        beside[i] = GIB / 1e9 / cat_seconds(file);
    }
    close(file);
    figures_add("1 GiB of RAM into a pipe", "GB/s", median(own, ROUNDS), median(beside, ROUNDS),
                0.8, true);
}

/* The time to save a machine that has written one page of its RAM. */
static double untouched_us(const char *set, uint64_t ram_size)
{
    ObHost *host = host_new(set, ram_size);
    GByteArray *stream = g_byte_array_new();
    double taken[ROUNDS];

    ob_host_store(host, HW_SPACE_MEMORY, 0x2000, 1, 4);
    for (guint round = 0; round < ROUNDS; round++) {
        gint64 begin = g_get_monotonic_time();

        g_byte_array_set_size(stream, 0);
        stream_save(host, sink_append, stream);
        taken[round] = 1e6 * seconds_since(begin);
    }
    g_byte_array_unref(stream);
    ob_host_free(host);
    return median(taken, ROUNDS);
}

static ObHost *host_with_ram(const char *set)
{
    ObHost *host = host_new(set, GIB);
    g_autofree uint8_t *piece = g_malloc(1 << 20);

    memset(piece, 0x5a, 1 << 20);
    for (guint i = 0; i < GIB >> 20; i++) {
        ob_host_write(host, (uint64_t)i << 20, piece, 1 << 20);
    }
    return host;
}

static void bench_streams(const char *set, const char *program)
{
    const char *const command[] = { program, "dump", "-", NULL };
    ObHost *host;
    pid_t pid;
    int fd;

    /* A child's peak counts its parent's memory until it runs its own program.  So start the
     * child while the parent is small. */
    fd = child_start(command, &pid);
    host = host_with_ram(set);
    stream_save(host, sink_write, &fd);
    close(fd);
    figures_add("peak memory, dump of 1 GiB", "MiB", child_wait(pid).ru_maxrss / 1024.0, 0, 16,
                false);
    bench_ram(host);
    ob_host_free(host);
}

int main(int argc, char **argv)
{
    gboolean json = argc > 1 && strcmp(argv[1], "--json") == 0;

    argv += json ? 2 : 1;
    if (!argv[0] || !argv[1]) {
        fprintf(stderr, "usage: bench-stream [--json] SET OUTBOARD-STREAM\n");
        return 1;
    }
    bench_states(argv[0]);
    figures_add("save, 16 GiB of RAM never touched", "us", untouched_us(argv[0], 16 * GIB),
                untouched_us(argv[0], 16 << 20), 0, false);
    bench_streams(argv[0], argv[1]);
    figures_print(json);
    return 0;
}
