/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Endpoints on sockets, and streams on pipes. */
#include "qtest/host/io/endpoint.h"
#include "qtest/host/io/peer.h"

#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "qtest/tests/host/socket-parsed.h"

#define MS    INT64_C(1000000)
#define LIMIT (10000 * MS) /* time limit for an expected event; never reached */

/* ---------------------------------------------------------------- endpoints */

static HW_ERROR(error, 256);

typedef struct Peer {
    ObEndpoint *endpoint;
    GString *input;
    uint32_t opened;
    uint32_t closed;
    uint32_t drained;
    bool echo;
    bool closes_on_input;
} Peer;

typedef struct Fixture {
    ObLoop *loop;
    char *directory;
    char *path;
    ObSocketAddress server_address;
    ObSocketAddress client_address;
    Peer server;
    Peer client;
} Fixture;

static void peer_opened(void *opaque)
{
    ((Peer *)opaque)->opened++;
}

static void peer_input(void *opaque, const char *bytes, size_t count)
{
    Peer *peer = opaque;

    g_string_append_len(peer->input, bytes, count);
    if (peer->echo) {
        ob_endpoint_send(peer->endpoint, bytes, count);
    }
    if (peer->closes_on_input) {
        ob_endpoint_close(peer->endpoint);
        peer->endpoint = NULL;
    }
}

static void peer_drained(void *opaque)
{
    ((Peer *)opaque)->drained++;
}

static void peer_closed(void *opaque)
{
    ((Peer *)opaque)->closed++;
}

/* clang-format off */
static const ObEndpointHandler peer_handler = {
    peer_opened, peer_input, peer_drained, peer_closed,
};
/* clang-format on */

static void fixture_set_up(Fixture *f, gconstpointer data)
{
    char *text;

    (void)data;
    f->loop = ob_loop_new();
    f->directory = g_dir_make_tmp("test-socket-XXXXXX", NULL);
    f->path = g_build_filename(f->directory, "s", NULL);
    text = g_strdup_printf("unix:%s", f->path);
    f->client_address = f->server_address = socket_parsed(text);
    f->server_address.server = true;
    f->server.input = g_string_new(NULL);
    f->client.input = g_string_new(NULL);
    g_free(text);
}

static void fixture_tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    ob_endpoint_close(f->client.endpoint);
    ob_endpoint_close(f->server.endpoint);
    ob_loop_free(f->loop);
    g_string_free(f->server.input, true);
    g_string_free(f->client.input, true);
    g_unlink(f->path);
    g_assert_cmpint(g_rmdir(f->directory), ==, 0);
    g_free(f->directory);
    g_free(f->path);
}

static void peer_open(Fixture *f, Peer *peer, const ObSocketAddress *address)
{
    error.text[0] = '\0';
    peer->endpoint = ob_endpoint_open(f->loop, address, &peer_handler, peer, &error);
    g_assert_cmpstr(error.text, ==, "");
    g_assert_nonnull(peer->endpoint);
}

#define WAIT_UNTIL(f, condition)                                                  \
    for (int64_t until_ = g_get_monotonic_time() + LIMIT / 1000; !(condition);) { \
        g_assert_cmpint(g_get_monotonic_time(), <, until_);                       \
        ob_loop_iterate((f)->loop, LIMIT);                                        \
    }

static void pair_open(Fixture *f)
{
    peer_open(f, &f->server, &f->server_address);
    peer_open(f, &f->client, &f->client_address);
    WAIT_UNTIL(f, f->server.opened && f->client.opened);
}

static void test_both_ways(Fixture *f, gconstpointer data)
{
    (void)data;
    f->server.echo = true;
    pair_open(f);
    g_assert_true(ob_endpoint_send(f->client.endpoint, "hello", 5));
    WAIT_UNTIL(f, f->client.input->len == 5);
    g_assert_cmpstr(f->client.input->str, ==, "hello");
}

static void test_tcp(Fixture *f, gconstpointer data)
{
    (void)data;
    f->server_address = socket_parsed("tcp:127.0.0.1:0,server=on");
    f->client_address = socket_parsed("tcp:localhost:1");
    peer_open(f, &f->server, &f->server_address);
    f->client_address.port = ob_endpoint_port(f->server.endpoint);
    peer_open(f, &f->client, &f->client_address);
    WAIT_UNTIL(f, f->server.opened && f->client.opened);
    ob_endpoint_send(f->client.endpoint, "hello", 5);
    WAIT_UNTIL(f, f->server.input->len == 5);
}

