/* SPDX-License-Identifier: GPL-2.0-or-later */
/* outboard-stream relay between two sockets whose other ends are this test. */
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "qtest/tests/lib/stream-files.h"
#include "qtest/tests/lib/await-listener.h"
#include "qtest/tests/lib/tool-run.h"

#define OPEN_RETURN_PATH "\x08\0\1\0\0"
#define PONG             "\0\2\0\4\0\0\0\1"
#define SHUT_FINE        "\0\1\0\4\0\0\0\0"
#define SHUT_REFUSED     "\0\1\0\4\0\0\0\1"
#define MESSAGE          8

typedef struct Fixture {
    char *directory, *own, *front;
    GByteArray *stream; /* with a return path */
    GSubprocess *relay;
    int source, destination; /* this test's ends */
} Fixture;

static void set_up(Fixture *f, gconstpointer unused)
{
    size_t ram;

    (void)unused;
    f->directory = run_directory_new();
    f->own = g_build_filename(f->directory, "own", NULL);
    f->front = g_build_filename(f->directory, "front", NULL);
    f->source = f->destination = -1;
    f->stream = stream_toy(true);
    g_assert_true(g_file_set_contents(f->own, (const char *)f->stream->data, f->stream->len, NULL));
    ram = stream_find(f->stream, 0, "\3ram", 4) - 5;
    g_byte_array_set_size(f->stream, f->stream->len + 5);
    memmove(f->stream->data + ram + 5, f->stream->data + ram, f->stream->len - ram - 5);
    memcpy(f->stream->data + ram, OPEN_RETURN_PATH, 5);
}

static void end_close(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
    }
    *fd = -1;
}

static void tear_down(Fixture *f, gconstpointer unused)
{
    (void)unused;
    end_close(&f->source);
    end_close(&f->destination);
    if (f->relay) {
        g_subprocess_force_exit(f->relay);
        g_subprocess_wait(f->relay, NULL, NULL);
        g_object_unref(f->relay);
    }
    g_byte_array_unref(f->stream);
    run_directory_remove(f->directory);
    g_free(f->own);
    g_free(f->front);
}

/* ------------------------------------------------------------------------ relay */

/* fd 3 and fd 4 of the relay are `front` and `back`; -1: none. */
static void relay_spawn(Fixture *f, const char *options, int front, int back)
{
    g_autoptr(GSubprocessLauncher)
        launcher = g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDERR_PIPE);
    g_autofree char *line = g_strdup_printf("%s relay --dest %s %s", g_getenv("OB_STREAM_TOOL"),
                                            f->own, options);
    g_auto(GStrv) argv = NULL;
    g_autoptr(GError) error = NULL;

    if (front >= 0) {
        g_subprocess_launcher_take_fd(launcher, front, 3);
    }
    if (back >= 0) {
        g_subprocess_launcher_take_fd(launcher, back, 4);
    }
    g_assert_true(g_shell_parse_argv(line, NULL, &argv, NULL));
    f->relay = g_subprocess_launcher_spawnv(launcher, (const char *const *)argv, &error);
    g_assert_no_error(error);
}

/* Both ends are pairs of sockets, as libvirt hands them over. */
static void relay_start(Fixture *f, const char *options)
{
    g_autofree char *all = g_strdup_printf("--listen fd:3 --connect fd:4 %s", options);
    int front[2], back[2];

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, front), ==, 0);
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, back), ==, 0);
    f->source = front[0];
    f->destination = back[0];
    relay_spawn(f, all, front[1], back[1]);
}

static void relay_ends(Fixture *f, int status, const char *says)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_true(g_subprocess_communicate_utf8(f->relay, NULL, NULL, NULL, &text, &error));
    g_assert_no_error(error);
    g_assert_true(g_subprocess_get_if_exited(f->relay));
    assert_has(text, says);
    g_assert_cmpint(g_subprocess_get_exit_status(f->relay), ==, status);
}

/* ------------------------------------------------------------------------- ends */

static void end_write(int fd, const void *bytes, size_t size)
{
    g_assert_cmpint(send(fd, bytes, size, MSG_NOSIGNAL), ==, (gssize)size);
}

static void end_expect(int fd, const void *bytes, size_t size)
{
    g_autofree uint8_t *got = g_malloc(size);

    g_assert_cmpint(recv(fd, got, size, MSG_WAITALL), ==, (gssize)size);
    g_assert_cmpmem(got, size, bytes, size);
}

/* Reads to the end, and returns the number of bytes. */
static size_t end_drain(int fd)
{
    uint8_t bytes[4096];
    ssize_t count;
    size_t size = 0;

    while ((count = read(fd, bytes, sizeof(bytes))) > 0) {
        size += (size_t)count;
    }
    return size;
}

