/* SPDX-License-Identifier: GPL-2.0-or-later */
/* outboard-stream reads a pipe to its end, and shows its progress on a terminal. */
#include <fcntl.h>
#include <glib.h>
#include <pty.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "qtest/stream/codec/writer.h"

/* The tool: the test writes its input, and reads its standard error from a terminal. */
typedef struct Piped {
    GPid pid;
    int input;
    int terminal;
} Piped;

static Piped piped_start(const char *command)
{
    const char *argv[] = { g_getenv("OB_STREAM_TOOL"), command, "-", NULL };
    int pipe_ends[2], ours, theirs;
    Piped piped;

    g_assert_cmpint(pipe2(pipe_ends, O_CLOEXEC), ==, 0);
    g_assert_cmpint(openpty(&ours, &theirs, NULL, NULL, NULL), ==, 0);
    g_assert_cmpint(fcntl(ours, F_SETFD, FD_CLOEXEC), ==, 0);
    piped = (Piped) { .input = pipe_ends[1], .terminal = ours };
    g_assert_true(g_spawn_async_with_fds(NULL, (char **)argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL,
                                         NULL, &piped.pid, pipe_ends[0],
                                         open("/dev/null", O_WRONLY | O_CLOEXEC), theirs, NULL));
    close(pipe_ends[0]);
    close(theirs);
    return piped;
}

/* Returns the terminal's text; the caller frees it. */
static char *piped_end(Piped *piped)
{
    GString *text = g_string_new(NULL);
    char part[256];
    int status;
    ssize_t count;

    close(piped->input);
    while ((count = read(piped->terminal, part, sizeof(part))) > 0) {
        g_string_append_len(text, part, count);
    }
    close(piped->terminal);
    g_assert_cmpint(waitpid(piped->pid, &status, 0), ==, piped->pid);
    g_assert_cmpint(status, ==, 0);
    return g_string_free(text, FALSE);
}

static bool sink_pipe(void *opaque, const uint8_t *bytes, size_t size)
{
    int fd = *(int *)opaque;
    ssize_t count = 0;

    for (; size > 0; bytes += count, size -= (size_t)count) {
        count = write(fd, bytes, size);
        if (count < 0) {
            return false;
        }
    }
    return true;
}

static void ram_write(int fd, uint64_t length)
{
    ObVmWriter *writer = ob_vm_writer_new(sink_pipe, &fd);
    const ObVmBlock block = { "ram", length };
    uint8_t page[4096];

    memset(page, 0x5a, sizeof(page));
    ob_vm_write_header(writer, "toy");
    ob_vm_write_ram_start(writer, &block, 1);
    ob_vm_write_ram_pass(writer, true);
    for (uint64_t at = 0; at < length; at += sizeof(page)) {
        ob_vm_write_ram_page(writer, 0, at, page);
    }
    ob_vm_write_ram_pass_end(writer);
    g_assert_true(ob_vm_write_end(writer, NULL, 0));
    ob_vm_writer_free(writer);
}

static void test_pipe_and_progress(void)
{
    Piped piped = piped_start("dump");
    g_autofree char *text = NULL;

    ram_write(piped.input, 80 << 20);
    text = piped_end(&piped);
    g_assert_true(g_str_has_prefix(text, "\r-: 64 MiB"));
    g_assert_true(g_str_has_suffix(text, "\r\033[K"));
}

static void test_small_stream_shows_no_progress(void)
{
    Piped piped = piped_start("dump");
    g_autofree char *text = NULL;

    ram_write(piped.input, 1 << 20);
    text = piped_end(&piped);
    g_assert_cmpstr(text, ==, "");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/stream-pipe/large-one-shows-progress", test_pipe_and_progress);
    g_test_add_func("/stream-pipe/small-one-shows-none", test_small_stream_shows_no_progress);
    return g_test_run();
}
