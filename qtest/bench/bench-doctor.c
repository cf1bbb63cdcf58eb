/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Measures outboard-stream's filter and relay, compared with cat in their place, and a whole run of doctor on
 * the largest of QEMU's streams.
 *
 *   bench-doctor [--json] OUTBOARD-STREAM DIRECTORY-OF-STREAMS
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hw-api/device/vcpu-id.h"
#include "qtest/bench/figures.h"
#include "qtest/tests/lib/arm-streams.h"

enum {
    ROUNDS = 7,
    STARTS = 41,
    PAGES = 1 << 18,
    ZERO_PAGES = 64 << 20,
    VCPUS = 8,
    REGISTERS = 260
};

/* --------------------------------------------------------------------- children */

/* Starts a child, which gets `in` and `out`; they are closed here. */
static pid_t child_start(const char *const *command, int in, int out)
{
    pid_t pid = fork();

    if (pid == 0) {
        int errors = open("/dev/null", O_WRONLY | O_CLOEXEC);

        dup2(in, STDIN_FILENO);
        dup2(out, STDOUT_FILENO);
        dup2(errors, STDERR_FILENO);
        execvp(command[0], (char *const *)command);
        _exit(127);
    }
    close(in);
    close(out);
    return pid;
}

/* Returns the child's peak memory in KiB. */
static long child_wait(pid_t pid, int expected)
{
    struct rusage usage;
    int status;

    g_assert_cmpint(wait4(pid, &status, 0, &usage), ==, pid);
    g_assert_true(WIFEXITED(status));
    g_assert_cmpint(WEXITSTATUS(status), ==, expected);
    return usage.ru_maxrss;
}

static const char *const cat[] = { "cat", NULL };

typedef int PairFunction(int ends[2]);

static int pair_of_pipe(int ends[2])
{
    return pipe2(ends, O_CLOEXEC);
}

static int pair_of_sockets(int ends[2])
{
    return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends);
}

/* Times `cat FILE | command | cat >/dev/null`. */
static double pair_seconds(PairFunction *pair, int file, const char *const *command, long *peak)
{
    int from[2], to[2];
    gint64 begin;
    pid_t writer, middle, reader;

    g_assert_cmpint(pair(from), ==, 0);
    g_assert_cmpint(pair(to), ==, 0);
    lseek(file, 0, SEEK_SET);
    begin = g_get_monotonic_time();
    writer = child_start(cat, dup(file), from[1]);
    middle = child_start(command, from[0], to[1]);
    reader = child_start(cat, to[0], open("/dev/null", O_WRONLY | O_CLOEXEC));
    child_wait(writer, 0);
    *peak = child_wait(middle, 0);
    child_wait(reader, 0);
    return seconds_since(begin);
}

/* ----------------------------------------------------------------------- figures */

static bool sink_write(void *opaque, const uint8_t *bytes, size_t size)
{
    return write(*(int *)opaque, bytes, size) == (ssize_t)size;
}

/* Makes a stream with `more` registers that no guest has used, so that the filter may drop them. */
static int stream_file(uint32_t pages, uint32_t zero_pages, uint32_t more)
{
    ObCpuRegister registers[2 * REGISTERS];
    const ArmToy toy = { .registers = registers,
                         .count = REGISTERS + more,
                         .vcpus = VCPUS,
                         .pages = pages,
                         .zero_pages = zero_pages };
    int file = memfd_create("stream", MFD_CLOEXEC);
    ObVmWriter *writer = ob_vm_writer_new(sink_write, &file);

    for (uint32_t i = 0; i < toy.count; i++) {
        registers[i] = (ObCpuRegister) { HW_VCPU_ID(HW_VCPU_KIND_SYSREG, 0xc080 + i), 0 };
    }
    arm_toy_write(writer, &toy);
    ob_vm_writer_free(writer);
    return file;
}

static void bench_command(const char *name, PairFunction *pair, const char *program,
                          const char *verb, int file)
{
    int destination = stream_file(0, 0, 0);
    g_autofree char *path = g_strdup_printf("/proc/%d/fd/%d", getpid(), destination);
    g_autofree char *memory = g_strdup_printf("peak memory, %s", verb);
    const char *const relay[] = { program, "relay",     "--dest", path, "--listen",
                                  "fd:0",  "--connect", "fd:1",   NULL };
    const char *const filter[] = { program, "filter", "--dest", path, NULL };
    const char *const *command = g_str_equal(verb, "relay") ? relay : filter;
    double own[ROUNDS], beside[ROUNDS], gigabytes = (double)lseek(file, 0, SEEK_END) / 1e9;
    long peak, unused;

    for (guint i = 0; i < ROUNDS; i++) {
        own[i] = gigabytes / pair_seconds(pair, file, command, &peak);
        beside[i] = gigabytes / pair_seconds(pair, file, cat, &unused);
    }
    close(file);
    close(destination);
    figures_add(name, "GB/s", median(own, ROUNDS), median(beside, ROUNDS), 0.8, true);
    figures_add(memory, "MiB", (double)peak / 1024, 0, 8, false);
}

static void bench_doctor(const char *program, const char *directory)
{
    g_autofree char *stream = g_build_filename(directory, "arm-virt-7.2-max-7.2.bin", NULL);
    g_autofree char *to = g_build_filename(directory, "arm-virt-7.2-cortex-a57-10.0.bin", NULL);
    const char *const command[] = { program, "doctor", "--dest", to, stream, NULL };
    double taken[STARTS];

    for (guint i = 0; i < STARTS; i++) {
        gint64 begin = g_get_monotonic_time();

        child_wait(child_start(command, open("/dev/null", O_RDONLY | O_CLOEXEC),
                               open("/dev/null", O_WRONLY | O_CLOEXEC)),
                   1);
        taken[i] = 1e3 * seconds_since(begin);
    }
    figures_add("doctor, from start to end", "ms", median(taken, STARTS), 0, 20, false);
}

int main(int argc, char **argv)
{
    gboolean json = argc > 1 && strcmp(argv[1], "--json") == 0;

    argv += json ? 2 : 1;
    if (!argv[0] || !argv[1]) {
        fprintf(stderr, "usage: bench-doctor [--json] OUTBOARD-STREAM DIRECTORY-OF-STREAMS\n");
        return 1;
    }
    bench_doctor(argv[0], argv[1]);
    bench_command("1 GiB of RAM through the filter", pair_of_pipe, argv[0], "filter",
                  stream_file(PAGES, 0, 20));
    bench_command("256 GiB of zeros through the filter", pair_of_pipe, argv[0], "filter",
                  stream_file(0, ZERO_PAGES, 20));
    bench_command("1 GiB of RAM through the relay", pair_of_sockets, argv[0], "relay",
                  stream_file(PAGES, 0, 20));
    bench_command("256 GiB of zeros through the relay", pair_of_sockets, argv[0], "relay",
                  stream_file(0, ZERO_PAGES, 20));
    figures_print(json);
    return 0;
}