static void test_wait(Fixture *f, gconstpointer data)
{
    (void)data;
    peer_open(f, &f->server, &f->server_address);
    peer_open(f, &f->client, &f->client_address);
    ob_endpoint_wait(f->server.endpoint);
    g_assert_cmpuint(f->server.opened, ==, 1);
}

static void test_wait_quit(Fixture *f, gconstpointer data)
{
    (void)data;
    peer_open(f, &f->server, &f->server_address);
    ob_loop_quit(f->loop);
    ob_endpoint_wait(f->server.endpoint);
    g_assert_cmpuint(f->server.opened, ==, 0);
}

static void test_next_peer(Fixture *f, gconstpointer data)
{
    (void)data;
    pair_open(f);
    ob_endpoint_close(f->client.endpoint);
    WAIT_UNTIL(f, f->server.closed);
    g_assert_false(ob_endpoint_has_peer(f->server.endpoint));
    peer_open(f, &f->client, &f->client_address);
    WAIT_UNTIL(f, f->server.opened == 2);
}

static void test_one_at_a_time(Fixture *f, gconstpointer data)
{
    int second;

    (void)data;
    pair_open(f);
    second = ob_socket_connect(&f->client_address, 0, &error);
    g_assert_cmpint(second, >=, 0);
    while (ob_loop_iterate(f->loop, 0)) {
        ;
    }
    g_assert_cmpuint(f->server.opened, ==, 1);
    ob_endpoint_close(f->client.endpoint);
    f->client.endpoint = NULL;
    WAIT_UNTIL(f, f->server.opened == 2);
    close(second);
}

static void test_file_removed(Fixture *f, gconstpointer data)
{
    (void)data;
    peer_open(f, &f->server, &f->server_address);
    g_assert_true(g_file_test(f->path, G_FILE_TEST_EXISTS));
    ob_endpoint_close(f->server.endpoint);
    f->server.endpoint = NULL;
    g_assert_false(g_file_test(f->path, G_FILE_TEST_EXISTS));
}

static void test_private_file(Fixture *f, gconstpointer data)
{
    mode_t before = umask(0);
    int listener = ob_socket_listen(&f->server_address, &error);
    struct stat file;

    (void)data;
    umask(before);
    g_assert_cmpint(listener, >=, 0);
    g_assert_cmpint(stat(f->path, &file), ==, 0);
    g_assert_cmpint(file.st_mode & 0777, ==, 0700);
    close(listener);
}

static void test_stale_file(Fixture *f, gconstpointer data)
{
    int listener = ob_socket_listen(&f->server_address, &error);

    (void)data;
    g_assert_cmpint(listener, >=, 0);
    close(listener);
    peer_open(f, &f->server, &f->server_address);
}

static void test_address_in_use(Fixture *f, gconstpointer data)
{
    char *sentence = g_strdup_printf("unix:%s: can't listen: Address already in use", f->path);

    (void)data;
    peer_open(f, &f->server, &f->server_address);
    g_assert_null(ob_endpoint_open(f->loop, &f->server_address, &peer_handler, NULL, &error));
    g_assert_cmpstr(error.text, ==, sentence);
    g_assert_true(g_file_test(f->path, G_FILE_TEST_EXISTS));
    g_free(sentence);
}

static void test_plain_file_kept(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_true(g_file_set_contents(f->path, "mine", -1, NULL));
    g_assert_null(ob_endpoint_open(f->loop, &f->server_address, &peer_handler, NULL, &error));
    g_assert_true(g_file_test(f->path, G_FILE_TEST_IS_REGULAR));
}

/* mkstemp() makes it, to have the name. */
static void test_empty_file_replaced(Fixture *f, gconstpointer data)
{
    ObEndpoint *server;

    (void)data;
    g_assert_true(g_file_set_contents(f->path, "", 0, NULL));
    server = ob_endpoint_open(f->loop, &f->server_address, &peer_handler, NULL, &error);
    g_assert_nonnull(server);
    g_assert_false(g_file_test(f->path, G_FILE_TEST_IS_REGULAR));
    ob_endpoint_close(server);
}

static void test_nobody_there(Fixture *f, gconstpointer data)
{
    char *sentence = g_strdup_printf("unix:%s: can't connect: No such file or directory", f->path);

    (void)data;
    g_assert_null(ob_endpoint_open(f->loop, &f->client_address, &peer_handler, NULL, &error));
    g_assert_cmpstr(error.text, ==, sentence);
    g_free(sentence);
}

