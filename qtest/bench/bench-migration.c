/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What migration costs in process: devices (without a TPM) saved and loaded, and RAM through a pipe
 * beside what `cat` moves through the same pipe.
 *
 *   bench-migration SET     text;  --json before the argument: JSON
 */
#include <fcntl.h>
#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "qtest/host/load.h"
#include "qtest/host/save.h"

enum { ROUNDS = 101, PIPE_ROUNDS = 7 };
#define RAM_BYTES (UINT64_C(256) << 20)

static ObHost *host_new(const char *set, uint64_t ram_size)
{
    const ObHostConfig config = { .architecture = "x86_64", .machine = "q35",
                                  .ram_size = ram_size };
    char sentence[256] = "";
    HwError error = { sentence, sizeof(sentence), 0 };
    ObHost *host = ob_host_new(&config, &error);

    if (!host || !ob_host_load_plugins(host, set, &error) ||
        !ob_host_add_device(host, "beacon", NULL, 0, &error)) {
        g_error("%s", sentence);
    }
    return host;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(double *values, size_t count)
{
    qsort(values, count, sizeof(*values), compare);
    return values[count / 2];
}

/* ----------------------------------------------------------------- devices */

static bool array_sink(void *opaque, const uint8_t *bytes, size_t size)
{
    g_byte_array_append(opaque, bytes, (guint)size);
    return true;
}

/* us */
static double devices_round(ObHost *from, ObHost *to)
{
    gint64 begin = g_get_monotonic_time();
    g_autoptr(GByteArray) stream = g_byte_array_new();
    ObSave *save = ob_save_new(from, array_sink, stream, NULL);
    ObLoad *load = ob_load_new(to);

    g_assert_true(ob_save_finish(save, "running", NULL));
    ob_save_free(save);
    ob_load_feed(load, stream->data, stream->len);
    g_assert_true(ob_load_finish(load));
    ob_load_free(load);
    return g_get_monotonic_time() - begin;
}

static double devices_measure(const char *set)
{
    ObHost *from = host_new(set, 0);
    ObHost *to = host_new(set, 0);
    double values[ROUNDS];

    for (int i = 0; i < ROUNDS; i++) {
        values[i] = devices_round(from, to);
    }
    ob_host_free(from);
    ob_host_free(to);
    return median(values, ROUNDS);
}

/* --------------------------------------------------------------------- RAM */

/* A child that reads all of a pipe; the pipe's end to write to. */
static int reader_start(GPid *child)
{
    int fds[2];

    if (pipe2(fds, O_CLOEXEC) < 0) {
        g_error("no pipe");
    }
    *child = fork();
    if (*child == 0) {
        dup2(fds[0], STDIN_FILENO);
        if (freopen("/dev/null", "w", stdout)) {
            execlp("cat", "cat", (char *)NULL);
        }
        _exit(127);
    }
    close(fds[0]);
    return fds[1];
}

static bool fd_sink(void *opaque, const uint8_t *bytes, size_t size)
{
    int fd = *(int *)opaque;

    for (ssize_t n; size > 0; bytes += n, size -= (size_t)n) {
        n = write(fd, bytes, size);
        if (n < 0) {
            return false;
        }
    }
    return true;
}

/* bytes a second */
static double ram_send(ObHost *host)
{
    GPid child;
    int fd = reader_start(&child);
    gint64 begin = g_get_monotonic_time();
    ObSave *save = ob_save_new(host, fd_sink, &fd, NULL);

    while (!ob_save_pass(save, 64)) {
    }
    g_assert_true(ob_save_finish(save, "running", NULL));
    ob_save_free(save);
    close(fd);
    waitpid(child, NULL, 0);
    return RAM_BYTES * 1e6 / (g_get_monotonic_time() - begin);
}

/* The same bytes from a file in memory. */
static double cat_send(int file)
{
    GPid child, writer;
    int fd = reader_start(&child);
    gint64 begin = g_get_monotonic_time();

    lseek(file, 0, SEEK_SET);
    writer = fork();
    if (writer == 0) {
        dup2(file, STDIN_FILENO);
        dup2(fd, STDOUT_FILENO);
        execlp("cat", "cat", (char *)NULL);
        _exit(127);
    }
    close(fd);
    waitpid(writer, NULL, 0);
    waitpid(child, NULL, 0);
    return RAM_BYTES * 1e6 / (g_get_monotonic_time() - begin);
}

/* In turns, so that both see the same machine. */
static void ram_measure(const char *set, double *ours, double *cat)
{
    ObHost *host = host_new(set, 2 * RAM_BYTES);
    g_autofree uint8_t *bytes = g_malloc(1 << 20);
    double values[2][PIPE_ROUNDS];
    int file = memfd_create("bench", MFD_CLOEXEC);

    memset(bytes, 0x5a, 1 << 20);
    for (uint64_t at = 0; at < RAM_BYTES; at += 1 << 20) {
        ob_host_write(host, at, bytes, 1 << 20);
        g_assert_cmpint(write(file, bytes, 1 << 20), ==, 1 << 20);
    }
    for (int i = 0; i < PIPE_ROUNDS; i++) {
        values[0][i] = ram_send(host);
        values[1][i] = cat_send(file);
    }
    *ours = median(values[0], PIPE_ROUNDS);
    *cat = median(values[1], PIPE_ROUNDS);
    close(file);
    ob_host_free(host);
}

int main(int argc, char **argv)
{
    bool as_json = argc > 1 && !strcmp(argv[1], "--json");
    const char *set = argv[as_json ? 2 : 1];
    double devices, ours, cat;

    if (!set) {
        fprintf(stderr, "usage: %s [--json] SET\n", argv[0]);
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    devices = devices_measure(set);
    ram_measure(set, &ours, &cat);
    if (as_json) {
        printf("{\"devices_us\": %.1f, \"ram_bytes_per_s\": %.0f, \"cat_bytes_per_s\": %.0f}\n",
               devices, ours, cat);
        return 0;
    }
    printf("devices saved and loaded          %8.1f us   (target <= 100 us)\n", devices);
    printf("RAM through a pipe                %8.2f GB/s, cat %.2f GB/s, %.0f %% "
           "(target >= 80 %%)\n",
           ours / 1e9, cat / 1e9, 100 * ours / cat);
    return 0;
}