static void stream_pass(Fixture *f)
{
    end_write(f->source, f->stream->data, f->stream->len);
    end_expect(f->destination, f->stream->data, f->stream->len);
}

/* ------------------------------------------------------------------------- tests */

static void test_passes(Fixture *f, gconstpointer unused)
{
    (void)unused;
    relay_start(f, "");
    stream_pass(f);
    end_write(f->destination, PONG SHUT_FINE, 2 * MESSAGE);
    end_expect(f->source, PONG SHUT_FINE, 2 * MESSAGE);
    end_close(&f->source);
    relay_ends(f, 0, "");
}

static void test_refused_by_destination(Fixture *f, gconstpointer unused)
{
    (void)unused;
    relay_start(f, "");
    stream_pass(f);
    end_write(f->destination, SHUT_REFUSED, MESSAGE);
    end_expect(f->source, SHUT_REFUSED, MESSAGE);
    end_close(&f->source);
    relay_ends(f, 1, "relay: the destination refused the stream");
}

static void test_destination_without_answer(Fixture *f, gconstpointer unused)
{
    (void)unused;
    relay_start(f, "");
    stream_pass(f);
    end_close(&f->destination);
    relay_ends(f, 1, "the destination ended without an answer after the whole stream");
    g_assert_cmpuint(end_drain(f->source), ==, MESSAGE);
}

static void test_destination_dies(Fixture *f, gconstpointer unused)
{
    (void)unused;
    relay_start(f, "");
    end_close(&f->destination);
    end_write(f->source, f->stream->data, f->stream->len / 2);
    relay_ends(f, 1, "relay: the destination closed the connection after ");
    g_assert_cmpuint(end_drain(f->source), ==, MESSAGE);
}

/* A destination without a way back, as a program that reads a pipe. */
static void test_pipe(Fixture *f, gconstpointer unused)
{
    int front[2], ends[2];

    (void)unused;
    g_byte_array_unref(f->stream);
    f->stream = stream_toy(true);
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, front), ==, 0);
    g_assert_cmpint(pipe2(ends, O_CLOEXEC), ==, 0);
    f->source = front[0];
    relay_spawn(f, "--listen fd:3 --connect fd:4", front[1], ends[1]);
    end_write(f->source, f->stream->data, f->stream->len);
    end_close(&f->source);
    g_assert_cmpuint(end_drain(ends[0]), ==, f->stream->len);
    close(ends[0]);
    relay_ends(f, 0, "warning: the source has capability 'return-path' off");
}

static void test_full_destination(Fixture *f, gconstpointer unused)
{
    int front[2];

    (void)unused;
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, front), ==, 0);
    f->source = front[0];
    relay_spawn(f, "--listen fd:3 --connect fd:4", front[1], open("/dev/full", O_WRONLY));
    end_write(f->source, f->stream->data, f->stream->len);
    relay_ends(f, 1,
               "relay: the destination closed the connection after 0 bytes: it has refused the "
               "stream, or ended; its log says why\n");
}

static void test_source_dies(Fixture *f, gconstpointer unused)
{
    (void)unused;
    relay_start(f, "");
    end_write(f->source, f->stream->data, f->stream->len / 2);
    end_close(&f->source);
    relay_ends(f, 1, "Input/output error: the stream ends here");
    g_assert_cmpuint(end_drain(f->destination), <, f->stream->len / 2 + 1);
}

static void test_garbage(Fixture *f, gconstpointer text)
{
    const char *multifd = "\x11\x22\x33\x44\0\0\0\1";
    bool is_multifd = text != NULL;

    relay_start(f, "");
    end_write(f->source, is_multifd ? multifd : "no stream at all", 8);
    if (is_multifd) {
        relay_ends(f, 1, "relay: the source has capability 'multifd' on, expected off");
    } else {
        relay_ends(f, 1, "relay: Not a migration stream");
    }
    g_assert_cmpuint(end_drain(f->destination), ==, 0);
}

/* The source hears of the refusal; the destination's stream ends before its devices. */
static void test_refused_section(Fixture *f, gconstpointer unused)
{
    size_t beta = stream_find(f->stream, 0, "\4beta", 5);

    (void)unused;
    relay_start(f, "");
    memcpy(f->stream->data + beta + 1, "gamm", 4);
    memcpy(f->stream->data + stream_find(f->stream, beta, "\"beta\"", 6), "\"gamm\"", 6);
    end_write(f->source, f->stream->data, f->stream->len);
    end_expect(f->source, SHUT_REFUSED, MESSAGE);
    relay_ends(f, 1, "not permitted: Unknown savevm section or instance 'gamm' 0");
    g_assert_cmpuint(end_drain(f->destination), <=, stream_find(f->stream, 0, "\5alpha", 6));
}

