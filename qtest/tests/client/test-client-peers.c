/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A peer of the qtest socket that says nothing, or does not stop, ends the client in time. */
#include <errno.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "qtest/client/client.h"
#include "qtest/client/process/unix-socket.h"
#include "qtest/client/process/wire.h"

typedef struct Peer {
    const char *path;
    const char *line; /* that it sends without an end; NULL: it sends nothing */
    gsize size;       /* that many letters A, if there is no line */
    uint32_t timeout_ms;
    bool closes;
    const char *report; /* begins so, behind the name */
    int listener;
} Peer;

#define ASKED " when asked: readl 0x200000: it was not started by this client\n"

static const Peer peers[] = {
    { "silent-one-costs-the-timeout", NULL, 0, 100, false, "has not answered in time" ASKED, -1 },
    { "line-without-an-end-is-bounded", NULL, 1 << 20, 0, false,
      "sent a line without an end, expected less than 16 MiB" ASKED, -1 },
    /* 16 MiB take much longer. */
    { "slow-line-costs-the-timeout", NULL, 1, 50, false, "has not answered in time" ASKED, -1 },
    { "interrupts-are-no-answer", "IRQ raise 1\n", 0, 100, false, "has not answered in time" ASKED,
      -1 },
    { "end-is-seen-at-once", NULL, 0, 0, true, "closed the connection" ASKED, -1 },
};

static void *peer_serve(void *opaque)
{
    const Peer *peer = opaque;
    int fd = accept(peer->listener, NULL, NULL);
    g_autofree char *text = peer->line ? g_strdup(peer->line) : g_strnfill(peer->size, 'A');
    char byte;

    if (peer->closes) {
        recv(fd, &byte, 1, 0);
        close(fd);
        return NULL;
    }
    while (*text && send(fd, text, strlen(text), MSG_NOSIGNAL) > 0) {}
    while (recv(fd, &byte, 1, 0) > 0) {}
    close(fd);
    return NULL;
}

/* It reads nothing, and stays until the client has gone. */
static void *peer_deaf(void *opaque)
{
    const Peer *peer = opaque;
    int fd = accept(peer->listener, NULL, NULL);
    struct pollfd gone = { .fd = fd, .events = POLLRDHUP };

    while (poll(&gone, 1, -1) < 0) {}
    close(fd);
    return NULL;
}

static void keep_report(ObClient *c, const char *report, void *opaque)
{
    (void)c;
    g_assert_null(*(char **)opaque);
    *(char **)opaque = g_strdup(report);
}

/* Does something with a peer, and expects its report. */
static void peer_test(Peer peer, void *(*serve)(void *), void (*use)(ObClient *c))
{
    HW_ERROR(error, 1024);
    g_autofree char *directory = g_dir_make_tmp("outboard-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(directory, "qtest", NULL);
    g_autofree char *expected = g_strdup_printf("%s %s", path, peer.report), *report = NULL;
    GThread *thread;
    ObClient *c;

    peer.listener = ob_unix_listen(path);
    thread = g_thread_new("peer", serve, &peer);
    c = ob_client_connect(path, peer.timeout_ms, &error);
    g_unlink(path);
    g_rmdir(directory);
    g_assert_cmpstr(error.text, ==, "");
    ob_client_on_failure(c, keep_report, &report);
    use(c);
    ob_client_free(c);
    g_thread_join(thread);
    close(peer.listener);
    g_assert_nonnull(report);
    if (!g_str_has_prefix(report, expected)) {
        g_assert_cmpstr(report, ==, expected);
    }
}

static void load(ObClient *c)
{
    ob_client_readl(c, 0x200000);
}

static void test_peer(gconstpointer opaque)
{
    peer_test(*(const Peer *)opaque, peer_serve, load);
}

/* More than the socket keeps. */
static void store_much(ObClient *c)
{
    static const uint8_t zeros[1 << 20];

    ob_client_memwrite(c, 0x200000, zeros, sizeof(zeros));
}

static void test_deaf_peer(void)
{
    peer_test((Peer) { .timeout_ms = 100,
                       .report = "has not answered in time when asked: b64write 0x200000 0x100000: "
                                 "it was not started by this client\n" },
              peer_deaf, store_much);
}

/* Asks for the answers to lines. */
static void lines_ask(ObClient *c)
{
    g_assert_false(ob_client_qtest_lines(c, "clock_step\n", 11, 1, NULL, NULL));
}

static void test_lines(void)
{
    peer_test((Peer) { .line = "IRQ raise 1\n",
                       .timeout_ms = 100,
                       .report = "has not answered in time when asked: line 1 of 1: it was not "
                                 "started by this client\n" },
              peer_serve, lines_ask);
}

static void lines_send_much(ObClient *c)
{
    g_autofree char *lines = g_strnfill(1 << 20, '\n');

    g_assert_false(ob_client_lines_send(c, lines, 1 << 20));
}

static void test_deaf_to_lines(void)
{
    peer_test((Peer) { .timeout_ms = 100,
                       .report = "has not answered in time when asked: lines: it was not started "
                                 "by this client\n" },
              peer_deaf, lines_send_much);
}

/* --------------------------------------------------------------------------- a wire */

#define WIRE_MS 20000

typedef struct Pair {
    ObWire wire;
    int peer;
} Pair;

static void pair_open(Pair *pair)
{
    int ends[2];

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), ==, 0);
    ob_wire_init(&pair->wire, ends[0]);
    pair->peer = ends[1];
}