static void test_reconnect(Fixture *f, gconstpointer data)
{
    (void)data;
    f->client_address.reconnect = 1; /* ms */
    peer_open(f, &f->client, &f->client_address);
    ob_loop_iterate(f->loop, LIMIT);
    g_assert_false(ob_endpoint_has_peer(f->client.endpoint));
    peer_open(f, &f->server, &f->server_address);
    WAIT_UNTIL(f, f->client.opened && f->server.opened);
}

static void test_closes_in_callback(Fixture *f, gconstpointer data)
{
    (void)data;
    f->server.closes_on_input = true;
    pair_open(f);
    ob_endpoint_send(f->client.endpoint, "bye", 3);
    WAIT_UNTIL(f, f->client.closed);
    g_assert_null(f->server.endpoint);
}

/* A client that shuts down its half after sending still gets its answers. */
static void test_half_close(Fixture *f, gconstpointer data)
{
    char text[8] = "";
    int fd;

    (void)data;
    f->server.echo = true;
    peer_open(f, &f->server, &f->server_address);
    fd = ob_socket_connect(&f->client_address, 0, &error);
    g_assert_cmpint(send(fd, "last", 4, 0), ==, 4);
    shutdown(fd, SHUT_WR);
    WAIT_UNTIL(f, f->server.closed);
    g_assert_cmpint(recv(fd, text, sizeof(text), 0), ==, 4);
    g_assert_cmpstr(text, ==, "last");
    close(fd);
}

/* The input is larger than one read, and no later event announces the rest. */
static void test_large_input(Fixture *f, gconstpointer data)
{
    static char block[400 * 1024];
    ssize_t sent;
    int fd;

    (void)data;
    peer_open(f, &f->server, &f->server_address);
    fd = ob_socket_connect(&f->client_address, 0, &error);
    WAIT_UNTIL(f, f->server.opened);
    sent = send(fd, block, sizeof(block), MSG_DONTWAIT);
    g_assert_cmpint(sent, >, 256 * 1024);
    WAIT_UNTIL(f, f->server.input->len == (gsize)sent);
    close(fd);
}

/* ------------------------------------------------------------- flow control */

static size_t at_least_0(ssize_t count)
{
    return count < 0 ? 0 : count;
}

static void test_paused(Fixture *f, gconstpointer data)
{
    size_t size = 4 * 1024 * 1024;
    char *block = g_malloc0(size);
    size_t before;
    int fd;

    (void)data;
    peer_open(f, &f->server, &f->server_address);
    fd = ob_socket_connect(&f->client_address, 0, &error);
    WAIT_UNTIL(f, f->server.opened);
    g_assert_false(ob_endpoint_send(f->server.endpoint, block, size));
    g_assert_cmpint(send(fd, "more", 4, 0), ==, 4);
    while (ob_loop_iterate(f->loop, 0)) {
        ;
    }
    before = f->server.input->len;
    for (size_t got = 0; got < size; ob_loop_iterate(f->loop, 0)) {
        got += at_least_0(recv(fd, block, size, MSG_DONTWAIT));
    }
    WAIT_UNTIL(f, f->server.input->len == 4);
    g_assert_cmpuint(before, ==, 0);
    g_assert_cmpuint(f->server.drained, ==, 1);
    close(fd);
    g_free(block);
}

static void test_limit(Fixture *f, gconstpointer data)
{
    size_t size = OB_STREAM_LIMIT / 4;
    char *block = g_malloc0(size);
    int fd;

    (void)data;
    peer_open(f, &f->server, &f->server_address);
    fd = ob_socket_connect(&f->client_address, 0, &error);
    WAIT_UNTIL(f, f->server.opened);
    for (int i = 0; i < 6; i++) {
        ob_endpoint_send(f->server.endpoint, block, size);
    }
    WAIT_UNTIL(f, f->server.closed);
    g_assert_cmpuint(f->server.drained, ==, 0);
    close(fd);
    g_free(block);
}

static void test_gone_while_paused(Fixture *f, gconstpointer data)
{
    size_t size = 4 * 1024 * 1024;
    char *block = g_malloc0(size);

    (void)data;
    pair_open(f);
    g_assert_false(ob_endpoint_send(f->server.endpoint, block, size));
    ob_endpoint_close(f->client.endpoint);
    f->client.endpoint = NULL;
    WAIT_UNTIL(f, f->server.closed);
    g_assert_cmpuint(f->server.drained, ==, 0);
    g_free(block);
}