static void test_stall(Fixture *f, gconstpointer unused)
{
    (void)unused;
    relay_start(f, "--timeout 1");
    end_write(f->source, f->stream->data, f->stream->len / 2);
    relay_ends(f, 2, "relay: no byte moved for 1 s");
}

static void test_strict_needs_a_return_path(Fixture *f, gconstpointer unused)
{
    (void)unused;
    g_byte_array_unref(f->stream);
    f->stream = stream_toy(true);
    relay_start(f, "--strict");
    end_write(f->source, f->stream->data, f->stream->len);
    relay_ends(f, 1, "the source has capability 'return-path' off, expected on");
    g_assert_cmpuint(end_drain(f->destination), ==, 0);
}

static void test_without_a_return_path(Fixture *f, gconstpointer unused)
{
    (void)unused;
    g_byte_array_unref(f->stream);
    f->stream = stream_toy(true);
    relay_start(f, "");
    stream_pass(f);
    end_close(&f->source);
    g_assert_cmpuint(end_drain(f->destination), ==, 0);
    end_close(&f->destination);
    relay_ends(f, 0, "warning: the source has capability 'return-path' off");
}

/* ---------------------------------------------------------------------- sockets */

static int socket_listen(const char *path)
{
    struct sockaddr_un name = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    g_strlcpy(name.sun_path, path, sizeof(name.sun_path));
    g_assert_cmpint(bind(fd, (struct sockaddr *)&name, sizeof(name)), ==, 0);
    g_assert_cmpint(listen(fd, 1), ==, 0);
    return fd;
}

static void relay_listen(Fixture *f, const char *connect, const char *options)
{
    g_autofree char *all = g_strdup_printf("--listen unix:%s --connect %s %s", f->front, connect,
                                           options);

    relay_spawn(f, all, -1, -1);
}

static void test_unix_to_tcp(Fixture *f, gconstpointer unused)
{
    struct sockaddr_in name = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof(name);
    int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    g_autofree char *address = NULL;

    (void)unused;
    g_assert_cmpint(bind(server, (struct sockaddr *)&name, size), ==, 0);
    g_assert_cmpint(listen(server, 1), ==, 0);
    g_assert_cmpint(getsockname(server, (struct sockaddr *)&name, &size), ==, 0);
    address = g_strdup_printf("tcp:127.0.0.1:%u", ntohs(name.sin_port));
    relay_listen(f, address, "");
    f->source = await_listener(f->front);
    end_write(f->source, f->stream->data, f->stream->len);
    f->destination = accept4(server, NULL, NULL, SOCK_CLOEXEC);
    end_expect(f->destination, f->stream->data, f->stream->len);
    end_write(f->destination, SHUT_FINE, MESSAGE);
    end_close(&f->source);
    relay_ends(f, 0, "");
    g_assert_false(g_file_test(f->front, G_FILE_TEST_EXISTS));
    close(server);
}

static void test_second_connection(Fixture *f, gconstpointer unused)
{
    g_autofree char *address = g_strdup_printf("unix:%s/none", f->directory);
    int second;

    (void)unused;
    relay_listen(f, address, "");
    f->source = await_listener(f->front);
    second = await_listener(f->front);
    relay_ends(f, 1, "capability 'multifd' or 'postcopy-preempt' is on, expected off");
    g_assert_false(g_file_test(f->front, G_FILE_TEST_EXISTS));
    close(second);
}

static void test_no_destination(Fixture *f, gconstpointer unused)
{
    g_autofree char *address = g_strdup_printf("unix:%s/none", f->directory);

    (void)unused;
    relay_listen(f, address, "");
    f->source = await_listener(f->front);
    end_write(f->source, f->stream->data, f->stream->len);
    relay_ends(f, 2, "/none: can't connect: No such file or directory");
}

/* The port is taken, so that no other program gets it, but nobody listens. */
static void test_no_tcp_destination(Fixture *f, gconstpointer unused)
{
    struct sockaddr_in name = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof(name);
    int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    g_autofree char *address = NULL, *says = NULL;

    (void)unused;
    g_assert_cmpint(bind(server, (struct sockaddr *)&name, size), ==, 0);
    g_assert_cmpint(getsockname(server, (struct sockaddr *)&name, &size), ==, 0);
    address = g_strdup_printf("tcp:127.0.0.1:%u", ntohs(name.sin_port));
    says = g_strdup_printf("relay: %s: can't connect: Connection refused\n", address);
    relay_listen(f, address, "");
    f->source = await_listener(f->front);
    end_write(f->source, f->stream->data, f->stream->len);
    relay_ends(f, 2, says);
    close(server);
}