static void pair_close(Pair *pair)
{
    close(pair->peer);
    ob_wire_clear(&pair->wire);
}

static void peer_says(const Pair *pair, const char *text)
{
    g_assert_cmpint(send(pair->peer, text, strlen(text), MSG_NOSIGNAL), ==, strlen(text));
}

static void line_expect(Pair *pair, const char *expected)
{
    size_t length = 0;
    char *line = NULL;

    g_assert_cmpint(ob_wire_line(&pair->wire, &line, &length, WIRE_MS), ==, OB_WIRE_OK);
    g_assert_cmpmem(line, length + 1, expected, strlen(expected) + 1);
}

/* Also a line that came in parts, behind others. */
static void test_wire_ready(void)
{
    size_t length;
    char *line;
    Pair pair;

    pair_open(&pair);
    g_assert_false(ob_wire_is_ready(&pair.wire));
    peer_says(&pair, "one\n\nth");
    g_assert_true(ob_wire_is_ready(&pair.wire));
    line_expect(&pair, "one");
    g_assert_true(ob_wire_is_ready(&pair.wire)); /* nothing else comes */
    line_expect(&pair, "");
    g_assert_false(ob_wire_is_ready(&pair.wire));
    peer_says(&pair, "r");
    g_assert_false(ob_wire_is_ready(&pair.wire));
    peer_says(&pair, "ee\nfour");
    line_expect(&pair, "three");
    g_assert_false(ob_wire_is_ready(&pair.wire));
    shutdown(pair.peer, SHUT_WR);
    g_assert_true(ob_wire_is_ready(&pair.wire));
    g_assert_cmpint(ob_wire_line(&pair.wire, &line, &length, WIRE_MS), ==, OB_WIRE_CLOSED);
    pair_close(&pair);
}

/* Makes a wire that has already received `size` bytes without an end. */
static void pair_fill(Pair *pair, size_t size)
{
    pair_open(pair);
    pair->wire.capacity = OB_WIRE_LONGEST + 4096;
    g_free(pair->wire.buffer);
    pair->wire.buffer = g_malloc0(pair->wire.capacity);
    pair->wire.end = size;
}

static void test_wire_longest(void)
{
    size_t length;
    char *line;
    Pair pair;

    pair_fill(&pair, OB_WIRE_LONGEST);
    g_assert_false(ob_wire_is_ready(&pair.wire));
    peer_says(&pair, "\n");
    g_assert_cmpint(ob_wire_line(&pair.wire, &line, &length, WIRE_MS), ==, OB_WIRE_OK);
    g_assert_cmpuint(length, ==, OB_WIRE_LONGEST);
    pair_close(&pair);
    pair_fill(&pair, OB_WIRE_LONGEST + 1);
    peer_says(&pair, "\n");
    errno = EAGAIN; /* an earlier call left it */
    g_assert_true(ob_wire_is_ready(&pair.wire));
    g_assert_cmpint(ob_wire_line(&pair.wire, &line, &length, WIRE_MS), ==, OB_WIRE_TOO_LONG);
    pair_close(&pair);
}

static void timeout_expect(const Pair *pair, int option, int64_t least_us, int64_t most_us)
{
    struct timeval time;
    socklen_t size = sizeof(time);
    int64_t us;

    g_assert_cmpint(getsockopt(pair->wire.fd, SOL_SOCKET, option, &time, &size), ==, 0);
    us = time.tv_sec * INT64_C(1000000) + time.tv_usec;
    g_assert_cmpint(us, >=, least_us);
    g_assert_cmpint(us, <=, most_us);
}

/* The kernel counts in ticks of up to 10 ms, and takes zero for no timeout. */
static void test_wire_timeouts(void)
{
    Pair pair;

    pair_open(&pair);
    ob_wire_send(&pair.wire, "x", 1, 2500);
    timeout_expect(&pair, SO_RCVTIMEO, 2500000, 2500000);
    timeout_expect(&pair, SO_SNDTIMEO, 2500000, 2500000);
    ob_wire_send(&pair.wire, "x", 1, 0);
    timeout_expect(&pair, SO_RCVTIMEO, 1000, 10000);
    timeout_expect(&pair, SO_SNDTIMEO, 1000, 10000);
    pair_close(&pair);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(peers); i++) {
        g_autofree char *path = g_strconcat("/client-peers/", peers[i].path, NULL);

        g_test_add_data_func(path, &peers[i], test_peer);
    }
    g_test_add_func("/client-peers/deaf-one-costs-the-timeout", test_deaf_peer);
    g_test_add_func("/client-peers/lines/interrupts-are-no-answer", test_lines);
    g_test_add_func("/client-peers/lines/deaf-one-costs-the-timeout", test_deaf_to_lines);
    g_test_add_func("/client-peers/wire/is-ready-with-a-line-or-an-end", test_wire_ready);
    g_test_add_func("/client-peers/wire/line-has-16-mib-at-most", test_wire_longest);
    g_test_add_func("/client-peers/wire/timeouts-are-the-socket-s", test_wire_timeouts);
    return g_test_run();
}