/* The owner then executes no more of the peer's requests. */
static void test_send_to_gone(Fixture *f, gconstpointer data)
{
    (void)data;
    pair_open(f);
    g_assert_true(ob_endpoint_send(f->server.endpoint, "1", 1));
    ob_endpoint_close(f->client.endpoint);
    f->client.endpoint = NULL;
    g_assert_false(ob_endpoint_send(f->server.endpoint, "2", 1));
    g_assert_false(ob_endpoint_send(f->server.endpoint, "3", 1));
    WAIT_UNTIL(f, f->server.closed);
}

/* ----------------------------------------------------------------- on pipes */

typedef struct PipePeer {
    ObStream *stream;
    size_t input;
    uint32_t closed;
} PipePeer;

static void pipe_input(void *opaque, const char *bytes, size_t count)
{
    PipePeer *peer = opaque;

    peer->input += count;
    ob_stream_send(peer->stream, bytes, count);
}

static void pipe_drained(void *opaque)
{
    (void)opaque;
}

static void pipe_closed(void *opaque)
{
    ((PipePeer *)opaque)->closed++;
}

static const ObStreamHandler pipe_handler = { pipe_input, pipe_drained, pipe_closed };

/* `-qtest stdio` in a shell's pipeline has such pipes. */
static void test_pipes(Fixture *f, gconstpointer data)
{
    static char block[300 * 1024];
    PipePeer peer = { 0 };
    size_t sent = 0;
    size_t got = 0;
    int to[2];
    int from[2];

    (void)data;
    g_assert_cmpint(pipe2(to, O_NONBLOCK), ==, 0);
    g_assert_cmpint(pipe(from), ==, 0);
    peer.stream = ob_stream_new(f->loop, to[0], from[1], &pipe_handler, &peer);
    while (sent < sizeof(block)) {
        sent += at_least_0(write(to[1], block + sent, sizeof(block) - sent));
        ob_loop_iterate(f->loop, 0);
        if (sent - got > 200 * 1024) {
            got += read(from[0], block, 64 * 1024);
        }
    }
    close(to[1]);
    while (got < sizeof(block)) {
        ob_loop_iterate(f->loop, 0);
        got += read(from[0], block, sizeof(block));
    }
    WAIT_UNTIL(f, peer.closed);
    g_assert_cmpuint(peer.input, ==, sizeof(block));
    ob_stream_free(peer.stream);
    close(from[0]);
}

#define ADD(path, function) \
    g_test_add(path, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/endpoint/unix/both-ways", test_both_ways);
    ADD("/endpoint/tcp/port-chosen-by-the-system", test_tcp);
    ADD("/endpoint/server/waits-for-its-first-peer", test_wait);
    ADD("/endpoint/server/wait-ends-when-told-to-quit", test_wait_quit);
    ADD("/endpoint/server/accepts-the-next-peer", test_next_peer);
    ADD("/endpoint/server/carries-one-peer-at-a-time", test_one_at_a_time);
    ADD("/endpoint/server/removes-its-file", test_file_removed);
    ADD("/endpoint/server/file-is-private-whatever-the-umask", test_private_file);
    ADD("/endpoint/server/replaces-a-stale-socket-file", test_stale_file);
    ADD("/endpoint/server/refuses-an-address-in-use", test_address_in_use);
    ADD("/endpoint/server/keeps-a-file-that-is-no-socket", test_plain_file_kept);
    ADD("/endpoint/server/replaces-an-empty-file", test_empty_file_replaced);
    ADD("/endpoint/client/refuses-when-nobody-listens", test_nobody_there);
    ADD("/endpoint/client/reconnects", test_reconnect);
    ADD("/endpoint/close/from-its-own-callback", test_closes_in_callback);
    ADD("/endpoint/half-close/is-answered", test_half_close);
    ADD("/stream/input/larger-than-one-read", test_large_input);
    ADD("/stream/full/stops-reading-until-drained", test_paused);
    ADD("/stream/full/drops-the-peer-at-the-limit", test_limit);
    ADD("/stream/full/peer-leaves", test_gone_while_paused);
    ADD("/endpoint/peer/that-has-gone-takes-nothing", test_send_to_gone);
    ADD("/stream/pipes/ends-after-the-last-answer", test_pipes);
    return g_test_run();
}