static void test_signal(Fixture *f, gconstpointer unused)
{
    (void)unused;
    relay_listen(f, "fd:0", "");
    f->source = await_listener(f->front);
    g_subprocess_send_signal(f->relay, SIGTERM);
    relay_ends(f, 2, "relay: ended by signal Terminated");
    g_assert_false(g_file_test(f->front, G_FILE_TEST_EXISTS));
}

/* The other server's socket stays. */
static void test_socket_in_use(Fixture *f, gconstpointer unused)
{
    int server = socket_listen(f->front);

    (void)unused;
    relay_listen(f, "fd:0", "");
    relay_ends(f, 2, "can't listen: Address already in use");
    g_assert_true(g_file_test(f->front, G_FILE_TEST_EXISTS));
    close(server);
}

#define TWENTY  "/none/67890123456789"
#define HUNDRED TWENTY TWENTY TWENTY TWENTY TWENTY

static const struct {
    const char *options, *says;
} wrong[] = {
    { "--connect unix:x", "relay: an address is missing, expected --listen ADDRESS" },
    { "--listen unix:x", "relay: an address is missing, expected --connect ADDRESS" },
    { "--listen x --connect unix:x",
      "invalid value 'x': expected unix:PATH, tcp:HOST:PORT or fd:NUMBER" },
    { "--listen fd:0 --connect tcp:x:", "invalid value 'tcp:x:': expected" },
    { "--listen tcp:127.0.0.1:no-such-service --connect unix:x",
      "tcp:127.0.0.1:no-such-service: can't be resolved: " },
    { "--listen fd:0 --connect fd:x", "invalid value 'fd:x': expected" },
    { "--listen fd:0 --connect fd:-1", "invalid value 'fd:-1': expected" },
    { "--listen fd:0 --connect unix:", "invalid value 'unix:': expected" },
    { "--listen fd:0 --connect tcp:host", "invalid value 'tcp:host': expected" },
    { "--listen fd:0 --connect tcp::1", "invalid value 'tcp::1': expected" },
    { "--listen fd:9 --connect unix:x", "relay: fd:9: can't be " },
    { "--listen fd:9 --connect unix:x", "used: Bad file descriptor\n" },
    { "--connect fd:0 --listen unix:" HUNDRED "12345678",
      ": the path has 108 characters, expected at most 107\n" },
    { "--connect fd:0 --listen unix:" HUNDRED "1234567", ": can't listen: No such file or " },
    { "--timeout 86401", "--timeout: invalid value '86401': expected 0 to 86400 seconds" },
    { "--timeout 86400", "relay: an address is missing, expected --listen ADDRESS" },
    { "--timeout -1", "--timeout: invalid value '-1': expected 0 to 86400 seconds" },
    { "--timeout no", "--timeout: invalid value 'no': expected 0 to 86400 seconds" },
};

static void test_wrong(Fixture *f, gconstpointer unused)
{
    (void)unused;
    for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
        relay_spawn(f, wrong[i].options, -1, -1);
        relay_ends(f, 2, wrong[i].says);
        g_clear_object(&f->relay);
    }
}

int main(int argc, char **argv)
{
    static const struct {
        const char *path;
        void (*test)(Fixture *f, gconstpointer data);
        const char *data;
    } tests[] = {
        { "stream-and-answers-pass", test_passes, NULL },
        { "refused-by-the-destination", test_refused_by_destination, NULL },
        { "destination-without-an-answer", test_destination_without_answer, NULL },
        { "destination-dies", test_destination_dies, NULL },
        { "destination-without-a-way-back", test_pipe, NULL },
        { "destination-is-full", test_full_destination, NULL },
        { "source-dies", test_source_dies, NULL },
        { "garbage-is-refused", test_garbage, NULL },
        { "multifd-is-named", test_garbage, "multifd" },
        { "refused-section-is-told-the-source", test_refused_section, NULL },
        { "stall-ends-it", test_stall, NULL },
        { "strict-needs-a-return-path", test_strict_needs_a_return_path, NULL },
        { "without-a-return-path", test_without_a_return_path, NULL },
        { "unix-to-tcp", test_unix_to_tcp, NULL },
        { "second-connection-is-refused", test_second_connection, NULL },
        { "no-destination", test_no_destination, NULL },
        { "no-tcp-destination", test_no_tcp_destination, NULL },
        { "signal-removes-the-socket", test_signal, NULL },
        { "socket-in-use", test_socket_in_use, NULL },
        { "wrong-addresses", test_wrong, NULL },
    };

    g_test_init(&argc, &argv, NULL);
    g_test_set_nonfatal_assertions();
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_autofree char *path = g_strdup_printf("/stream-relay/%s", tests[i].path);

        g_test_add(path, Fixture, tests[i].data, set_up, tests[i].test, tear_down);
    }
    return g_test_run();
}
